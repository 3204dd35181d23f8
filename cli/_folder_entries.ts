import { join } from "node:path";

/** A file of a folder. */
export interface FolderEntry {
  /** Path relative to the folder, with `/`. */
  path: string;
  /** Bytes. */
  size: number;
}

/** Folders of tools, which are never part of what a folder holds. */
const TOOLS: readonly string[] = [".git", ".cache"];

/**
 * All files of a folder and of the folders in it, sorted by path. Links to files count as files; links to folders are not
 * followed, nor are the folders of tools such as `.git`.
 *
 * @param folder Its path.
 * @throws {RangeError} If it is no folder.
 */
export async function folderEntries(folder: string): Promise<FolderEntry[]> {
  const isFolder = await Deno.stat(folder).then((found) => found.isDirectory, () => undefined);
  if (isFolder !== true) {
    const problem = isFolder === false ? "it is a file" : "there is no such folder";
    throw new RangeError(`Cannot push ${folder}: ${problem}; name a model's folder`);
  }
  const found = await Array.fromAsync(walk(folder, ""));
  return found.sort((a, b) => a.path < b.path ? -1 : 1);
}

async function* walk(folder: string, prefix: string): AsyncGenerator<FolderEntry> {
  for await (const { name, isDirectory } of Deno.readDir(join(folder, prefix))) {
    const path = `${prefix}${name}`;
    if (isDirectory) {
      if (!TOOLS.includes(name)) yield* walk(folder, `${path}/`);
      continue;
    }
    const { isFile, size } = await Deno.stat(join(folder, path)).catch(() => ({ isFile: false, size: 0 }));
    if (isFile) yield { path, size };
  }
}

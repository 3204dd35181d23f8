import { glob, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { HubAddress } from "./address.ts";
import { readLocalRange } from "./_local_range.ts";
import type { Repository, RepositoryFile } from "./repository.ts";

/**
 * Finds a repository in a folder that mirrors the hub. It holds one revision, whichever is asked for.
 *
 * @throws {RangeError} if there is no such repository in it; the message lists those of the same owner
 */
export async function openMirror(address: HubAddress, mirror: string): Promise<Repository> {
  const { kind, id } = address;
  const folder = join(mirror, kind, id);
  if (!await isFolder(folder)) throw await missing(address, mirror);
  return {
    kind,
    id,
    revision: undefined,
    listFiles: () => filesBelow(folder),
    readText: (path) => readFile(join(folder, path), "utf8").catch(() => undefined),
    findLocal: (path) => Promise.resolve(join(folder, path)),
    fetch: (path) => Promise.resolve(join(folder, path)),
    fetchFolder: (path) => Promise.resolve(join(folder, path)),
    readRange: (path, start, end) => readLocalRange(join(folder, path), start, end),
  };
}

async function missing({ kind, id }: HubAddress, mirror: string): Promise<RangeError> {
  const [owner] = id.split("/");
  const what = kind === "datasets" ? "data set" : "model";
  const there = await foldersIn(join(mirror, kind, owner));
  const [problem, list] = there.length > 0
    ? [`there is no such ${what} of ${owner}`, there.map((found) => `${owner}/${found}`)]
    : [
      `there is no ${what} of ${owner}`,
      (await foldersIn(join(mirror, kind))).map((found) => `${found}/...`),
    ];
  const cure = `choose from ${list.join(", ") || "nothing"}, or check LATHE_HUB_MIRROR`;
  return new RangeError(`Cannot find hf://${kind}/${id}: ${problem} in the mirror ${mirror}; ${cure}`);
}

async function filesBelow(folder: string): Promise<RepositoryFile[]> {
  const files: RepositoryFile[] = [];
  for await (const path of glob("**/*", { cwd: folder })) {
    const found = await stat(join(folder, path));
    if (found.isFile()) files.push({ path, size: found.size, version: `${found.size} ${found.mtimeMs}` });
  }
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function foldersIn(path: string): Promise<string[]> {
  if (!await isFolder(path)) return [];
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => !entry.isFile()).map((entry) => entry.name).sort();
}

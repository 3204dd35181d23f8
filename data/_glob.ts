import { glob, stat } from "node:fs/promises";
import { matchesGlob, resolve } from "node:path";

/**
 * Files that a path or glob (`*`, `?`, `**`, `[ab]`, `{a,b}`) stands for, relative to a folder, sorted by name. A file
 * whose name happens to look like a glob is found as it is.
 */
export async function expandGlob(pattern: string, folder: string): Promise<string[]> {
  if (await isFile(resolve(folder, pattern))) return [pattern];
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd: folder })) {
    if (await isFile(resolve(folder, path))) paths.push(path);
  }
  return paths.sort();
}

/** The files of a list that a path or glob stands for, in the order of the list. */
export function matchGlob(pattern: string, files: readonly string[]): string[] {
  return files.includes(pattern) ? [pattern] : files.filter((file) => matchesGlob(file, pattern));
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

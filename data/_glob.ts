import { glob, stat } from "node:fs/promises";
import { resolve } from "node:path";

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

/** Files anywhere below a folder that satisfy a condition, relative to it, sorted by name. */
export async function filesBelow(folder: string, accept: (path: string) => boolean): Promise<string[]> {
  const paths = await expandGlob("**/*", folder);
  return paths.filter(accept);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

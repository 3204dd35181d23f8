import { glob, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { HubAddress } from "./address.ts";
import type { Repository } from "./repository.ts";

/**
 * Finds a repository in a folder that mirrors the hub.
 *
 * @throws {RangeError} if there is no mirror, or no such repository in it; the message lists those of the same owner
 */
export async function openMirror(address: HubAddress, mirror: string | undefined): Promise<Repository> {
  const { kind, id } = address;
  if (mirror === undefined) {
    const cure = "set LATHE_HUB_MIRROR to a folder that mirrors the hub";
    throw new RangeError(`Cannot find hf://${kind}/${id}: no mirror of the hub is known; ${cure}`);
  }
  const folder = join(mirror, kind, id);
  if (!await isFolder(folder)) throw await missing(address, mirror);
  return {
    kind,
    id,
    revision: "mirror",
    listFiles: () => filesBelow(folder),
    readText: (path) => readFile(join(folder, path), "utf8").catch(() => undefined),
    fetch: (path) => Promise.resolve(join(folder, path)),
    fetchFolder: () => Promise.resolve(folder),
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

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const path of glob("**/*", { cwd: folder })) {
    if ((await stat(join(folder, path))).isFile()) files.push(path);
  }
  return files.sort();
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

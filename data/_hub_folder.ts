import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** The parts of `hf://datasets/OWNER/NAME/PATH` or `hf://models/OWNER/NAME/PATH`. */
export interface HubFolder {
  /** Folder of the repository in the mirror. */
  folder: string;
  /** What follows the name; empty if nothing does. */
  path: string;
}

/**
 * Finds the folder of a repository in a mirror of the hub. (Downloading from the hub itself will go behind this
 * function, which is why it is asynchronous.)
 *
 * @throws {SyntaxError} if the address is not of the form `hf://KIND/OWNER/NAME`
 * @throws {RangeError} if there is no mirror, or no such repository in it; the message lists those of the same owner
 */
export async function findHubFolder(
  address: string,
  kind: "datasets" | "models",
  mirror: string | undefined,
): Promise<HubFolder> {
  const [prefix, owner, name, ...rest] = address.replace(/^hf:\/\//, "").replace(/\/+$/, "").split("/");
  if (prefix !== kind || !owner || !name || [owner, name, ...rest].includes("..")) {
    throw new SyntaxError(
      `Cannot find ${address}: it is no hub address; write it as hf://${kind}/OWNER/NAME`,
    );
  }
  if (mirror === undefined) {
    const cure = "set LATHE_HUB_MIRROR to a folder that mirrors the hub";
    throw new RangeError(`Cannot find ${address}: no mirror of the hub is known; ${cure}`);
  }
  const folder = join(mirror, kind, owner, name);
  if (await isFolder(folder)) return { folder, path: rest.join("/") };
  const what = kind === "datasets" ? "data set" : "model";
  const there = await foldersIn(join(mirror, kind, owner));
  const [problem, list] = there.length > 0
    ? [`there is no such ${what} of ${owner}`, there.map((found) => `${owner}/${found}`)]
    : [
      `there is no ${what} of ${owner}`,
      (await foldersIn(join(mirror, kind))).map((found) => `${found}/...`),
    ];
  const cure = `choose from ${list.join(", ") || "nothing"}, or check LATHE_HUB_MIRROR`;
  throw new RangeError(`Cannot find ${address}: ${problem} in the mirror ${mirror}; ${cure}`);
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

import { stat } from "node:fs/promises";
import type { StoreContents } from "./_manifest.ts";

/** What has become of the files of a store that lie on this machine: the first change as words; undefined if there is none. */
export async function findFileChange({ files }: StoreContents): Promise<string | undefined> {
  for (const { path, version } of files.filter(({ isLocal }) => isLocal)) {
    const there = await stat(path).catch(() => undefined);
    if (there === undefined) return `${path} is gone`;
    if (`${there.size} ${there.mtimeMs}` !== version) return `${path} has changed`;
  }
  return undefined;
}

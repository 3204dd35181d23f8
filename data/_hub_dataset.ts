import { join } from "node:path";
import { type CardConfig, readDataCard } from "./_data_card.ts";
import { expandGlob, filesBelow } from "./_glob.ts";
import { findHubFolder } from "./_hub_folder.ts";
import { formatOf } from "./_source_format.ts";
import { splitsByName } from "./_splits_by_name.ts";

/** What is asked of a hub data set. */
export interface HubDatasetRequest {
  config: string | undefined;
  split: string;
  hubMirror: string | undefined;
}

/**
 * The files of one split of one config of a hub data set, by its data card, else by the hub's naming conventions. A
 * path behind the name picks files of the repository directly.
 *
 * @throws {RangeError} if data set, config or split is missing; the message lists what there is
 */
export async function resolveHubDataset(
  address: string,
  { config, split, hubMirror }: HubDatasetRequest,
): Promise<{ config: string; files: string[] }> {
  const { folder, path } = await findHubFolder(address, "datasets", hubMirror);
  const refuse = (problem: string): never => {
    throw new RangeError(`Cannot find ${address}: ${problem}`);
  };
  const configs = path ? [pathAsConfig(path)] : await readDataCard(folder);
  const chosen = configs.length === 0 ? undefined : chooseConfig(configs, config, refuse);
  if (!chosen && config !== undefined && config !== "default") {
    refuse(`there is no config "${config}"; its data card names none, leave the config out`);
  }
  const name = chosen?.name ?? "default";
  const splits = chosen && chosen.splits.size > 0 ? chosen.splits : splitsByName(
    await filesBelow(join(folder, chosen?.dataDir ?? ""), (file) => formatOf(file) !== undefined),
  );
  const globs = splits.get(split);
  if (!globs) {
    const names = [...splits.keys()].join(", ") || "none";
    return refuse(`config "${name}" has no split "${split}"; it has ${names}`);
  }
  const base = join(folder, chosen?.dataDir ?? "");
  const found = await Promise.all(globs.map((glob) => expandGlob(glob, base)));
  const files = [...new Set(found.flat())].map((file) => join(base, file));
  if (files.length === 0 && path) refuse("there is no such file in the mirror; check the path");
  if (files.length === 0) refuse(`split "${split}" has no files (${globs.join(", ")}); complete the mirror`);
  return { config: name, files };
}

function pathAsConfig(path: string): CardConfig {
  return { name: "default", isDefault: true, dataDir: undefined, splits: new Map([["train", [path]]]) };
}

function chooseConfig(
  configs: readonly CardConfig[],
  wanted: string | undefined,
  refuse: (problem: string) => never,
): CardConfig {
  const names = configs.map((config) => config.name).join(", ");
  if (wanted !== undefined) {
    const found = configs.find((config) => config.name === wanted);
    return found ?? refuse(`there is no config "${wanted}"; it has ${names}`);
  }
  const fallback = configs.find((config) => config.isDefault) ??
    configs.find((config) => config.name === "default");
  if (fallback) return fallback;
  return configs.length === 1
    ? configs[0]
    : refuse(`it has several configs and none is the default; choose one of ${names}`);
}

import { posix } from "node:path";
import { Hub, parseHubAddress } from "../hub/mod.ts";
import { type CardConfig, readDataCard } from "./_data_card.ts";
import { matchGlob } from "./_glob.ts";
import { formatOf } from "./_source_format.ts";
import { splitsByName } from "./_splits_by_name.ts";

/** What is asked of a hub data set. */
export interface HubDatasetRequest {
  config: string | undefined;
  split: string;
  hub: Hub | undefined;
}

/**
 * The files of one split of one config of a hub data set, by its data card, else by the hub's naming conventions. A
 * path behind the name picks files of the repository directly.
 *
 * @throws {RangeError} if data set, config or split is missing; the message lists what there is
 */
export async function resolveHubDataset(
  address: string,
  { config, split, hub }: HubDatasetRequest,
): Promise<{ config: string; files: string[] }> {
  const parsed = parseHubAddress(address, "datasets");
  const { path } = parsed;
  const repository = await (hub ?? new Hub()).open(parsed);
  const there = await repository.listFiles();
  const refuse = (problem: string): never => {
    throw new RangeError(`Cannot find ${address}: ${problem}`);
  };
  const configs = path
    ? [pathAsConfig(path)]
    : readDataCard(await repository.readText("README.md") ?? "", `${address}/README.md`);
  const chosen = configs.length === 0 ? undefined : chooseConfig(configs, config, refuse);
  if (!chosen && config !== undefined && config !== "default") {
    refuse(`there is no config "${config}"; its data card names none, leave the config out`);
  }
  const name = chosen?.name ?? "default";
  const base = posix.join(chosen?.dataDir ?? "", "/").replace(/^\/+/, "");
  const inBase = there.filter((file) => file.startsWith(base)).map((file) => file.slice(base.length));
  const splits = chosen && chosen.splits.size > 0
    ? chosen.splits
    : splitsByName(inBase.filter((file) => formatOf(file) !== undefined));
  const globs = splits.get(split);
  if (!globs) {
    const names = [...splits.keys()].join(", ") || "none";
    return refuse(`config "${name}" has no split "${split}"; it has ${names}`);
  }
  const found = [...new Set(globs.flatMap((glob) => matchGlob(glob, inBase)))];
  const files = await Promise.all(found.map((file) => repository.fetch(base + file)));
  if (files.length === 0 && path) refuse("there is no such file in the repository; check the path");
  if (files.length === 0) {
    refuse(`split "${split}" has no files (${globs.join(", ")}); complete the repository`);
  }
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

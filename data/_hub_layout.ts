import { posix } from "node:path";
import type { Repository } from "../hub/mod.ts";
import { convertedConfigs } from "./_converted_branch.ts";
import type { CardConfig } from "./_data_card.ts";
import { formatOf } from "./_source_format.ts";
import { splitsByName } from "./_splits_by_name.ts";

/** A config of a hub data set: where its files are. */
export interface HubConfig {
  name: string;
  repository: Repository;
  /** Folder of the repository that the globs start from: empty, or with a slash at its end. */
  base: string;
  /** Split to globs of its files. */
  splits: Map<string, string[]>;
  /** Splits of which the hub converted only the beginning. */
  partial: Set<string>;
}

/** A config as the data card names it; without files there, by the names of those in its folder. */
export function configOfCard(
  { name, dataDir, splits }: CardConfig,
  repository: Repository,
  files: readonly string[],
): HubConfig {
  const base = posix.join(dataDir ?? "", "/").replace(/^\/+/, "");
  const named = splits.size > 0 ? splits : splitsByName(dataFilesIn(files, base));
  return { name, repository, base, splits: named, partial: new Set() };
}

/** The one config of a repository that names none: splits by the names of its files. */
export function configByNames(repository: Repository, files: readonly string[]): HubConfig {
  return {
    name: "default",
    repository,
    base: "",
    splits: splitsByName(dataFilesIn(files, "")),
    partial: new Set(),
  };
}

/** The configs of a repository that is laid out as the hub's own Parquet branch; none if it is not. */
export function configsOfConverted(repository: Repository, files: readonly string[]): HubConfig[] {
  return [...convertedConfigs(files)].map(([name, found]) => ({
    name,
    repository,
    base: "",
    splits: new Map([...found].map(([split, { files }]) => [split, files])),
    partial: new Set([...found].filter(([, { isPartial }]) => isPartial).map(([split]) => split)),
  }));
}

function dataFilesIn(files: readonly string[], base: string): string[] {
  const inside = files.filter((file) => file.startsWith(base)).map((file) => file.slice(base.length));
  return inside.filter((file) => formatOf(file) !== undefined);
}

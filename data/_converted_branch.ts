/** The branch on which the hub keeps Parquet files that it made of a data set. */
export const CONVERTED_BRANCH = "refs/convert/parquet";

/** A split on that branch. */
export interface ConvertedSplit {
  /** Its files in their order. */
  files: string[];
  /** Whether they hold only its beginning: the hub converts some gigabytes and leaves the rest. */
  isPartial: boolean;
}

/** `CONFIG/SPLIT/0000.parquet`, `CONFIG/partial-SPLIT/0000.parquet`. */
const CONVERTED_FILE = /^([^/]+)\/(partial-)?([^/]+)\/\d{4,}\.parquet$/;

/**
 * Configs and splits of a repository that is laid out as the hub lays out its Parquet branch.
 *
 * Source: https://huggingface.co/docs/dataset-viewer/parquet
 *
 * @param files paths, sorted
 * @returns config to split to files; empty if a Parquet file lies elsewhere, for then it is another layout
 */
export function convertedConfigs(files: readonly string[]): Map<string, Map<string, ConvertedSplit>> {
  const configs = new Map<string, Map<string, ConvertedSplit>>();
  for (const file of files.filter((each) => each.endsWith(".parquet"))) {
    const match = CONVERTED_FILE.exec(file);
    if (!match) return new Map();
    const [, config, partial, split] = match;
    const splits = configs.get(config) ?? new Map<string, ConvertedSplit>();
    const there = splits.get(split)?.files ?? [];
    configs.set(config, splits.set(split, { files: [...there, file], isPartial: partial !== undefined }));
  }
  return configs;
}

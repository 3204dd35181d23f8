import { parse } from "yaml";

/** A config of a data set: its splits and the globs of their files. */
export interface CardConfig {
  name: string;
  isDefault: boolean;
  /** Folder in which the splits are found by their file names, if the card names no files. */
  dataDir: string | undefined;
  /** Split to globs, in the card's order; empty if the card names no files. */
  splits: Map<string, string[]>;
}

/**
 * The configs in the YAML front matter of a data set's README.md; empty if it names none.
 *
 * Source: https://huggingface.co/docs/hub/datasets-manual-configuration
 *
 * @param text the README.md
 * @param path what it is called in messages
 * @throws {SyntaxError} if the front matter is not what the hub allows
 */
export function readDataCard(text: string, path: string): CardConfig[] {
  const frontMatter = /^\uFEFF?---\r?\n(.*?)\r?\n---/s.exec(text)?.[1];
  if (frontMatter === undefined) return [];
  let card: { configs?: unknown } | null;
  try {
    card = parse(frontMatter);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path}: its front matter is not YAML (${(cause as Error).message})`, {
      cause,
    });
  }
  const configs = card?.configs ?? [];
  if (!Array.isArray(configs)) throw malformed(path, "configs is not a list");
  return configs.map((config) => readConfig(config, path));
}

function readConfig(config: Record<string, unknown>, path: string): CardConfig {
  const name = config?.config_name ?? "default";
  if (typeof name !== "string") throw malformed(path, "a config_name is not a text");
  const dataDir = typeof config.data_dir === "string" ? config.data_dir : undefined;
  const splits = readDataFiles(config.data_files, `${path}, config ${name}`);
  return { name, isDefault: config.default === true, dataDir, splits };
}

/** A glob, a list of globs, a table of split to globs, or a list of {split, path}. */
function readDataFiles(dataFiles: unknown, where: string): Map<string, string[]> {
  const splits = new Map<string, string[]>();
  const add = (split: unknown, globs: unknown): void => {
    const list = Array.isArray(globs) ? globs : [globs];
    if (typeof split !== "string" || !list.every((glob) => typeof glob === "string")) {
      throw malformed(where, "data_files are not globs by split");
    }
    splits.set(split, [...splits.get(split) ?? [], ...list]);
  };
  if (dataFiles === undefined || dataFiles === null) return splits;
  if (!Array.isArray(dataFiles)) {
    if (typeof dataFiles !== "object") add("train", dataFiles);
    else for (const [split, globs] of Object.entries(dataFiles)) add(split, globs);
    return splits;
  }
  for (const entry of dataFiles) {
    if (typeof entry === "string") add("train", entry);
    else add(entry?.split ?? "train", entry?.path);
  }
  return splits;
}

function malformed(where: string, problem: string): SyntaxError {
  return new SyntaxError(`Cannot read ${where}: ${problem}; write configs as the hub's documentation says`);
}

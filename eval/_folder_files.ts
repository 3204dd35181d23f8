import { basename, join, resolve } from "node:path";

/** Endings of files that hold rows. */
const ROWS = /\.(parquet|csv|tsv|jsonl|json)(\.gz)?$/;

/** Words by which a file's split is recognised. */
const SPLIT_WORDS: Readonly<Record<string, readonly string[]>> = {
  train: ["train", "training"],
  validation: ["validation", "valid", "dev", "val"],
  test: ["test", "testing", "eval", "evaluation"],
};

/** Whether a path is a folder. */
export async function isFolder(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => undefined))?.isDirectory === true;
}

/** Paths of all files below a folder, relative to it, sorted. @throws RangeError when it cannot be read */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const walk = async (below: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
      if (isDirectory) await walk(join(below, name));
      else files.push(join(below, name));
    }
  };
  try {
    await walk("");
  } catch (cause) {
    throw new RangeError(`Cannot read ${folder}: it is no folder that can be read; check the path`, {
      cause,
    });
  }
  return files.sort();
}

/** Those of some paths that hold rows. */
export function rowFiles(paths: readonly string[]): string[] {
  return paths.filter((path) => ROWS.test(path) && basename(path) !== "dataset_infos.json");
}

/**
 * The files of one split of one configuration of a folder: configurations are the folders below it, splits are the
 * words in names; where no name has such a word, all files are every split.
 *
 * @throws RangeError when there are none; the message lists what there is
 */
export async function splitFiles(
  folder: string,
  { config, split }: { config: string | null; split: string },
): Promise<string[]> {
  const all = rowFiles(await filesBelow(folder));
  const own = config === null ? all : all.filter((path) => path.split("/").includes(config));
  const named = own.filter((path) => splitOf(path) !== undefined);
  const found = named.length === 0 ? own : own.filter((path) => splitOf(path) === split);
  if (found.length > 0) return found.map((path) => resolve(folder, path));
  const wanted = config === null ? `split '${split}'` : `configuration '${config}' with split '${split}'`;
  throw new RangeError(
    `Cannot read ${folder}: it has no ${wanted}, only ${
      all.join(", ") || "no files of rows"
    }; name one of these`,
  );
}

function splitOf(path: string): string | undefined {
  for (const part of path.split("/").reverse()) {
    for (const [split, words] of Object.entries(SPLIT_WORDS)) {
      if (new RegExp(`(?:^|[^a-z])(?:${words.join("|")})(?:[^a-z]|$)`, "i").test(part)) return split;
    }
  }
  return undefined;
}

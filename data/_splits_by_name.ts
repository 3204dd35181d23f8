/** Words by which the hub recognises a split in the name of a file or folder. */
const KEYWORDS: readonly (readonly [string, readonly string[]])[] = [
  ["train", ["train", "training"]],
  ["validation", ["validation", "valid", "dev", "val"]],
  ["test", ["test", "testing", "eval", "evaluation"]],
];

/** `data/NAME-00000-of-00001.parquet`: the way in which the hub itself writes any split. */
const SHARD = /(?:^|\/)data\/([^/]+)-\d{5}-of-\d{5}[^/]*\.[^/]+$/;

/**
 * Splits of a repository whose data card names no files, by the hub's conventions: the names of shards under `data/`,
 * else the words train, validation and test (and their variants) in folder or file names, else all files as "train".
 *
 * Source: https://huggingface.co/docs/hub/datasets-file-names-and-splits
 *
 * @param files data files of the repository, relative to it
 * @returns split to files
 */
export function splitsByName(files: readonly string[]): Map<string, string[]> {
  const shards = groupBy(files, (file) => SHARD.exec(file)?.[1]);
  if (shards.size > 0) return shards;
  const byKeyword = groupBy(files, splitInName);
  if (byKeyword.size > 0) return byKeyword;
  return files.length > 0 ? new Map([["train", [...files]]]) : new Map();
}

/** The split whose word stands in the path between characters that are not letters, file name before folders. */
function splitInName(path: string): string | undefined {
  for (const part of path.split("/").reverse()) {
    for (const [split, words] of KEYWORDS) {
      const word = new RegExp(`(?:^|[^a-z])(?:${words.join("|")})(?:[^a-z]|$)`, "i");
      if (word.test(part)) return split;
    }
  }
  return undefined;
}

function groupBy(files: readonly string[], key: (file: string) => string | undefined): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const name = key(file);
    if (name !== undefined) groups.set(name, [...groups.get(name) ?? [], file]);
  }
  return groups;
}

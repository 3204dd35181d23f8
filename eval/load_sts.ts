import type { Hub } from "../hub/mod.ts";
import { allRows, field, toScore } from "./_records.ts";
import type { SimilarityPairs } from "./collection.ts";
import type { StsSpec } from "./evaluation_spec.ts";

/**
 * Loads pairs of sentences with scores: columns `sentence1`, `sentence2`, `score`.
 *
 * @param spec which data set, configuration and split
 * @param options where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when data set, configuration, split or a column is missing (the message lists what there is) or
 * there are no rows; SyntaxError when a score is no number
 */
export async function loadSts(
  spec: StsSpec,
  options: { hub?: Hub; baseFolder?: string } = {},
): Promise<SimilarityPairs> {
  const split = spec.split ?? (spec.source.startsWith("hf://") ? "test" : "train");
  const rows = await allRows(spec.source, { ...options, config: spec.config ?? undefined, split });
  if (rows.length === 0) {
    throw new RangeError(`Cannot score ${spec.source}: it has no rows; give a split with rows`);
  }
  const pairs = { first: [] as string[], second: [] as string[], scores: [] as number[] };
  rows.forEach((row, number) => {
    const place = { name: spec.source, number };
    pairs.first.push(field(row, "sentence1", place));
    pairs.second.push(field(row, "sentence2", place));
    pairs.scores.push(toScore(field(row, "score", place), place));
  });
  return { kind: "similarity", name: spec.name ?? defaultName(spec), ...pairs };
}

/** `stsb-en` for configuration en of `hf://datasets/OWNER/stsb`; the file's name without ending for files. */
function defaultName({ source, config }: StsSpec): string {
  const last = source.replace(/\/+$/, "").split("/").at(-1)!.replace(
    /\.(parquet|csv|tsv|jsonl|json)(\.gz)?$/,
    "",
  );
  return config ? `${last}-${config}` : last;
}

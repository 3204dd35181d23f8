import type { Encoder } from "../model/mod.ts";
import type { TextPair } from "./mine_negatives.ts";

/** An encoder for tests: the numbers of a text, as in "1 0.5 -2". */
export const NUMBERS: Encoder = (texts) => {
  const rows = texts.map((text) => text.split(" ").map(Number));
  const columns = rows[0].length;
  return Promise.resolve({ data: Float32Array.from(rows.flat()), rows: rows.length, columns });
};

/** Some at a time, as a data set gives them. */
export async function* inParts<T>(values: readonly T[], size = 3): AsyncGenerator<T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}

/** Pairs of an anchor and a positive. */
export function pairsOf(...pairs: [string, string][]): TextPair[] {
  return pairs.map(([anchor, positive]) => ({ anchor, positive }));
}

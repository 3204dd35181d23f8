import { binOf, VALUE_BINS } from "./_value_bins.ts";
import { RanksWriter } from "./_ranks_file.ts";
import type { ValuesFile } from "./_values_file.ts";
import { PARTIAL_ENDING, removeIfThere } from "./_write_whole.ts";
import type { TokenStoreSpec } from "./token_store.ts";

/** How the values of rows are spread: the least, those below which a quarter, half and three quarters are, the largest. */
export type ValueSpread = [
  least: number,
  quarter: number,
  half: number,
  threeQuarters: number,
  largest: number,
];

/** Where values come from and are kept meanwhile. */
export interface WriteRanksOptions {
  /** A value for every row to train on, in the order of the store, any number at a time. */
  values: AsyncIterable<Float32Array>;
  /** An empty file for them. */
  kept: ValuesFile;
}

/**
 * Ranks rows by their values and writes the ranks: a first pass counts the values by bins, a second one gives every row
 * the next rank of its bin.
 *
 * @throws {RangeError} if a value is not finite
 */
export async function writeRanks(
  path: string,
  { name, groupRows, rowCount }: TokenStoreSpec,
  { values, kept }: WriteRanksOptions,
): Promise<{ checksum: string; spread: ValueSpread }> {
  const counts = new Uint32Array(VALUE_BINS);
  for await (const some of values) {
    for (let i = 0; i < some.length; i++) {
      if (!Number.isFinite(some[i])) throw notFinite(name, some[i]);
      counts[binOf(some[i])]++;
    }
    kept.append(some);
  }
  const next = new Uint32Array(VALUE_BINS);
  for (let bin = 1; bin < VALUE_BINS; bin++) next[bin] = next[bin - 1] + counts[bin - 1];
  const places = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * (rowCount - 1)));
  const spread = places.map(() => 0) as ValueSpread;
  const partial = path + PARTIAL_ENDING;
  const writer = new RanksWriter(partial);
  try {
    let row = 0;
    for (const rows of groupRows) {
      const some = kept.read(row, row += rows);
      const ranks = Uint32Array.from(some, (value) => next[binOf(value)]++);
      writer.write(ranks);
      places.forEach((place, i) => {
        const found = ranks.indexOf(place);
        if (found >= 0) spread[i] = some[found];
      });
    }
    const checksum = writer.finish();
    Deno.renameSync(partial, path);
    return { checksum, spread };
  } finally {
    writer.close();
    removeIfThere(partial);
  }
}

function notFinite(name: string, value: number): RangeError {
  return new RangeError(
    `Cannot rank ${name}: the difficulty of a row is ${value}; rank by what is a finite number for every row`,
  );
}

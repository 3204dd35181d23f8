/**
 * Pairs a second that the sampler puts into batches without the same text twice, from one million to twenty million pairs
 * that are generated as they are read, and the memory that takes; last with rows that come in by difficulty. The time of
 * generating is not counted.
 *
 * ```sh
 * deno task bench sampling            # 1 and 20 million pairs
 * deno task bench sampling 100000000  # another number
 * ```
 *
 * @module
 */
import { BatchSequence, type Curriculum, type RankedSource } from "../data/mod.ts";
import { generatedPairs } from "./_pair_source.ts";
import { peakMebibytes } from "./_peak_memory.ts";

const MILLION = 1_000_000;
const BATCH_SIZE = 2048;
/** One text in so many of the rows: natural data, and an extreme. */
const FREQUENT_SHARES = [0.001, 0.5];

/** A fifth of the rows at the beginning, all from the middle on. */
const CURRICULUM: Curriculum = {
  pacing: { kind: "root", start: 0.2, until: 0.5 },
  order: "easyFirst",
  weightPower: null,
  epochs: 1,
};

/** Prints one line a number of pairs and share, then the ratio of the times a pair. */
export async function main(args: readonly string[]): Promise<void> {
  const sizes = args.length > 0 ? args.map(Number) : [MILLION, 20 * MILLION];
  sampleAll(generatedPairs({ rows: MILLION / 4, frequentShare: 0.1 })); // compiles what is measured
  const settings = [
    ...FREQUENT_SHARES.map((frequentShare) => ({ frequentShare, curriculum: null })),
    { frequentShare: FREQUENT_SHARES[0], curriculum: CURRICULUM },
  ];
  for (const { frequentShare, curriculum } of settings) {
    const perPair = [];
    for (const rows of sizes) {
      const { seconds, pairs } = sampleAll(generatedPairs({ rows, frequentShare }), curriculum);
      perPair.push(seconds / rows);
      console.log(
        `${(rows / MILLION).toFixed(1).padStart(7)} million pairs, one text in ${
          100 * frequentShare
        } % of them${curriculum ? ", by difficulty" : ""}: ` +
          `${(rows / seconds / MILLION).toFixed(2)} million pairs a second, ` +
          `${(100 * pairs / rows).toFixed(1)} % used, at most ${await peakMebibytes()} MiB resident`,
      );
    }
    console.log(
      `        time a pair against that of the first: ${(perPair.at(-1)! / perPair[0]).toFixed(2)}`,
    );
  }
}

/** Goes through an epoch; gives its seconds without those of reading. */
function sampleAll(
  source: RankedSource,
  curriculum: Curriculum | null = null,
): { seconds: number; pairs: number } {
  let reading = 0;
  const timed = <T>(read: (from: number, to: number) => T) => (from: number, to: number): T => {
    const start = performance.now();
    const found = read(from, to);
    reading += performance.now() - start;
    return found;
  };
  const timedSource: RankedSource = {
    ...source,
    readGroups: timed(source.readGroups),
    readRanks: timed(source.readRanks),
  };
  const sequence = new BatchSequence([source], { batchSize: BATCH_SIZE, seed: 12, curriculum });
  const start = performance.now();
  let pairs = 0;
  for (const { rows } of sequence.iterate([timedSource])) pairs += rows.length;
  return { seconds: (performance.now() - start - reading) / 1000, pairs };
}

if (import.meta.main) await main(Deno.args);

import { sifWeights } from "../distill/mod.ts";

/**
 * Multiplies each row of a table by its token's smooth inverse frequency. A mean of drawn rows then is a random projection
 * of the text's words weighted by how rare they are: cosines begin near those of a search by words, before any training.
 *
 * Reference: Arora, Liang and Ma 2017, "A simple but tough-to-beat baseline for sentence embeddings"; random projections
 * keep cosines by Johnson and Lindenstrauss 1984.
 *
 * @param table float32 [vocab, dim], changed in place
 * @param counts of every data set, how often every token occurs: [vocab]
 * @param coefficient A of the weight A / (A + frequency)
 * @throws {RangeError} if nothing was counted
 */
export function weightRows(table: Float32Array, counts: readonly Float64Array[], coefficient: number): void {
  const vocab = counts[0].length;
  const dim = table.length / vocab;
  const sums = new Float64Array(vocab);
  for (const dataset of counts) dataset.forEach((count, id) => sums[id] += count);
  sifWeights(sums, coefficient).forEach((weight, id) => {
    for (let i = id * dim; i < (id + 1) * dim; i++) table[i] *= weight;
  });
}

/** Factors stay within these bounds, so that a token seen once does not leap and a frequent one does not freeze. */
const BOUNDS = [0.1, 10] as const;

/**
 * Factors of the rows' learning rates by how often their tokens occur in the training texts: (count / mean)^-power, at
 * least a tenth and at most ten. Rare tokens are updated seldom, so that power 0.5 evens out how far rows move.
 *
 * @param datasets of every data set, how often every token occurs: [vocab]
 * @param vocab rows of the table
 * @param power 0 for no scaling
 * @returns float32 [vocab]; undefined for power 0
 */
export function rowScales(
  datasets: readonly Float64Array[],
  vocab: number,
  power: number,
): Float32Array | undefined {
  if (power === 0) return undefined;
  const counts = new Float64Array(vocab);
  for (const dataset of datasets) dataset.forEach((count, id) => counts[id] += count);
  const mean = counts.reduce((sum, count) => sum + count, 0) / vocab;
  return Float32Array.from(
    counts,
    (count) => Math.min(BOUNDS[1], Math.max(BOUNDS[0], (Math.max(1, count) / mean) ** -power)),
  );
}

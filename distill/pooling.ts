/** How the vectors of a text's tokens, special ones included, become one vector. */
export type Pooling = "mean" | "first" | "last" | "max" | "meanSqrtLength" | "weightedMean";

/** The vectors of some texts' tokens. */
export interface TokenVectors {
  /** float32 [texts, length, dim], row-major. */
  data: Float32Array;
  /** Numbers a vector. */
  dim: number;
  /** Tokens of every text with its padding, which stands at the end. */
  length: number;
}

/** The tokens of one text that count. */
export interface TokenSpan {
  /** First token that counts: above 0 where a prompt is left out. */
  start: number;
  /** Tokens of the text, padding left out. */
  end: number;
}

/** What Lathe can pool by. */
export const POOLINGS: readonly Pooling[] = [
  "mean",
  "first",
  "last",
  "max",
  "meanSqrtLength",
  "weightedMean",
];

/**
 * Pools one text: the mean of its tokens, its first or last one, the largest value of each dimension, the sum divided
 * by the root of the number of tokens, or the mean in which token i weighs i (decoders: the last tokens have seen most).
 *
 * Source: the pooling module of Sentence Transformers.
 *
 * @param vectors the batch
 * @param text number of the text in the batch
 * @param options `span`: tokens that count; `out` float32 [dim] receives the vector
 */
export function poolTokens(
  vectors: TokenVectors,
  text: number,
  options: { pooling: Pooling; span: TokenSpan; out: Float32Array },
): void {
  const { pooling, span: { start, end }, out } = options;
  const { data, dim, length } = vectors;
  const rowOf = (token: number): Float32Array => {
    const from = (text * length + token) * dim;
    return data.subarray(from, from + dim);
  };
  if (end <= start) return void out.fill(0);
  if (pooling === "first") return out.set(rowOf(start));
  if (pooling === "last") return out.set(rowOf(end - 1));
  if (pooling === "max") return poolLargest(rowOf, options);
  const sums = new Float64Array(dim);
  let total = 0;
  for (let token = start; token < end; token++) {
    const row = rowOf(token);
    const weight = pooling === "weightedMean" ? token + 1 : 1;
    total += weight;
    for (let i = 0; i < dim; i++) sums[i] += weight * row[i];
  }
  const divisor = pooling === "meanSqrtLength" ? Math.sqrt(total) : total;
  for (let i = 0; i < dim; i++) out[i] = sums[i] / divisor;
}

function poolLargest(
  rowOf: (token: number) => Float32Array,
  { span: { start, end }, out }: { span: TokenSpan; out: Float32Array },
): void {
  out.set(rowOf(start));
  for (let token = start + 1; token < end; token++) {
    const row = rowOf(token);
    for (let i = 0; i < out.length; i++) out[i] = Math.max(out[i], row[i]);
  }
}

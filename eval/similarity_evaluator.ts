import type { Matrix } from "../model/mod.ts";
import { notFinite } from "./_prefix_sums.ts";
import { checkedSizes } from "./_sizes.ts";
import { isConstant, pearson, spearman } from "./metrics/mod.ts";
import type { Metrics } from "./score_rankings.ts";

/** Pairs of vectors and how alike people found them. */
export interface SimilarityVectors {
  /** float32 [pairs, dim]. */
  a: Matrix;
  /** float32 [pairs, dim]. */
  b: Matrix;
  /** One judgment a pair; only their order and spacing matter. */
  scores: ArrayLike<number>;
}

/** Options of {@link evaluateSimilarity}. */
export interface SimilarityOptions {
  /**
   * Sizes to score: how many of the first columns count.
   * @default the full size
   */
  truncate?: readonly number[];
}

/** Scores at one size. */
export interface SimilarityScores {
  /** How many columns counted. */
  size: number;
  /** `pearson_cosine`, `spearman_cosine`, ... `_dot`, `_euclidean`, `_manhattan`, `_max`; null where undefined. */
  metrics: Metrics;
}

/** What {@link evaluateSimilarity} found. */
export interface SimilarityResult {
  /** Scores at every size, ascending. */
  sizes: SimilarityScores[];
  /** What a reader of the scores should know. */
  notes: string[];
}

/** The measures in the reference's order; distances are negative, so that larger is more alike. */
const MEASURES = ["cosine", "dot", "euclidean", "manhattan"] as const;

/** For every measure the similarities of all pairs at every size: float64 [sizes, pairs]. */
type PairSimilarities = Record<(typeof MEASURES)[number], Float64Array>;

/** Shortest length that is divided by: the cosine with a zero vector is 0. */
const SMALLEST_NORM = 1e-12;

/**
 * Correlates the similarities of pairs with judgments, as Sentence Transformers' EmbeddingSimilarityEvaluator does:
 * Pearson and Spearman of cosine, dot product, negative Euclidean and Manhattan distance, and the largest of each; at
 * any number of truncations in one pass over the vectors.
 *
 * @param vectors {@link SimilarityVectors}
 * @param options {@link SimilarityOptions}
 * @throws RangeError when a vector or judgment is not finite (its row is named) or a size is larger than the vectors;
 * TypeError when the three differ in number or the vectors in size
 */
export function evaluateSimilarity(
  vectors: SimilarityVectors,
  options: SimilarityOptions = {},
): SimilarityResult {
  checkShapes(vectors);
  const sizes = checkedSizes(options.truncate, vectors.a.columns);
  const similarities = similaritiesOf(vectors, sizes);
  const pairs = vectors.a.rows;
  const notes: string[] = [];
  if (isConstant(vectors.scores)) notes.push("all judgments are the same: correlations are undefined");
  const scored = sizes.map((size, s): SimilarityScores => {
    const metrics: Metrics = {};
    for (const measure of MEASURES) {
      const values = similarities[measure].subarray(s * pairs, (s + 1) * pairs);
      if (isConstant(values)) notes.push(`all ${measure} similarities at ${size} are the same: undefined`);
      metrics[`pearson_${measure}`] = pearson(values, vectors.scores);
      metrics[`spearman_${measure}`] = spearman(values, vectors.scores);
    }
    for (const name of ["pearson", "spearman"]) metrics[`${name}_max`] = largest(metrics, name);
    return { size, metrics };
  });
  return { sizes: scored, notes };
}

function largest(metrics: Metrics, name: string): number | null {
  const values = MEASURES.map((measure) => metrics[`${name}_${measure}`]).filter((value) => value !== null);
  return values.length === 0 ? null : Math.max(...values);
}

/** One pass over every pair: five running sums, read off at every size. */
function similaritiesOf(vectors: SimilarityVectors, sizes: readonly number[]): PairSimilarities {
  const { data: x, rows, columns } = vectors.a;
  const { data: y } = vectors.b;
  const [cosine, dot, euclidean, manhattan] = MEASURES.map(() => new Float64Array(sizes.length * rows));
  for (let pair = 0; pair < rows; pair++) {
    const start = pair * columns;
    let xx = 0, yy = 0, xy = 0, squares = 0, absolutes = 0;
    let column = 0;
    for (let s = 0; s < sizes.length; s++) {
      for (; column < sizes[s]; column++) {
        const u = x[start + column], v = y[start + column];
        const difference = u - v;
        xx += u * u, yy += v * v, xy += u * v;
        squares += difference * difference, absolutes += Math.abs(difference);
      }
      const at = s * rows + pair;
      cosine[at] = xy / (Math.max(Math.sqrt(xx), SMALLEST_NORM) * Math.max(Math.sqrt(yy), SMALLEST_NORM));
      dot[at] = xy, euclidean[at] = -Math.sqrt(squares), manhattan[at] = -absolutes;
    }
    if (!Number.isFinite(xx)) throw notFinite("first text", pair);
    if (!Number.isFinite(yy)) throw notFinite("second text", pair);
  }
  return { cosine, dot, euclidean, manhattan };
}

function checkShapes({ a, b, scores }: SimilarityVectors): void {
  if (a.rows !== b.rows || a.rows !== scores.length || a.columns !== b.columns) {
    throw new TypeError(
      `Cannot score similarity: [${a.rows}, ${a.columns}] and [${b.rows}, ${b.columns}] vectors with ` +
        `${scores.length} judgments; give as many of each, of one size`,
    );
  }
  for (let pair = 0; pair < scores.length; pair++) {
    if (!Number.isFinite(scores[pair])) {
      throw new RangeError(
        `Cannot score similarity: judgment ${pair} is ${scores[pair]}; give finite numbers`,
      );
    }
  }
}

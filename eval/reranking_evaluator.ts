import type { Matrix } from "../model/mod.ts";
import { prefixDotProducts, prefixNorms } from "./_prefix_sums.ts";
import { checkedSizes } from "./_sizes.ts";
import type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";
import { averagePrecisionOf, byScore, ndcgOf, reciprocalRankAt } from "./metrics/mod.ts";

/** Queries with a few candidates each. */
export interface RerankingVectors {
  /** float32 [queries, dim]. */
  queries: Matrix;
  /** float32 [documents, dim]: the candidates of the first query, then those of the second, and so on. */
  documents: Matrix;
  /** For every query the grades of its candidates; above 0 is relevant. */
  grades: readonly (readonly number[])[];
}

/** Options of {@link evaluateReranking}. */
export interface RerankingOptions extends EvaluatorOptions {
  /**
   * How many results count for MRR and NDCG.
   * @default 10
   */
  atK?: number;
}

/** Shortest length that is divided by: the cosine with a zero vector is 0. */
const SMALLEST_NORM = 1e-12;

/**
 * Ranks every query's own candidates by cosine, as Sentence Transformers' RerankingEvaluator does: mean average
 * precision and NDCG of all candidates, where equal scores share their gains, and MRR, where of equal scores the
 * irrelevant come first; at any number of truncations in one pass over the vectors. As in the reference, queries
 * whose candidates are all relevant or all not are left out, and relevance is binary.
 *
 * @param vectors {@link RerankingVectors}
 * @param options {@link RerankingOptions}
 * @returns `map`, `mrr@10`, `ndcg@10`; the items are the queries that count
 * @throws RangeError when a vector is not finite, a size is larger than the vectors, or no query counts; TypeError
 * when grades and documents differ in number
 */
export function evaluateReranking(vectors: RerankingVectors, options: RerankingOptions = {}): Evaluation {
  const { queries, documents, grades } = vectors;
  const { atK = 10 } = options;
  const total = grades.reduce((sum, { length }) => sum + length, 0);
  if (grades.length !== queries.rows || total !== documents.rows) {
    throw new TypeError(
      `Cannot score re-ranking: ${grades.length} queries with ${total} grades for ${queries.rows} and ` +
        `${documents.rows} vectors; give one list of grades a query, one grade a document`,
    );
  }
  const sizes = checkedSizes(options.truncate, queries.columns);
  const counted = rerankedQueries(grades);
  const scores = candidateScores(vectors, sizes, counted);
  const scored = sizes.map((size, s): EvaluatedSize => {
    const lists = counted.map((query, i) => ({ relevant: relevance(grades[query]), scores: scores[i][s] }));
    const values = {
      map: Float64Array.from(lists, (list) => averagePrecisionOf(list.scores, list.relevant) ?? 0),
      [`mrr@${atK}`]: Float64Array.from(lists, (list) => reciprocalRankAt(cautiousOrder(list), atK)),
      [`ndcg@${atK}`]: Float64Array.from(lists, (list) => ndcgOf(list.scores, list.relevant, atK)),
    };
    const metrics = Object.fromEntries(
      Object.entries(values).map(([name, list]) => [name, list.reduce((a, b) => a + b, 0) / list.length]),
    );
    return { size, metrics, items: { kind: "mean", values } };
  });
  const idle = grades.length - counted.length;
  const notes = idle > 0
    ? [
      `${idle} of ${grades.length} queries have only relevant or only irrelevant candidates and do not count`,
    ]
    : [];
  return { sizes: scored, notes };
}

/**
 * Numbers of the queries that can be scored: those with relevant and with irrelevant candidates.
 *
 * @param grades for every query the grades of its candidates
 * @throws RangeError when there is none
 */
export function rerankedQueries(grades: readonly (readonly number[])[]): number[] {
  const counted = grades.flatMap((list, query) =>
    list.some((grade) => grade > 0) && list.some((grade) => grade <= 0) ? [query] : []
  );
  if (counted.length > 0) return counted;
  throw new RangeError(
    `Cannot score re-ranking: none of ${grades.length} queries has relevant and irrelevant candidates; ` +
      "give some of both",
  );
}

function relevance(grades: readonly number[]): number[] {
  return grades.map((grade) => Number(grade > 0));
}

/** Relevance in the order of the scores; of equal scores the irrelevant first, so that a tie is no success. */
function cautiousOrder(
  { relevant, scores }: { relevant: readonly number[]; scores: Float64Array },
): number[] {
  const order = [...byScore(scores)].sort((a, b) => scores[b] - scores[a] || relevant[a] - relevant[b]);
  return order.map((candidate) => relevant[candidate]);
}

/** Cosines of every counted query's candidates, at every size. */
function candidateScores(
  { queries, documents, grades }: RerankingVectors,
  sizes: readonly number[],
  counted: readonly number[],
): Float64Array[][] {
  const starts = new Uint32Array(grades.length + 1);
  grades.forEach(({ length }, query) => starts[query + 1] = starts[query] + length);
  return counted.map((query) => {
    const a = { matrix: queries, start: query, end: query + 1 };
    const b = { matrix: documents, start: starts[query], end: starts[query + 1] };
    const count = grades[query].length;
    const out = new Float64Array(sizes.length * count);
    prefixDotProducts(a, b, { sizes, out });
    const own = prefixNorms(a, sizes, "query");
    const norms = prefixNorms(b, sizes, "document");
    return sizes.map((_, s) =>
      out.slice(s * count, (s + 1) * count).map((dot, i) =>
        dot / (Math.max(own[s], SMALLEST_NORM) * Math.max(norms[s * count + i], SMALLEST_NORM))
      )
    );
  });
}

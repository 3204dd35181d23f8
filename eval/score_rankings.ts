import type { Ranking } from "./_top_k.ts";
import type { Judgments } from "./judgments.ts";
import {
  accuracyAt,
  averagePrecisionAt,
  ndcgAt,
  precisionAt,
  recallAt,
  reciprocalRankAt,
  trecAveragePrecisionAt,
  trecNdcgAt,
} from "./metrics/mod.ts";

/** Scores by the names of the field, such as `cosine_ndcg@10`; null where a metric is undefined. */
export type Metrics = Record<string, number | null>;

/** How many results count, for each metric. */
export interface RetrievalCutoffs {
  /**
   * For accuracy.
   * @default [1, 3, 5, 10]
   */
  accuracy?: readonly number[];
  /**
   * For precision and recall.
   * @default [1, 3, 5, 10]
   */
  precisionRecall?: readonly number[];
  /**
   * For NDCG.
   * @default [10]
   */
  ndcg?: readonly number[];
  /**
   * For MRR.
   * @default [10]
   */
  mrr?: readonly number[];
  /**
   * For MAP.
   * @default [100]
   */
  map?: readonly number[];
}

/** Metrics of a set of rankings. */
export interface RankingScores {
  /** Means over the queries. */
  metrics: Metrics;
  /** Every metric's value for every query, in the order of the judgments' queries. */
  perQuery: Record<string, Float64Array>;
}

/**
 * Whose definitions count where they differ. `reference`, Sentence Transformers: NDCG with binary gains, average
 * precision over the relevant documents that k leaves room for, equal scores in the order of the collection. `trec`,
 * NIST's trec_eval, with which BEIR and MTEB score: NDCG with the grades as gains, average precision over all relevant
 * documents, equal scores by document id, the last one in the alphabet first.
 */
export type RetrievalDefinitions = "reference" | "trec";

/** How {@link scoreRankings} scores. */
export interface ScoreRankingsOptions {
  /** What goes before every name: `cosine` gives `cosine_ndcg@10`. */
  prefix: string;
  /** How many results count, for each metric; the reference's cut-offs by default. */
  cutoffs?: RetrievalCutoffs;
  /**
   * Whose definitions count.
   * @default "reference"
   */
  definitions?: RetrievalDefinitions;
}

/** What there is to be found for one query. */
interface Wanted {
  relevant: number;
  ideal: readonly number[];
}

type QueryMetric = (grades: ArrayLike<number>, wanted: Wanted) => number;

/**
 * Every cut-off list, with Sentence Transformers' defaults filled in.
 *
 * @param cutoffs wishes
 */
export function fullCutoffs(cutoffs: RetrievalCutoffs = {}): Required<RetrievalCutoffs> {
  return {
    accuracy: cutoffs.accuracy ?? [1, 3, 5, 10],
    precisionRecall: cutoffs.precisionRecall ?? [1, 3, 5, 10],
    ndcg: cutoffs.ndcg ?? [10],
    mrr: cutoffs.mrr ?? [10],
    map: cutoffs.map ?? [100],
  };
}

/**
 * How many results a ranking needs for all metrics.
 *
 * @param cutoffs wishes; see {@link RetrievalCutoffs}
 */
export function deepestCutoff(cutoffs: RetrievalCutoffs = {}): number {
  return Math.max(...Object.values(fullCutoffs(cutoffs)).flat());
}

/**
 * Scores rankings, whatever made them: vectors, BM25, anything else.
 *
 * @param rankings one for every query of the judgments
 * @param judgments what is relevant
 * @param options {@link ScoreRankingsOptions}
 */
export function scoreRankings(
  rankings: readonly Ranking[],
  judgments: Judgments,
  options: ScoreRankingsOptions,
): RankingScores {
  const table = metricTable(fullCutoffs(options.cutoffs), options.definitions ?? "reference");
  const scores: RankingScores = { metrics: {}, perQuery: {} };
  const grades = rankings.map((ranking, query) =>
    Array.from(ranking.documents, (document) => judgments.grades[query].get(document) ?? 0)
  );
  for (const [name, metric] of table) {
    const values = Float64Array.from(
      grades,
      (list, query) => metric(list, { relevant: judgments.relevant[query], ideal: judgments.ideal[query] }),
    );
    const key = `${options.prefix}_${name}`;
    scores.perQuery[key] = values;
    scores.metrics[key] = values.reduce((sum, value) => sum + value, 0) / values.length;
  }
  return scores;
}

/** Names in the order in which the reference lists them. */
function metricTable(
  cutoffs: Required<RetrievalCutoffs>,
  definitions: RetrievalDefinitions,
): [string, QueryMetric][] {
  const at = (
    name: string,
    ks: readonly number[],
    metric: (k: number) => QueryMetric,
  ): [string, QueryMetric][] => ks.map((k) => [`${name}@${k}`, metric(k)]);
  const trec = definitions === "trec";
  const ndcg = (k: number): QueryMetric => (grades, { relevant, ideal }) =>
    trec ? trecNdcgAt(grades, k, ideal) : ndcgAt(grades, k, relevant);
  const map = (k: number): QueryMetric => (grades, { relevant }) =>
    trec ? trecAveragePrecisionAt(grades, k, relevant) : averagePrecisionAt(grades, k, relevant);
  return [
    ...at("accuracy", cutoffs.accuracy, (k) => (grades) => accuracyAt(grades, k)),
    ...at("precision", cutoffs.precisionRecall, (k) => (grades) => precisionAt(grades, k)),
    ...at("recall", cutoffs.precisionRecall, (k) => (grades, { relevant }) => recallAt(grades, k, relevant)),
    ...at("ndcg", cutoffs.ndcg, ndcg),
    ...at("mrr", cutoffs.mrr, (k) => (grades) => reciprocalRankAt(grades, k)),
    ...at("map", cutoffs.map, map),
  ];
}

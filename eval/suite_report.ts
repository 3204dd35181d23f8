import type { Metrics } from "./score_rankings.ts";

/** Scores at one size. */
export interface SizeReport {
  /** How many columns counted. */
  size: number;
  /** Scores by name. */
  metrics: Metrics;
  /** Every query's scores, in the order of the collection's `queryIds`; there where they were asked for. */
  perQuery?: Record<string, number[]>;
}

/** Scores of something that is not a vector model. */
export interface BaselineReport {
  /** Which baseline. */
  name: string;
  /** Name of the score that tables show. */
  mainMetric: string;
  /** Scores by name. */
  metrics: Metrics;
  /** Every query's scores, in the order of the collection's `queryIds`; there where they were asked for. */
  perQuery?: Record<string, number[]>;
}

/** Scores on one collection. */
export interface CollectionReport {
  /** Name in tables. */
  name: string;
  /** What was scored. */
  kind: "retrieval" | "similarity";
  /** Name of the score that tables show. */
  mainMetric: string;
  /** How much there was: queries that count and documents, or pairs. */
  counts: Record<string, number>;
  /** Scores at every size, ascending. */
  sizes: SizeReport[];
  /** Baselines in the order asked for; none on pairs. */
  baselines: BaselineReport[];
  /** Ids of the queries that count; there where their scores were asked for. */
  queryIds?: string[];
  /** What a reader of the scores should know. */
  notes: string[];
  /** Texts encoded. */
  texts: number;
  /** Seconds spent encoding them; null without a clock. */
  encodeSeconds: number | null;
  /** Seconds in all, baselines included; null without a clock. */
  seconds: number | null;
}

/** Means over several retrieval collections, as NanoBEIR has them. */
export interface MeanReport {
  /** Name of the score that tables show. */
  mainMetric: string;
  /** How many collections were averaged. */
  collections: number;
  /** Means at every size, ascending. */
  sizes: SizeReport[];
  /** Means of the baselines. */
  baselines: BaselineReport[];
}

/** All that a suite found, as plain JSON. */
export interface SuiteReport {
  /** What was scored. */
  subject: string;
  /** The sizes, ascending. */
  sizes: number[];
  /** One entry a collection. */
  collections: CollectionReport[];
  /** Means over the retrieval collections; null where there are fewer than two. */
  mean: MeanReport | null;
  /** Texts encoded. */
  texts: number;
  /** Texts encoded a second, tokenizing included; null without a clock. */
  textsPerSecond: number | null;
  /** Seconds in all; null without a clock. */
  seconds: number | null;
}

/**
 * Averages every score over collections, as NanoBEIR does.
 *
 * @param collections reports of any kind; only retrieval counts
 * @returns null where there are fewer than two retrieval collections
 */
export function meanOverRetrieval(collections: readonly CollectionReport[]): MeanReport | null {
  const retrieval = collections.filter((collection) => collection.kind === "retrieval");
  if (retrieval.length < 2) return null;
  const [first] = retrieval;
  return {
    mainMetric: first.mainMetric,
    collections: retrieval.length,
    sizes: first.sizes.map(({ size }, s) => ({
      size,
      metrics: meanMetrics(retrieval.map((collection) => collection.sizes[s].metrics)),
    })),
    baselines: first.baselines.map(({ name, mainMetric }, i) => ({
      name,
      mainMetric,
      metrics: meanMetrics(retrieval.map((collection) => collection.baselines[i].metrics)),
    })),
  };
}

function meanMetrics(all: readonly Metrics[]): Metrics {
  return Object.fromEntries(
    Object.keys(all[0]).map((key) => {
      const values = all.map((metrics) => metrics[key]).filter((value) => value !== null);
      return [
        key,
        values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
      ];
    }),
  );
}

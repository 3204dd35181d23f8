import type { EvaluationCollection } from "./collection.ts";
import type { CollectionItems, ItemScores } from "./item_scores.ts";
import type { Metrics } from "./score_rankings.ts";

/** How the numbers of a stored vector are written. */
export type Precision = "float32" | "int8" | "binary";

/** Scores at one size. */
export interface SizeReport {
  /** How many columns counted. */
  size: number;
  /** Bytes of one stored vector of that size. */
  bytes: number;
  /** Scores by name. */
  metrics: Metrics;
  /** What the scores are made of, item by item; there where it was asked for. */
  items?: ItemScores;
  /** Every score of every draw of examples, on classification; there where items were asked for. */
  draws?: Record<string, number[]>;
}

/** Scores of quantised vectors at one size. */
export interface QuantizedReport extends SizeReport {
  /** How the numbers are written. */
  precision: Exclude<Precision, "float32">;
  /** Whether twice as many results as needed were ranked again with the float32 query. */
  rescored: boolean;
}

/** Scores of something beside the model. */
export interface BaselineReport {
  /** Which baseline. */
  name: string;
  /** Name of the score that tables show. */
  mainMetric: string;
  /** Scores by name; those of the largest size where there are several. */
  metrics: Metrics;
  /** What the scores are made of, item by item; there where it was asked for. */
  items?: ItemScores;
  /** Scores at every size, ascending, of baselines that are vectors. */
  sizes?: SizeReport[];
}

/** A document, or another text that was found or should have been. */
export interface FoundText {
  /** Its id. */
  id: string;
  /** Its text; there where texts were asked for. */
  text?: string;
  /** Its rank from 1; null where it is not among those that were kept. */
  rank: number | null;
  /** Its similarity; null where it is not among those that were kept. */
  similarity: number | null;
  /** Whether it is what should have been found. */
  relevant: boolean;
}

/** A query that the largest size answers badly, and what it found instead. */
export interface WorstItem {
  /** Id of the query. */
  id: string;
  /** Its text; there where texts were asked for. */
  text?: string;
  /** Its main score. */
  score: number;
  /** The first results, best first. */
  found: FoundText[];
  /** What should have been found, best first. */
  expected: FoundText[];
}

/** Scores on one collection. */
export interface CollectionReport {
  /** Name in tables. */
  name: string;
  /** Name of the benchmark that it belongs to; means are taken over those of one benchmark and kind. */
  benchmark: string;
  /** What was scored. */
  kind: EvaluationCollection["kind"];
  /** Name of the score that tables show. */
  mainMetric: string;
  /** How much there was: queries that count and documents, or pairs, or texts. */
  counts: Record<string, number>;
  /** Scores at every size, ascending. */
  sizes: SizeReport[];
  /** Scores of quantised vectors: by precision, then rescoring, then size; there where they were asked for. */
  quantized?: QuantizedReport[];
  /** Baselines in the order asked for; BM25 only where something is searched. */
  baselines: BaselineReport[];
  /** What the items of all `items` are; there where they were asked for and the kind has them. */
  items?: CollectionItems;
  /** The worst queries at the largest size, worst first; there where they were asked for and the kind has them. */
  worst?: WorstItem[];
  /** What a reader of the scores should know. */
  notes: string[];
  /** Texts encoded. */
  texts: number;
  /** Seconds spent encoding them; null without a clock. */
  encodeSeconds: number | null;
  /** Seconds in all, baselines included; null without a clock. */
  seconds: number | null;
}

/** Means over the collections of one benchmark, as NanoBEIR has them. */
export interface MeanReport {
  /** Name of the benchmark. */
  benchmark: string;
  /** What was averaged. */
  kind: CollectionReport["kind"];
  /** Name of the score that tables show. */
  mainMetric: string;
  /** How many collections were averaged. */
  collections: number;
  /** Means at every size that all collections have, ascending. */
  sizes: SizeReport[];
  /** Means of quantised vectors; there where they were asked for. */
  quantized?: QuantizedReport[];
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
  /** Means, one entry for every benchmark and kind that has two collections or more. */
  means: MeanReport[];
  /** Texts encoded. */
  texts: number;
  /** Texts encoded a second, tokenizing included; null without a clock. */
  textsPerSecond: number | null;
  /** Seconds in all; null without a clock. */
  seconds: number | null;
}

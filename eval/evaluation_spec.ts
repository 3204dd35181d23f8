import type { RetrievalDefinitions } from "./score_rankings.ts";

/** What every record of an evaluation may say. */
export interface NamedSpec {
  /**
   * Name in tables.
   * @default null: the last part of the source, and the configuration
   */
  name?: string | null;
  /**
   * Name of the benchmark that it belongs to; means are taken over those of one benchmark.
   * @default null: the last part of the source
   */
  benchmark?: string | null;
  /**
   * Name of the score that tables show.
   * @default null: the kind's
   */
  mainMetric?: string | null;
}

/** Rows of a table: files, a folder of files, or a data set of the hub. */
export interface TableSpec extends NamedSpec {
  /** Files, a glob, a folder, or `hf://datasets/OWNER/NAME`, also `...@REVISION`. */
  source: string;
  /**
   * Configuration of the data set, often a language; in a folder, the folder below it.
   * @default null: the data set's own default
   */
  config?: string | null;
  /**
   * Split to score.
   * @default null: test; of plain files all rows
   */
  split?: string | null;
  /**
   * Names of the columns, by what they hold, such as `{ first: "english" }`.
   * @default null: the usual names
   */
  columns?: Readonly<Record<string, string>> | null;
  /**
   * Values that a row's columns must have, such as `{ language: "deu" }`.
   * @default null: all rows
   */
  where?: Readonly<Record<string, string>> | null;
  /**
   * At most so many rows, from 1.
   * @default null: all
   */
  take?: number | null;
}

/** How retrieval is scored. */
export interface SearchSpec extends NamedSpec {
  /**
   * Whether a query must not find the document with its own id.
   * @default null: BEIR's layout yes, NanoBEIR's no
   */
  excludeSameId?: boolean | null;
  /**
   * Whose definitions count where the reference and NIST differ.
   * @default null: BEIR's layout "trec", NanoBEIR's "reference"
   */
  definitions?: RetrievalDefinitions | null;
}

/** Small retrieval collections: configurations corpus, queries and qrels, one split a collection. */
export interface NanoBeirSpec extends SearchSpec {
  /** Tag of the union. */
  kind: "nanoBeir";
  /**
   * Data set, `hf://datasets/OWNER/NAME`, or a folder with the folders corpus, queries and qrels.
   * @default "hf://datasets/sentence-transformers/NanoBEIR-en"
   */
  source?: string;
  /**
   * Names of the collections to score.
   * @default null: every one
   */
  collections?: readonly string[] | null;
}

/** A collection in the layout of BEIR: corpus, queries, and one set of judgments a split. */
export interface BeirSpec extends SearchSpec {
  /** Tag of the union. */
  kind: "beir";
  /**
   * Folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv; or a data set of the hub with these files, or with
   * the configurations corpus, queries and qrels (or default).
   */
  path: string;
  /**
   * Which judgments.
   * @default "test"
   */
  split?: string;
  /**
   * What the names of the configurations begin with, as in `de-corpus`; on the hub only.
   * @default null: nothing
   */
  config?: string | null;
}

/** Pairs of sentences with a score of how alike they are: columns sentence1, sentence2, score. */
export interface StsSpec extends TableSpec {
  /** Tag of the union. */
  kind: "sts";
}

/** Triplets of texts: columns anchor, positive, negative. */
export interface TripletsSpec extends TableSpec {
  /** Tag of the union. */
  kind: "triplets";
}

/** Pairs of texts that belong together or not: columns sentence1, sentence2, label. */
export interface PairClassificationSpec extends TableSpec {
  /** Tag of the union. */
  kind: "pairClassification";
}

/** Texts with labels: columns text, label. */
export interface ClassificationSpec extends TableSpec {
  /** Tag of the union. */
  kind: "classification";
  /**
   * Split to learn from.
   * @default "train"
   */
  trainSplit?: string;
  /**
   * Examples drawn of every label, from 1.
   * @default 8
   */
  samplesPerLabel?: number;
  /**
   * How many times examples are drawn, from 1.
   * @default 10
   */
  draws?: number;
  /**
   * Seed of the draws.
   * @default 42, as MTEB's
   */
  seed?: number;
}

/** Queries with candidates: columns query, positive, negative, or the configurations of MTEB with top_ranked. */
export interface RerankingSpec extends TableSpec {
  /** Tag of the union. */
  kind: "reranking";
}

/** Sentences and their translations: columns sentence1 and sentence2, source and target, or english and non_english. */
export interface TranslationSpec extends TableSpec {
  /** Tag of the union. */
  kind: "translation";
}

/** Pairs of texts that mean the same, to be found among all: columns sentence1, sentence2. */
export interface ParaphraseMiningSpec extends TableSpec {
  /** Tag of the union. */
  kind: "paraphraseMining";
}

/** Texts with the vectors of a teacher, and pairs of them by its cosines: columns text, vector. */
export interface TeacherVectorsSpec extends TableSpec {
  /** Tag of the union. */
  kind: "teacherVectors";
}

/** Retrieval over the rows that the recipe holds out: first column asks, second is to be found. */
export interface HeldOutRetrievalSpec {
  /** Tag of the union. */
  kind: "heldOutRetrieval";
  /**
   * At most so many held-out rows of each data set, from 1.
   * @default null: all
   */
  limit?: number | null;
}

/** Teacher vectors of the rows that the recipe holds out, and pairs of their texts by the teacher's cosines. */
export interface HeldOutTeacherVectorsSpec {
  /** Tag of the union. */
  kind: "heldOutTeacherVectors";
  /**
   * At most so many held-out rows of each data set, from 1.
   * @default null: all
   */
  limit?: number | null;
}

/** A public benchmark, or one of its tasks, by name. */
export interface BenchmarkSpec {
  /** Tag of the union. */
  kind: "benchmark";
  /** NanoBEIR, BEIR, STS, PairClassification, Classification, Reranking, BitextMining, or the name of a task. */
  name: string;
  /**
   * Languages to score, as `de` or `deu`; a task in several languages needs all of them.
   * @default null: every one
   */
  languages?: readonly string[] | null;
}

/** What a recipe may evaluate on, as plain data. */
export type EvaluationSpec =
  | NanoBeirSpec
  | BeirSpec
  | StsSpec
  | TripletsSpec
  | PairClassificationSpec
  | ClassificationSpec
  | RerankingSpec
  | TranslationSpec
  | ParaphraseMiningSpec
  | TeacherVectorsSpec
  | HeldOutRetrievalSpec
  | HeldOutTeacherVectorsSpec
  | BenchmarkSpec;

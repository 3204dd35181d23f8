/** Small retrieval collections: configurations corpus, queries and qrels, one split a collection. */
export interface NanoBeirSpec {
  /** Tag of the union. */
  kind: "nanoBeir";
  /**
   * Data set, `hf://datasets/OWNER/NAME`.
   * @default "hf://datasets/sentence-transformers/NanoBEIR-en"
   */
  source?: string;
  /**
   * Names of the collections to score.
   * @default null: every one
   */
  collections?: readonly string[] | null;
}

/** A folder in the layout of BEIR: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv. */
export interface BeirSpec {
  /** Tag of the union. */
  kind: "beir";
  /** Path of the folder. */
  path: string;
  /**
   * Which judgments: `qrels/SPLIT.tsv`.
   * @default "test"
   */
  split?: string;
}

/** Pairs of sentences with a score of how alike they are. */
export interface StsSpec {
  /** Tag of the union. */
  kind: "sts";
  /** Files or `hf://datasets/OWNER/NAME`, with columns sentence1, sentence2, score. */
  source: string;
  /**
   * Configuration of the data set, often a language.
   * @default null: the data set's own default
   */
  config?: string | null;
  /**
   * Split to score.
   * @default "test"
   */
  split?: string;
  /**
   * Name in tables.
   * @default null: the last part of the source and the configuration, as in `stsb-en`
   */
  name?: string | null;
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

/** What a recipe may evaluate on, as plain data. */
export type EvaluationSpec = NanoBeirSpec | BeirSpec | StsSpec | HeldOutRetrievalSpec;

/**
 * Small retrieval collections; without options the 13 of NanoBEIR.
 *
 * @param options where they lie, and which of them
 */
export function nanoBeir(options: Omit<NanoBeirSpec, "kind"> = {}): NanoBeirSpec {
  return { kind: "nanoBeir", ...options };
}

/**
 * A folder in the layout of BEIR.
 *
 * @param options the folder and its split
 */
export function beir(options: Omit<BeirSpec, "kind">): BeirSpec {
  return { kind: "beir", ...options };
}

/**
 * Semantic textual similarity.
 *
 * @param options the data set of scored pairs
 */
export function sts(options: Omit<StsSpec, "kind">): StsSpec {
  return { kind: "sts", ...options };
}

/**
 * Retrieval over the rows that the recipe holds out.
 *
 * @param options how many rows
 */
export function heldOutRetrieval(options: Omit<HeldOutRetrievalSpec, "kind"> = {}): HeldOutRetrievalSpec {
  return { kind: "heldOutRetrieval", ...options };
}

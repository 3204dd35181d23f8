import type { JudgedIds } from "./judgments.ts";

/** Queries, documents, and which belong together. */
export interface RetrievalCollection extends JudgedIds {
  /** Tag of the union. */
  kind: "retrieval";
  /** Name in tables. */
  name: string;
  /** Text of every query, in the order of `queryIds`. */
  queryTexts: readonly string[];
  /** Text of every document, in the order of `documentIds`. */
  documentTexts: readonly string[];
  /** Whether a query must not find the document with its own id. */
  excludeSameId: boolean;
}

/** Pairs of texts and how alike people found them. */
export interface SimilarityPairs {
  /** Tag of the union. */
  kind: "similarity";
  /** Name in tables. */
  name: string;
  /** First text of every pair. */
  first: readonly string[];
  /** Second text of every pair. */
  second: readonly string[];
  /** Judgment of every pair; only order and spacing matter. */
  scores: readonly number[];
}

/** Anything an encoder can be scored on. */
export type EvaluationCollection = RetrievalCollection | SimilarityPairs;

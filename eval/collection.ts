import type { TeacherHeader } from "../data/mod.ts";
import type { Matrix } from "../model/mod.ts";
import type { JudgedIds } from "./judgments.ts";
import type { RetrievalDefinitions } from "./score_rankings.ts";

/** What every collection says of itself. */
export interface CollectionNames {
  /** Name in tables. */
  name: string;
  /**
   * Name of the benchmark that it belongs to; means are taken over the collections of one benchmark.
   * @default the kind
   */
  benchmark?: string;
  /**
   * Name of the score that tables show.
   * @default the kind's
   */
  mainMetric?: string;
  /** What a reader of the scores should know of the data. */
  notes?: readonly string[];
}

/** Queries, documents, and which belong together. */
export interface RetrievalCollection extends CollectionNames, JudgedIds {
  /** Tag of the union. */
  kind: "retrieval";
  /** Text of every query, in the order of `queryIds`. */
  queryTexts: readonly string[];
  /** Text of every document, in the order of `documentIds`. */
  documentTexts: readonly string[];
  /** Whether a query must not find the document with its own id. */
  excludeSameId: boolean;
  /**
   * Whose definitions count where the reference and NIST differ.
   * @default "reference"
   */
  definitions?: RetrievalDefinitions;
}

/** Pairs of texts and how alike people found them. */
export interface SimilarityPairs extends CollectionNames {
  /** Tag of the union. */
  kind: "similarity";
  /** First text of every pair. */
  first: readonly string[];
  /** Second text of every pair. */
  second: readonly string[];
  /** Judgment of every pair; only order and spacing matter. */
  scores: readonly number[];
}

/** Triplets of texts: the first is more like the second than like the third. */
export interface TextTriplets extends CollectionNames {
  /** Tag of the union. */
  kind: "triplets";
  /** First text of every triplet. */
  anchors: readonly string[];
  /** What belongs to it. */
  positives: readonly string[];
  /** What does not. */
  negatives: readonly string[];
}

/** Pairs of texts, and whether they belong together. */
export interface LabelledPairs extends CollectionNames {
  /** Tag of the union. */
  kind: "pairClassification";
  /** First text of every pair. */
  first: readonly string[];
  /** Second text of every pair. */
  second: readonly string[];
  /** 1 for pairs that belong together, 0 for others. */
  labels: readonly number[];
}

/** Texts with labels, to learn from and to be tested on. */
export interface LabelledTexts extends CollectionNames {
  /** Tag of the union. */
  kind: "classification";
  /** The training texts that any draw takes. */
  trainTexts: readonly string[];
  /** Label of every training text. */
  trainLabels: readonly string[];
  /** For every draw the numbers of the training texts it takes. */
  draws: readonly (readonly number[])[];
  /** The test texts. */
  testTexts: readonly string[];
  /** Label of every test text. */
  testLabels: readonly string[];
}

/** Queries with a few candidates each. */
export interface RerankingLists extends CollectionNames {
  /** Tag of the union. */
  kind: "reranking";
  /** Text of every query. */
  queries: readonly string[];
  /** For every query the texts of its candidates. */
  candidates: readonly (readonly string[])[];
  /** For every query the grades of its candidates; above 0 is relevant. */
  grades: readonly (readonly number[])[];
}

/** Sentences of two languages: one means the same as the other. */
export interface TranslationPairs extends CollectionNames {
  /** Tag of the union. */
  kind: "translation";
  /** Sentences of one language. */
  source: readonly string[];
  /** Sentences of the other, in the same order. */
  target: readonly string[];
}

/** Texts, some of which mean the same. */
export interface ParaphraseTexts extends CollectionNames {
  /** Tag of the union. */
  kind: "paraphraseMining";
  /** All texts. */
  texts: readonly string[];
  /** Pairs of different texts that mean the same, by number. */
  duplicates: readonly (readonly [number, number])[];
}

/** Texts with the vectors that a teacher gives them. */
export interface TeacherVectors extends CollectionNames {
  /** Tag of the union. */
  kind: "mse";
  /** All texts. */
  texts: readonly string[];
  /** float32 [texts, dim]: the teacher's vectors. */
  vectors: Matrix;
  /** Where they come from, if their files say so. */
  teacher?: TeacherHeader;
}

/** Anything an encoder can be scored on. */
export type EvaluationCollection =
  | RetrievalCollection
  | SimilarityPairs
  | TextTriplets
  | LabelledPairs
  | LabelledTexts
  | RerankingLists
  | TranslationPairs
  | ParaphraseTexts
  | TeacherVectors;

/**
 * All texts of a collection, such as are looked up in training data; a text may occur several times.
 *
 * @param collection of any kind
 */
export function collectionTexts(collection: EvaluationCollection): string[] {
  switch (collection.kind) {
    case "retrieval":
      return [...collection.queryTexts, ...collection.documentTexts];
    case "similarity":
    case "pairClassification":
      return [...collection.first, ...collection.second];
    case "triplets":
      return [...collection.anchors, ...collection.positives, ...collection.negatives];
    case "classification":
      return [...collection.trainTexts, ...collection.testTexts];
    case "reranking":
      return [...collection.queries, ...collection.candidates.flat()];
    case "translation":
      return [...collection.source, ...collection.target];
    case "paraphraseMining":
    case "mse":
      return [...collection.texts];
  }
}

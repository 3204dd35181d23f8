import type { Matrix } from "../model/mod.ts";
import { evaluateClassification } from "./classification_evaluator.ts";
import type { EvaluationCollection } from "./collection.ts";
import type { Evaluation, EvaluatorOptions } from "./evaluation.ts";
import type { CollectionItems } from "./item_scores.ts";
import { evaluateMse } from "./mse_evaluator.ts";
import { evaluatePairClassification } from "./pair_classification_evaluator.ts";
import { evaluateParaphraseMining } from "./paraphrase_mining_evaluator.ts";
import { evaluateReranking, rerankedQueries } from "./reranking_evaluator.ts";
import { evaluateSimilarity } from "./similarity_evaluator.ts";
import { evaluateTranslation } from "./translation_evaluator.ts";
import { evaluateTriplets } from "./triplet_evaluator.ts";

/** Collections whose texts are all encoded before anything is compared. */
export type VectorCollection = Exclude<EvaluationCollection, { kind: "retrieval" }>;

type CollectionOf<K extends VectorCollection["kind"]> = Extract<VectorCollection, { kind: K }>;

/** How collections of one kind are scored. */
export interface Scorer<C> {
  /** Name of the score that tables show, where the collection names none. */
  mainMetric: string;
  /** Lists of texts to encode. */
  texts: (collection: C) => (readonly string[])[];
  /** How much there is. */
  counts: (collection: C) => Record<string, number>;
  /** Scores the vectors of these lists. */
  evaluate: (collection: C, vectors: readonly Matrix[], options: EvaluatorOptions) => Evaluation;
  /** What the items are; none where metrics do not come from single items. */
  items?: (collection: C) => CollectionItems;
  /** Whether quantised vectors make sense. */
  quantizable: boolean;
}

/** One row a kind. */
const SCORERS: { readonly [K in VectorCollection["kind"]]: Scorer<CollectionOf<K>> } = {
  similarity: {
    mainMetric: "spearman_cosine",
    texts: ({ first, second }) => [first, second],
    counts: ({ scores }) => ({ pairs: scores.length }),
    evaluate: ({ scores }, [a, b], options) => evaluateSimilarity({ a, b, scores }, options),
    items: ({ scores }) => ({ ...numbered("pair", scores.length), gold: [...scores] }),
    quantizable: true,
  },
  triplets: {
    mainMetric: "cosine_accuracy",
    texts: ({ anchors, positives, negatives }) => [anchors, positives, negatives],
    counts: ({ anchors }) => ({ triplets: anchors.length }),
    evaluate: (_, [anchor, positive, negative], options) =>
      evaluateTriplets({ anchor, positive, negative }, options),
    items: ({ anchors }) => numbered("triplet", anchors.length),
    quantizable: true,
  },
  pairClassification: {
    mainMetric: "cosine_ap",
    texts: ({ first, second }) => [first, second],
    counts: ({ labels }) => ({ pairs: labels.length }),
    evaluate: ({ labels }, [a, b], options) => evaluatePairClassification({ a, b, labels }, options),
    items: ({ labels }) => ({ ...numbered("pair", labels.length), gold: [...labels] }),
    quantizable: true,
  },
  classification: {
    mainMetric: "accuracy",
    texts: ({ trainTexts, testTexts }) => [trainTexts, testTexts],
    counts: ({ testTexts, trainLabels }) => ({ texts: testTexts.length, labels: new Set(trainLabels).size }),
    evaluate: (collection, [train, test], options) =>
      evaluateClassification({ ...collection, train, test }, options),
    items: ({ testTexts }) => numbered("text", testTexts.length),
    quantizable: false,
  },
  reranking: {
    mainMetric: "map",
    texts: ({ queries, candidates }) => [queries, candidates.flat()],
    counts: ({ queries, candidates }) => ({ queries: queries.length, documents: candidates.flat().length }),
    evaluate: ({ grades }, [queries, documents], options) =>
      evaluateReranking({ queries, documents, grades }, options),
    items: ({ grades }) => ({ unit: "query", ids: rerankedQueries(grades).map(String) }),
    quantizable: true,
  },
  translation: {
    mainMetric: "mean_accuracy",
    texts: ({ source, target }) => [source, target],
    counts: ({ source }) => ({ pairs: source.length }),
    evaluate: (_, [source, target], options) => evaluateTranslation({ source, target }, options),
    items: ({ source }) => numbered("pair", source.length),
    quantizable: true,
  },
  paraphraseMining: {
    mainMetric: "average_precision",
    texts: ({ texts }) => [texts],
    counts: ({ texts, duplicates }) => ({ texts: texts.length, duplicates: duplicates.length }),
    evaluate: ({ duplicates }, [sentences], options) =>
      evaluateParaphraseMining({ sentences, duplicates }, options),
    quantizable: true,
  },
  mse: {
    mainMetric: "negative_mse",
    texts: ({ texts }) => [texts],
    counts: ({ texts }) => ({ texts: texts.length }),
    evaluate: ({ vectors }, [student], options) => evaluateMse({ student, teacher: vectors }, options),
    items: ({ texts }) => numbered("text", texts.length),
    quantizable: false,
  },
};

/** The row of a collection's kind. */
export function scorerOf(collection: VectorCollection): Scorer<VectorCollection> {
  return SCORERS[collection.kind] as Scorer<VectorCollection>;
}

function numbered(unit: CollectionItems["unit"], count: number): CollectionItems {
  return { unit, ids: Array.from({ length: count }, (_, i) => String(i)) };
}

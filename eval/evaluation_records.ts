import type {
  BeirSpec,
  BenchmarkSpec,
  ClassificationSpec,
  HeldOutRetrievalSpec,
  HeldOutTeacherVectorsSpec,
  NanoBeirSpec,
  PairClassificationSpec,
  ParaphraseMiningSpec,
  RerankingSpec,
  StsSpec,
  TeacherVectorsSpec,
  TranslationSpec,
  TripletsSpec,
} from "./evaluation_spec.ts";

/**
 * A public benchmark, or one of its tasks, by name.
 *
 * @param name `NanoBEIR`, `BEIR`, `STS`, `PairClassification`, `Classification`, `Reranking`, `BitextMining`, or a task
 * @param options which languages
 */
export function benchmark(name: string, options: Omit<BenchmarkSpec, "kind" | "name"> = {}): BenchmarkSpec {
  return { kind: "benchmark", name, ...options };
}

/**
 * Small retrieval collections; without options the 13 of NanoBEIR.
 *
 * @param options where they lie, and which of them
 */
export function nanoBeir(options: Omit<NanoBeirSpec, "kind"> = {}): NanoBeirSpec {
  return { kind: "nanoBeir", ...options };
}

/**
 * A collection in the layout of BEIR.
 *
 * @param options the folder or data set, and its split
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
 * Triplets of texts.
 *
 * @param options the data set
 */
export function triplets(options: Omit<TripletsSpec, "kind">): TripletsSpec {
  return { kind: "triplets", ...options };
}

/**
 * Pairs of texts that belong together or not.
 *
 * @param options the data set of labelled pairs
 */
export function pairClassification(options: Omit<PairClassificationSpec, "kind">): PairClassificationSpec {
  return { kind: "pairClassification", ...options };
}

/**
 * Texts with labels, told apart by a logistic regression on their vectors.
 *
 * @param options the data set of labelled texts, and how examples are drawn
 */
export function classification(options: Omit<ClassificationSpec, "kind">): ClassificationSpec {
  return { kind: "classification", ...options };
}

/**
 * Queries with a few candidates each.
 *
 * @param options the data set
 */
export function reranking(options: Omit<RerankingSpec, "kind">): RerankingSpec {
  return { kind: "reranking", ...options };
}

/**
 * Sentences and their translations, to be found among each other.
 *
 * @param options the data set of pairs
 */
export function translation(options: Omit<TranslationSpec, "kind">): TranslationSpec {
  return { kind: "translation", ...options };
}

/**
 * Pairs of texts that mean the same, to be found among all texts.
 *
 * @param options the data set of pairs
 */
export function paraphraseMining(options: Omit<ParaphraseMiningSpec, "kind">): ParaphraseMiningSpec {
  return { kind: "paraphraseMining", ...options };
}

/**
 * Texts with the vectors of a teacher.
 *
 * @param options the data set
 */
export function teacherVectors(options: Omit<TeacherVectorsSpec, "kind">): TeacherVectorsSpec {
  return { kind: "teacherVectors", ...options };
}

/**
 * Retrieval over the rows that the recipe holds out.
 *
 * @param options how many rows
 */
export function heldOutRetrieval(options: Omit<HeldOutRetrievalSpec, "kind"> = {}): HeldOutRetrievalSpec {
  return { kind: "heldOutRetrieval", ...options };
}

/**
 * The teacher's vectors of the rows that the recipe holds out.
 *
 * @param options how many rows
 */
export function heldOutTeacherVectors(
  options: Omit<HeldOutTeacherVectorsSpec, "kind"> = {},
): HeldOutTeacherVectorsSpec {
  return { kind: "heldOutTeacherVectors", ...options };
}

import type { TablePlaces } from "./_table.ts";
import { expandBenchmark } from "./benchmarks.ts";
import type { EvaluationCollection } from "./collection.ts";
import type { EvaluationSpec } from "./evaluation_spec.ts";
import { heldOutCollection, type HeldOutPairs } from "./held_out_collection.ts";
import { heldOutVectorCollections, type HeldOutVectors, withPairs } from "./held_out_vectors.ts";
import { loadBeir } from "./load_beir.ts";
import { loadClassification } from "./load_classification.ts";
import { loadNanoBeir } from "./load_nano_beir.ts";
import { loadPairClassification, loadParaphraseMining, loadTranslation, loadTriplets } from "./load_pairs.ts";
import { loadReranking } from "./load_reranking.ts";
import { loadSts } from "./load_sts.ts";
import { loadTeacherVectors } from "./load_teacher_vectors.ts";

/** Where {@link loadEvaluations} finds its data. */
export interface EvaluationSources extends TablePlaces {
  /**
   * Held-out rows of the recipe's data sets, for `heldOutRetrieval`.
   * @default []
   */
  heldOut?: readonly HeldOutPairs[];
  /**
   * Held-out rows of its data sets of teacher vectors, for `heldOutTeacherVectors`.
   * @default []
   */
  heldOutVectors?: readonly HeldOutVectors[];
}

/**
 * Loads everything that a recipe or a command line wants to be scored on.
 *
 * @param specs what to load, in the order of the report
 * @param sources {@link EvaluationSources}
 * @throws RangeError when something is missing; the message lists what there is, or names the command that fetches it
 */
export async function loadEvaluations(
  specs: readonly EvaluationSpec[],
  sources: EvaluationSources = {},
): Promise<EvaluationCollection[]> {
  const collections: EvaluationCollection[] = [];
  for (const spec of specs) collections.push(...await loadEvaluation(spec, sources));
  return collections;
}

async function loadEvaluation(
  spec: EvaluationSpec,
  sources: EvaluationSources,
): Promise<EvaluationCollection[]> {
  switch (spec.kind) {
    case "benchmark":
      return await loadEvaluations(expandBenchmark(spec), sources);
    case "nanoBeir":
      return await loadNanoBeir(spec, sources);
    case "beir":
      return [await loadBeir(spec, sources)];
    case "sts":
      return [await loadSts(spec, sources)];
    case "triplets":
      return [await loadTriplets(spec, sources)];
    case "pairClassification":
      return [await loadPairClassification(spec, sources)];
    case "classification":
      return [await loadClassification(spec, sources)];
    case "reranking":
      return [await loadReranking(spec, sources)];
    case "translation":
      return [await loadTranslation(spec, sources)];
    case "paraphraseMining":
      return [await loadParaphraseMining(spec, sources)];
    case "teacherVectors":
      return withPairs(await loadTeacherVectors(spec, sources));
    case "heldOutRetrieval":
      return heldOutCollections(sources.heldOut ?? [], spec.limit);
    case "heldOutTeacherVectors":
      return vectorCollections(sources.heldOutVectors ?? [], spec.limit);
  }
}

function heldOutCollections(
  heldOut: readonly HeldOutPairs[],
  limit: number | null | undefined,
): EvaluationCollection[] {
  if (heldOut.length === 0) {
    throw new RangeError(
      "Cannot evaluate on held-out rows: no data set holds rows out; set heldOut on one, or name a benchmark",
    );
  }
  return heldOut.map((pairs) => heldOutCollection(pairs, { limit }));
}

function vectorCollections(
  heldOut: readonly HeldOutVectors[],
  limit: number | null | undefined,
): EvaluationCollection[] {
  if (heldOut.length === 0) {
    throw new RangeError(
      "Cannot evaluate on held-out teacher vectors: no data set of teacher vectors holds rows out; set heldOut on one, " +
        "or name a file by teacherVectors",
    );
  }
  return heldOut.flatMap((rows) => heldOutVectorCollections(rows, { limit }));
}

import type { Hub } from "../hub/mod.ts";
import type { EvaluationCollection } from "./collection.ts";
import type { EvaluationSpec } from "./evaluation_spec.ts";
import { heldOutCollection, type HeldOutPairs } from "./held_out_collection.ts";
import { loadBeir } from "./load_beir.ts";
import { loadNanoBeir } from "./load_nano_beir.ts";
import { loadSts } from "./load_sts.ts";

/** Where {@link loadEvaluations} finds its data. */
export interface EvaluationSources {
  /** Where `hf://` data sets are looked up. @default a hub without a mirror */
  hub?: Hub;
  /**
   * Folder that relative paths start from.
   * @default the current folder
   */
  baseFolder?: string;
  /**
   * Held-out rows of the recipe's data sets, for `heldOutRetrieval`.
   * @default []
   */
  heldOut?: readonly HeldOutPairs[];
}

/**
 * Loads everything that a recipe or a command line wants to be scored on.
 *
 * @param specs what to load, in the order of the report
 * @param sources {@link EvaluationSources}
 * @throws RangeError when something is missing; the message lists what there is
 */
export async function loadEvaluations(
  specs: readonly EvaluationSpec[],
  sources: EvaluationSources = {},
): Promise<EvaluationCollection[]> {
  const { heldOut = [], ...places } = sources;
  const collections: EvaluationCollection[] = [];
  for (const spec of specs) {
    switch (spec.kind) {
      case "nanoBeir":
        collections.push(...await loadNanoBeir(spec, { hub: places.hub }));
        break;
      case "beir":
        collections.push(await loadBeir(spec, { baseFolder: places.baseFolder }));
        break;
      case "sts":
        collections.push(await loadSts(spec, places));
        break;
      case "heldOutRetrieval":
        collections.push(...heldOutCollections(heldOut, spec.limit));
    }
  }
  return collections;
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

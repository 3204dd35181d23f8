import { modelKind } from "../distill/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { LossGuide } from "./_loss_guide.ts";
import { StaticGuide } from "./_static_guide.ts";
import type { RecipePlaces } from "./_tokenizer.ts";
import { TransformerGuide } from "./_transformer_guide.ts";

/**
 * The guides of a run: each data set's, by its place; the same model is loaded once.
 *
 * @param places where they lie, and what runs those that are transformers
 * @throws {RangeError} if a guide is no model, or cuts texts in another way than the recipe's tokenizer
 */
export async function loadGuides(
  addresses: readonly (string | undefined)[],
  tokenizer: Tokenizer,
  places: RecipePlaces & { runtime?: Runtime },
): Promise<(LossGuide | undefined)[]> {
  const loaded = new Map<string, LossGuide>();
  try {
    for (const address of addresses) {
      if (address === undefined || loaded.has(address)) continue;
      const kind = await modelKind(address, places) === "transformer" ? TransformerGuide : StaticGuide;
      loaded.set(address, await kind.load(address, tokenizer, places));
    }
  } catch (error) {
    disposeGuides([...loaded.values()]);
    throw error;
  }
  return addresses.map((address) => address === undefined ? undefined : loaded.get(address));
}

/** Frees guides; data sets may share one. */
export function disposeGuides(guides: readonly (LossGuide | undefined)[]): void {
  for (const guide of new Set(guides)) guide?.dispose();
}

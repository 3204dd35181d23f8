import { modelKind } from "../distill/mod.ts";
import { resolveModelPath } from "../hub/mod.ts";
import { StaticModel } from "../model/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import type { TokenBags, Tokenizer } from "../text/mod.ts";
import { type LossGuide, refuseTokenizer } from "./_loss_guide.ts";
import type { RecipePlaces } from "./_tokenizer.ts";
import { TransformerGuide } from "./_transformer_guide.ts";

/** A static model that guides a loss. */
export class Guide implements LossGuide {
  readonly #model: StaticModel;

  private constructor(model: StaticModel) {
    this.#model = model;
  }

  /**
   * Loads a guide.
   *
   * @throws {RangeError} if it is no model folder, or cuts texts in another way than the recipe's tokenizer
   */
  static async load(from: string, tokenizer: Tokenizer, places: RecipePlaces): Promise<Guide> {
    const model = await StaticModel.load(await resolveModelPath(from, places));
    if (model.tokenizer.json === tokenizer.json) return new Guide(model);
    model.dispose();
    throw refuseTokenizer(from);
  }

  /** Dimensions of the guide's vectors. */
  get dim(): number {
    return this.#model.dim;
  }

  /** The guide's vectors of the texts of a batch, float32 [rows, dim] for each column. */
  vectors(columns: readonly TokenBags[]): Float32Array[] {
    return columns.map((bags) => this.#model.pool(bags).data);
  }

  /** Frees the guide. */
  dispose(): void {
    this.#model.dispose();
  }
}

/**
 * The guides of a run: each data set's, by its place; the same model is loaded once.
 *
 * @param places where they lie, and what runs those that are transformers
 */
export async function loadGuides(
  addresses: readonly (string | undefined)[],
  tokenizer: Tokenizer,
  places: RecipePlaces & { runtime?: Runtime },
): Promise<(LossGuide | undefined)[]> {
  const loaded = new Map<string, LossGuide>();
  for (const address of addresses) {
    if (address === undefined || loaded.has(address)) continue;
    const kind = await modelKind(address, places) === "transformer" ? TransformerGuide : Guide;
    loaded.set(address, await kind.load(address, tokenizer, places));
  }
  return addresses.map((address) => address === undefined ? undefined : loaded.get(address));
}

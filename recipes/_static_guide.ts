import { resolveModelPath } from "../hub/mod.ts";
import { StaticModel } from "../model/mod.ts";
import type { TokenBags, Tokenizer } from "../text/mod.ts";
import { type LossGuide, refuseTokenizer } from "./_loss_guide.ts";
import type { RecipePlaces } from "./_tokenizer.ts";

/** A static model that guides a loss. */
export class StaticGuide implements LossGuide {
  readonly #model: StaticModel;

  private constructor(model: StaticModel) {
    this.#model = model;
  }

  /**
   * Loads a guide.
   *
   * @throws {RangeError} if it is no model folder, or cuts texts in another way than the recipe's tokenizer
   */
  static async load(from: string, tokenizer: Tokenizer, places: RecipePlaces): Promise<StaticGuide> {
    const model = await StaticModel.load(await resolveModelPath(from, places));
    if (model.tokenizer.json === tokenizer.json) return new StaticGuide(model);
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

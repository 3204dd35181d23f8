import { type EncoderModel, loadEncoder } from "../distill/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import type { TokenBags, Tokenizer } from "../text/mod.ts";
import { type LossGuide, refuseTokenizer } from "./_loss_guide.ts";
import type { RecipePlaces } from "./_tokenizer.ts";

/**
 * A transformer that guides a loss. It is given the batch's token ids, so that its vocabulary must be the recipe's; it puts
 * its own special tokens around them. It runs in every step: some hundred texts a second on a CPU.
 */
export class TransformerGuide implements LossGuide {
  readonly #model: EncoderModel;

  private constructor(model: EncoderModel) {
    this.#model = model;
  }

  /**
   * Loads a guide.
   *
   * @param places where it lies, and what runs it: a runtime on the CPU if left out
   * @throws {RangeError} if it cuts texts in another way than the recipe's tokenizer, or is damaged
   * @throws {TypeError} if its graph has inputs or outputs that are not known
   */
  static async load(
    from: string,
    tokenizer: Tokenizer,
    places: RecipePlaces & { runtime?: Runtime },
  ): Promise<TransformerGuide> {
    const model = await loadEncoder(from, places);
    if (model.tokenizer.json === tokenizer.json) return new TransformerGuide(model);
    model.dispose();
    throw refuseTokenizer(from);
  }

  /** Dimensions of the guide's vectors. */
  get dim(): number {
    return this.#model.dim;
  }

  /** The guide's vectors of the texts of a batch, float32 [rows, dim] for each column. */
  async vectors(columns: readonly TokenBags[]): Promise<Float32Array[]> {
    const found: Float32Array[] = [];
    for (const bags of columns) found.push((await this.#model.embed(bags)).data);
    return found;
  }

  /** Frees the guide. */
  dispose(): void {
    this.#model.dispose();
  }
}

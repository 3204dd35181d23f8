import type { Engine } from "./_engine.ts";
import { GrowableIds } from "./_growable_ids.ts";
import { type TokenizerFile, unknownIdOf } from "./_tokenizer_file.ts";
import { Vocabulary } from "./_vocabulary.ts";
import type { TokenBags } from "./token_bags.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Any tokenizer, by the Hugging Face tokenizers library. */
export class EngineTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly unknownId: number | undefined;
  readonly #vocabulary: Vocabulary;
  readonly #engine: Engine;

  constructor(file: TokenizerFile, readonly json: string, engine: Engine) {
    this.#vocabulary = new Vocabulary(file);
    this.#engine = engine;
    this.vocabSize = this.#vocabulary.size;
    this.unknownId = unknownIdOf(file, this.#vocabulary.ids);
  }

  encode(text: string): Int32Array {
    return this.#engine.encode(text.toWellFormed());
  }

  encodeAll(texts: readonly string[]): TokenBags {
    const offsets = new Int32Array(texts.length + 1);
    const out = new GrowableIds(16 * texts.length + 16);
    texts.forEach((text, i) => {
      out.append(this.encode(text));
      offsets[i + 1] = out.length;
    });
    return { ids: out.copy(), offsets };
  }

  idOf(token: string): number | undefined {
    return this.#vocabulary.ids.get(token);
  }

  tokenOf(id: number): string | undefined {
    return this.#vocabulary.tokenOf(id);
  }

  dispose(): void {
    this.#engine.dispose();
  }
}

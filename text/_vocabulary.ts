import { tokenIds, type TokenizerFile } from "./_tokenizer_file.ts";

/** Tokens and ids of a tokenizer file, looked up both ways; arranged when first asked, since encoding needs neither. */
export class Vocabulary {
  readonly #file: TokenizerFile;
  #ids: Map<string, number> | undefined;
  #tokens: (string | undefined)[] | undefined;
  #size: number | undefined;

  constructor(file: TokenizerFile) {
    this.#file = file;
  }

  /** Token to id. */
  get ids(): ReadonlyMap<string, number> {
    return this.#ids ??= tokenIds(this.#file);
  }

  /** 1 + the largest id, added tokens included. */
  get size(): number {
    if (this.#size === undefined) {
      // Not the length of the list of tokens: that stays behind at the largest id the format allows, 2^32 - 1.
      this.#size = 0;
      for (const id of this.ids.values()) this.#size = Math.max(this.#size, id + 1);
    }
    return this.#size;
  }

  /** Token of an id, undefined if no token has it. */
  tokenOf(id: number): string | undefined {
    if (this.#tokens === undefined) {
      this.#tokens = [];
      for (const [token, each] of this.ids) this.#tokens[each] = token;
    }
    return this.#tokens[id];
  }
}

import { HashSet64 } from "./_hash_set.ts";
import { hashText } from "./hash.ts";

/** Hashes that fit before the set grows for the first time. */
const CAPACITY = 1 << 16;

/** Tells texts that were seen from those that were not, by a 64-bit hash: 24 to 48 bytes for each different text. */
export class UniqueTexts {
  readonly #seen = new HashSet64(CAPACITY);
  readonly #hash = new Uint32Array(2);

  /** Whether a text comes for the first time. */
  isNew(text: string): boolean {
    hashText(text, this.#hash, 0);
    return this.#seen.add(this.#hash[0], this.#hash[1]);
  }
}

import { createHash, type Hash } from "node:crypto";

/** SHA-256 of texts in their order, in hexadecimal: of their UTF-8 bytes, each behind its length in UTF-16 units. */
export class TextsChecksum {
  readonly #hash: Hash = createHash("sha256");

  /** Takes the next texts. */
  add(texts: Iterable<string>): this {
    for (const text of texts) this.#hash.update(`${text.length} `).update(text);
    return this;
  }

  /** The checksum; nothing may be added afterwards. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}

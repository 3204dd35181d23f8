import type { TokenBags } from "../../text/mod.ts";
import { grown } from "../_grown.ts";

/** One text column of the rows that a shard is made of, in the order of the source. */
export class StagedColumn {
  /** Hash of every text, two entries each. */
  hashes = new Uint32Array(1 << 12);
  /** Token ids of every text. */
  lengths = new Uint32Array(1 << 11);
  /** The ids, one text after the other. */
  ids: Uint16Array | Int32Array;
  /** Number of texts. */
  texts = 0;
  /** Number of ids. */
  tokens = 0;
  /** Ids that stand for what the vocabulary does not cover. */
  unknown = 0;

  /**
   * @param idBytes bytes of an id
   * @param unknownId id of the unknown token, if there is one
   */
  constructor(idBytes: 2 | 4, private readonly unknownId: number | undefined) {
    this.ids = idBytes === 2 ? new Uint16Array(1 << 14) : new Int32Array(1 << 14);
  }

  /** Appends texts, each with its hash. */
  append({ ids, offsets }: TokenBags, hashes: Uint32Array): void {
    const count = offsets.length - 1;
    this.hashes = grown(this.hashes, 2 * (this.texts + count));
    this.hashes.set(hashes, 2 * this.texts);
    this.lengths = grown(this.lengths, this.texts + count);
    for (let i = 0; i < count; i++) this.lengths[this.texts + i] = offsets[i + 1] - offsets[i];
    this.ids = grown(this.ids, this.tokens + ids.length);
    this.ids.set(ids, this.tokens);
    for (let i = 0; i < ids.length; i++) if (ids[i] === this.unknownId) this.unknown++;
    this.texts += count;
    this.tokens += ids.length;
  }

  /** Empties it; the memory stays. */
  clear(): void {
    this.texts = this.tokens = this.unknown = 0;
  }
}

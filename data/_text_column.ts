import type { TokenBags } from "../text/mod.ts";
import { grown } from "./_grown.ts";

/** Most token ids in one column: offsets are int32. */
const MAX_IDS = 2 ** 31 - 1;

/** One text column of a data set while it is read: token ids and text hashes, growing row by row. */
export class TextColumn {
  #ids = new Int32Array(1 << 16);
  #offsets = new Int32Array(1 << 12);
  #hashes = new Uint32Array(1 << 13);
  #rows = 0;

  /**
   * Appends text `index` of `bags` as the next row.
   *
   * @param hash hash of the text, its low and its high half
   * @throws {RangeError} if the column would have more than 2^31 - 1 token ids
   */
  append(bags: TokenBags, index: number, hash: readonly [number, number]): void {
    const start = bags.offsets[index];
    const length = bags.offsets[index + 1] - start;
    const at = this.#offsets[this.#rows];
    if (at + length > MAX_IDS) {
      throw new RangeError(
        `Cannot keep a column of more than ${MAX_IDS} token ids in memory; take fewer rows`,
      );
    }
    this.#ids = grown(this.#ids, at + length);
    for (let i = 0; i < length; i++) this.#ids[at + i] = bags.ids[start + i];
    this.#hashes = grown(this.#hashes, 2 * this.#rows + 2);
    this.#hashes[2 * this.#rows] = hash[0];
    this.#hashes[2 * this.#rows + 1] = hash[1];
    this.#offsets = grown(this.#offsets, this.#rows + 2);
    this.#offsets[++this.#rows] = at + length;
  }

  /** Takes rows out, in place. `rows` is ascending. */
  remove(rows: Uint32Array): void {
    let kept = 0;
    let end = 0;
    for (let row = 0, next = 0; row < this.#rows; row++) {
      if (row === rows[next]) {
        next++;
        continue;
      }
      const [from, to] = [this.#offsets[row], this.#offsets[row + 1]];
      this.#ids.copyWithin(end, from, to);
      this.#hashes.copyWithin(2 * kept, 2 * row, 2 * row + 2);
      this.#offsets[kept++] = end;
      end += to - from;
    }
    this.#offsets[kept] = end;
    this.#rows = kept;
  }

  /** The finished column; the hash of row i is entries 2i (low half) and 2i + 1 (high half). */
  finish(): { bags: TokenBags; hashes: Uint32Array } {
    const offsets = this.#offsets.slice(0, this.#rows + 1);
    const ids = this.#ids.slice(0, offsets[this.#rows]);
    return { bags: { ids, offsets }, hashes: this.#hashes.slice(0, 2 * this.#rows) };
  }
}

import { HashSet64 } from "../_hash_set.ts";
import type { FixedPieces } from "./_shard_file.ts";
import { fixedWords } from "./_shard_file.ts";

/** What becomes of a row. */
export const KEPT = 0;
/** It is held out, or a copy of a row that is. */
export const HELD_OUT = 1;
/** It repeats an earlier row. */
export const REPEATED = 2;

/** Which rows of a store are trained on. */
export interface RowPolicy {
  /** Whether rows that repeat an earlier one are left out. */
  duplicates: "drop" | "keep";
  /** Hashes of the rows held out, two entries each. */
  heldOut: Uint32Array;
}

/** Tells for every row of a store what becomes of it. Copies of a row lie in one group: nothing is kept of other groups. */
export class RowChoice {
  readonly #heldOut: HashSet64;
  readonly #seen = new HashSet64(1 << 10);

  /**
   * @param policy which rows are trained on
   * @param columns text columns
   */
  constructor(private readonly policy: RowPolicy, private readonly columns: number) {
    const { heldOut } = policy;
    this.#heldOut = new HashSet64(heldOut.length / 2);
    for (let i = 0; i < heldOut.length; i += 2) this.#heldOut.add(heldOut[i], heldOut[i + 1]);
  }

  /**
   * What becomes of every row of some groups.
   *
   * @param pieces of every shard the same groups, in the order of the source
   * @param mayRepeat whether a group, counted from the first of these, has rows that repeat earlier ones
   * @returns of every shard, one entry a row: KEPT, HELD_OUT or REPEATED
   */
  choose(pieces: readonly FixedPieces[], mayRepeat: (group: number) => boolean): Uint8Array[] {
    const stride = fixedWords(this.columns);
    const fates = pieces.map(({ starts }) =>
      new Uint8Array((starts[starts.length - 1] - (starts.length - 1)) / stride)
    );
    const groups = pieces.length === 0 ? 0 : pieces[0].starts.length - 1;
    const next = new Uint32Array(pieces.length);
    for (let g = 0; g < groups; g++) {
      this.#seen.clear();
      const drops = this.policy.duplicates === "drop" && mayRepeat(g);
      for (let s = 0; s < pieces.length; s++) {
        const { words, starts } = pieces[s];
        const rows = (starts[g + 1] - starts[g] - 1) / stride;
        for (let row = 0, at = starts[g]; row < rows; row++, at += 2) {
          fates[s][next[s]++] = this.#fateOf(words[at], words[at + 1], drops);
        }
      }
    }
    return fates;
  }

  #fateOf(low: number, high: number, drops: boolean): number {
    if (drops && !this.#seen.add(low, high)) return REPEATED;
    return this.#heldOut.has(low, high) ? HELD_OUT : KEPT;
  }
}

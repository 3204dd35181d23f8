import { finish } from "../hash.ts";
import type { Random } from "../random.ts";

/** What tells which rows are held out: how many, and two words that the order of the rows follows from. */
export interface HeldOutChoice {
  /** Rows wanted. */
  count: number;
  /** Two words drawn from seed and name of the data set. */
  key: [number, number];
}

/**
 * How rows are chosen.
 *
 * @param random generator of the data set; it advances
 */
export function heldOutChoice(count: number, random: Random): HeldOutChoice {
  return { count, key: [random.nextUint32(), random.nextUint32()] };
}

/**
 * The place of a row in an order that only depends on its hash and the key: the top 53 bits of a permutation of all 64-bit
 * numbers, four rounds of a Feistel network (Luby and Rackoff 1988) around MurmurHash3's finaliser. So every set of
 * rows is as likely as any other to be the first ones, and copies of a row have one place.
 */
export function placeOf(low: number, high: number, key: readonly [number, number]): number {
  high ^= finish(low ^ key[0]);
  low ^= finish(high ^ key[1]);
  high ^= finish(low + key[0] | 0);
  low ^= finish(high + key[1] | 0);
  return (high >>> 0) * 2 ** 21 + (low >>> 11);
}

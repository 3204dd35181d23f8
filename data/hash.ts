/**
 * Writes a 64-bit hash of a text to `out[at]` (low half) and `out[at + 1]` (high half).
 *
 * Two lanes of MurmurHash3 (32-bit blocks of two UTF-16 units, the constants of lanes 1 and 3 of its x86-128 form) and
 * its finaliser across the lanes. It is for telling texts apart, not for security. Among n different texts the
 * expected number of pairs that are taken for equal is n^2 / 2^65: 3e-7 for a million, 0.3 for three billion; such a
 * pair only keeps one row out of a batch or out of the data.
 *
 * Source: Austin Appleby, MurmurHash3, https://github.com/aappleby/smhasher
 */
export function hashText(text: string, out: Uint32Array, at: number): void {
  const length = text.length;
  let low = 0x9747b28c;
  let high = 0x85ebca6b;
  for (let i = 0; i < length; i += 2) {
    // Past the end charCodeAt is NaN, which counts as 0 here; the length tells "a" from "a\0".
    const block = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
    let k = Math.imul(block, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    low ^= k;
    low = Math.imul((low << 13) | (low >>> 19), 5) + 0xe6546b64 | 0;
    k = Math.imul(block, 0x38b34ae5);
    k = Math.imul((k << 17) | (k >>> 15), 0xa1e38b93);
    high ^= k;
    high = Math.imul((high << 15) | (high >>> 17), 5) + 0x96cd1c35 | 0;
  }
  low ^= length;
  high ^= length;
  low = low + high | 0;
  high = high + low | 0;
  low = finish(low);
  high = finish(high);
  low = low + high | 0;
  out[at] = low;
  out[at + 1] = high + low;
}

/**
 * Writes a 64-bit hash of a sequence of 32-bit words to `out[at]` (low half) and `out[at + 1]` (high half). It tells rows
 * apart by the hashes of their texts: sequences of one length that differ in one word or in two neighbouring ones never
 * have the same hash, others as seldom as texts do in {@linkcode hashText}.
 *
 * @param words the sequence
 */
export function hashWords(words: Uint32Array, out: Uint32Array, at: number): void {
  let low = 0x9747b28c;
  let high = 0x85ebca6b ^ words.length;
  for (let i = 0; i < words.length; i++) {
    low = finish(low ^ words[i]);
    high = finish(high + low | 0);
  }
  out[at] = low;
  out[at + 1] = high;
}

/** MurmurHash3's finaliser: every bit of the input flips every bit of the output with probability one half. */
export function finish(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * The pieces of words that a tokenizer knows, and words cut into them: WordPiece on UTF-8.
 *
 * Source: Wu et al. 2016, "Google's Neural Machine Translation System", section 4.1, as BERT applies it.
 */

/** Fields of an image that the tables are found by; see word_pieces.ts. */
const UNKNOWN: usize = 4;
const STARTS: usize = 28;
const CONTINUATIONS: usize = 32;

/**
 * Fields of a table of pieces. Those of up to 16 bytes are their own keys in one hash table, the others have an entry
 * (hash, offset in the image, bytes, id) in a second one; both are probed one slot after the other. `LENGTHS` tells by
 * the first bytes of a piece how long pieces are that begin like that: bit n of a uint64 stands for n bytes, bit 63 for
 * 63 and more.
 */
const SHORT_SHIFT: usize = 0;
const SHORT_KEYS: usize = 4;
const SHORT_IDS: usize = 8;
const LONG_SHIFT: usize = 12;
const LONG_ENTRIES: usize = 16;
const LENGTHS_SHIFT: usize = 20;
const LENGTHS: usize = 24;
const LONGEST_PIECE: usize = 28;

/** The numbers of the lanes. */
// @ts-ignore: decorator
@inline
function lanes(): v128 {
  return i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** Ones in the first lanes. */
// @ts-ignore: decorator
@inline
export function leading(bytes: usize): v128 {
  return i8x16.lt_s(lanes(), i8x16.splat(<i8> bytes));
}

// @ts-ignore: decorator
@inline
function hashOf(key: v128): u64 {
  const low = i64x2.extract_lane(key, 0);
  const high = i64x2.extract_lane(key, 1);
  return (<u64> low ^ (<u64> high * 0x9e3779b97f4a7c15)) * 0xd6e8feb86659fd93;
}

function hashOfLong(at: usize, bytes: usize): u64 {
  let hash: u64 = bytes;
  let done: usize = 0;
  for (; done + 16 <= bytes; done += 16) hash = (hash ^ hashOf(v128.load(at + done))) * 0x9e3779b97f4a7c15 + 1;
  if (done < bytes) hash = (hash ^ hashOf(v128.and(v128.load(at + done), leading(bytes - done)))) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 32);
}

export function isEqual(a: usize, b: usize, bytes: usize): bool {
  let done: usize = 0;
  for (; done + 16 <= bytes; done += 16) {
    if (v128.any_true(v128.xor(v128.load(a + done), v128.load(b + done)))) return false;
  }
  return !v128.any_true(v128.and(v128.xor(v128.load(a + done), v128.load(b + done)), leading(bytes - done)));
}

/** Id of a piece of at most 16 bytes, the others zero, or -1. */
// @ts-ignore: decorator
@inline
function findShort(image: usize, table: usize, key: v128): i32 {
  const shift = <u64> load<u32>(table, SHORT_SHIFT);
  const keys = image + load<u32>(table, SHORT_KEYS);
  const mask = (<u32> 1 << (64 - <u32> shift)) - 1;
  let slot = <u32> (hashOf(key) >> shift);
  while (true) {
    const found = v128.load(keys + (<usize> slot << 4));
    if (!v128.any_true(v128.xor(found, key))) {
      return load<i32>(image + load<u32>(table, SHORT_IDS) + (<usize> slot << 2));
    }
    if (!v128.any_true(found)) return -1;
    slot = (slot + 1) & mask;
  }
}

function findLong(image: usize, table: usize, at: usize, bytes: usize): i32 {
  const shift = <u64> load<u32>(table, LONG_SHIFT);
  const entries = image + load<u32>(table, LONG_ENTRIES);
  const mask = (<u32> 1 << (64 - <u32> shift)) - 1;
  const hash = hashOfLong(at, bytes);
  let slot = <u32> (hash >> shift);
  while (true) {
    const entry = entries + (<usize> slot << 4);
    const length = load<u32>(entry, 8);
    if (length == 0) return -1;
    if (length == <u32> bytes && load<u32>(entry) == <u32> hash && isEqual(image + load<u32>(entry, 4), at, bytes)) {
      return load<i32>(entry, 12);
    }
    slot = (slot + 1) & mask;
  }
}

/** How many bytes of a piece `LENGTHS` looks at: three ASCII characters, or two or three others. */
// @ts-ignore: decorator
@inline
function prefixOf(first: u64): usize {
  return (first & 0x80) == 0 ? 3 : 6;
}

/** Where the lengths are kept of pieces that begin like these eight bytes. */
// @ts-ignore: decorator
@inline
function lengthsOf(image: usize, table: usize, first: u64, prefix: usize): usize {
  const key = first << (64 - (<u64> prefix << 3));
  const slot = (key * 0x9e3779b97f4a7c15) >> <u64> load<u32>(table, LENGTHS_SHIFT);
  return image + load<u32>(table, LENGTHS) + (<usize> slot << 3);
}

/**
 * Puts pieces into the table whose offset lies at `field` of the image. The pieces lie in the image, too; `list` has
 * three fields for each: its offset, its bytes (at least one) and its id.
 */
export function addPieces(image: usize, field: usize, list: usize, count: i32): void {
  const table = image + load<u32>(image + field);
  const last = list + <usize> count * 12;
  for (let piece = list; piece < last; piece += 12) {
    addPiece(image, table, load<u32>(piece), load<u32>(piece, 4), load<i32>(piece, 8));
  }
}

function addPiece(image: usize, table: usize, piece: u32, bytes: u32, id: i32): void {
  const at = image + piece;
  if (bytes > load<u32>(table, LONGEST_PIECE)) store<u32>(table, bytes, LONGEST_PIECE);
  const first = load<u64>(at);
  const prefix = prefixOf(first);
  if (<usize> bytes >= prefix) {
    const lengths = lengthsOf(image, table, first, prefix);
    store<u64>(lengths, load<u64>(lengths) | (<u64> 1 << min(<u64> bytes, 63)));
  }
  if (bytes <= 16) {
    const key = v128.and(v128.load(at), leading(bytes));
    const slot = freeSlot(image + load<u32>(table, SHORT_KEYS), hashOf(key), <u64> load<u32>(table, SHORT_SHIFT));
    v128.store(image + load<u32>(table, SHORT_KEYS) + (slot << 4), key);
    store<i32>(image + load<u32>(table, SHORT_IDS) + (slot << 2), id);
    return;
  }
  const hash = hashOfLong(at, bytes);
  const entries = image + load<u32>(table, LONG_ENTRIES);
  const entry = entries + (freeSlot(entries, hash, <u64> load<u32>(table, LONG_SHIFT)) << 4);
  store<u32>(entry, <u32> hash);
  store<u32>(entry, piece, 4);
  store<u32>(entry, bytes, 8);
  store<i32>(entry, id, 12);
}

/** The first of 16 zero bytes from a hash's slot on. */
function freeSlot(slots: usize, hash: u64, shift: u64): usize {
  const mask = (<usize> 1 << (64 - <usize> shift)) - 1;
  let slot = <usize> (hash >> shift);
  while (v128.any_true(v128.load(slots + (slot << 4)))) slot = (slot + 1) & mask;
  return slot;
}

/**
 * Lengths that a piece may have which begins like these eight bytes, from `prefix` bytes on and up to `rest` of them;
 * bit 63 stands for 63 and more. Pieces of fewer bytes than `prefix` are not among them.
 */
// @ts-ignore: decorator
@inline
function possibleLengths(image: usize, table: usize, first: u64, rest: usize): u64 {
  const prefix = prefixOf(first);
  if (rest < prefix) return 0;
  const upTo: u64 = rest < 63 ? ((<u64> 2 << <u64> rest) - 1) : ~0;
  return load<u64>(lengthsOf(image, table, first, prefix)) & upTo & ~((<u64> 1 << <u64> prefix) - 1);
}

/** Bytes of the longest piece among the first `rest` bytes at `at`, whose id is stored at `out`; 0 if there is none. */
function takePiece(image: usize, table: usize, at: usize, rest: usize, out: usize): usize {
  const start = v128.load(at);
  const first = i64x2.extract_lane(start, 0);
  let lengths = possibleLengths(image, table, first, rest);
  let length: usize = 0;
  let id = -1;
  if (lengths >> 63 != 0) {
    length = min(rest, <usize> load<u32>(table, LONGEST_PIECE));
    for (; length >= 63 && id < 0; length--) id = findLong(image, table, at, length);
    if (id >= 0) length++;
    lengths &= ~(<u64> 1 << 63);
  }
  while (id < 0 && lengths != 0) {
    length = <usize> (63 - clz(lengths));
    lengths ^= <u64> 1 << <u64> length;
    id = length > 16 ? findLong(image, table, at, length) : findShort(image, table, v128.and(start, leading(length)));
  }
  if (id < 0) {
    length = min(rest, prefixOf(first) - 1);
    for (; length > 0 && id < 0; length--) id = findShort(image, table, v128.and(start, leading(length)));
    if (id < 0) return 0;
    length++;
  }
  store<i32>(out, id);
  return length;
}

/**
 * The longest piece that the word begins with, then the longest continuation, and so on; the unknown token alone if
 * that fails anywhere. A piece never ends within a character, since both are valid UTF-8. Returns the end of the ids.
 */
export function pieces(image: usize, word: usize, bytes: usize, out: usize): usize {
  if (bytes <= 16) return shortPieces(image, v128.and(v128.load(word), leading(bytes)), bytes, out);
  let table = image + load<u32>(image, STARTS);
  let at = word;
  let rest = bytes;
  let end = out;
  while (rest > 16) {
    const length = takePiece(image, table, at, rest, end);
    if (length == 0) return unknownAt(image, out);
    end += 4;
    rest -= length;
    at += length;
    table = image + load<u32>(image, CONTINUATIONS);
  }
  return takePieces(image, table, v128.and(v128.load(at), leading(rest)), rest, out, end);
}

/** The same for a word of up to 16 bytes, the others zero. */
// @ts-ignore: decorator
@inline
export function shortPieces(image: usize, word: v128, bytes: usize, out: usize): usize {
  const table = image + load<u32>(image, STARTS);
  const id = findShort(image, table, word);
  if (id >= 0) {
    store<i32>(out, id);
    return out + 4;
  }
  return takePieces(image, table, word, bytes, out, out);
}

/** Goes on with the last up to 16 bytes of a word; memory is not read again, since it was written just now. */
function takePieces(image: usize, first: usize, word: v128, bytes: usize, out: usize, from: usize): usize {
  let table = first;
  let end = from;
  let start = word;
  let rest = bytes;
  while (rest > 0) {
    const prefix = prefixOf(i64x2.extract_lane(start, 0));
    let lengths = possibleLengths(image, table, i64x2.extract_lane(start, 0), rest);
    let length: usize = 0;
    let id = -1;
    while (id < 0 && lengths != 0) {
      length = <usize> (63 - clz(lengths));
      lengths ^= <u64> 1 << <u64> length;
      id = findShort(image, table, v128.and(start, leading(length)));
    }
    if (id < 0) {
      length = min(rest, prefix - 1);
      for (; length > 0 && id < 0; length--) id = findShort(image, table, v128.and(start, leading(length)));
      if (id < 0) return unknownAt(image, out);
      length++;
    }
    store<i32>(end, id);
    end += 4;
    rest -= length;
    // Lanes from 16 on give zero.
    start = i8x16.swizzle(start, i8x16.add(lanes(), i8x16.splat(<i8> length)));
    table = image + load<u32>(image, CONTINUATIONS);
  }
  return end;
}

// @ts-ignore: decorator
@inline
function unknownAt(image: usize, out: usize): usize {
  store<i32>(out, load<i32>(image, UNKNOWN));
  return out + 4;
}

/**
 * UTF-8 text to token ids, for tokenizers of BERT's kind: BertNormalizer, BertPreTokenizer, WordPiece.
 *
 * All that a tokenizer knows lies in its image, a block of memory without absolute addresses. It starts with these
 * fields (unsigned 32-bit; offsets count in bytes from the image's start):
 *
 * field | holds
 * ----- | -----
 * LOWER | 0x20 if ASCII letters are lower-cased, else 0
 * UNKNOWN | id of a word that the vocabulary does not cover
 * LONGEST_WORD | most characters of a word; a longer one is unknown
 * PAGES | offset of uint16 [0x1100]: number of the page of atoms for every 256 code points
 * ATOMS | offset of uint32 [pages, 256]: what becomes of a code point
 * SEQUENCES | offset of uint32 [...]: atoms of the code points that become several
 * ADDED | offset of uint32 [128]: for an ASCII character, offset of the added tokens that begin with it, or 0
 * STARTS | offset of the table of pieces that begin a word
 * CONTINUATIONS | offset of the table of pieces that continue one
 *
 * An atom has a value in bits 0 to 20, one of the kinds below in bits 21 to 23, and in bits 24 to 31 the rank of its
 * canonical combining class, or the length of a sequence. A list of added tokens has four fields for each (offset of
 * the text, bytes, id, and 1 if another one follows), the longest first.
 */
import { isEqual, leading, pieces, shortPieces } from "./piece_tables";

export { addPieces } from "./piece_tables";

const LOWER: usize = 0;
const UNKNOWN: usize = 4;
const LONGEST_WORD: usize = 8;
const PAGES: usize = 12;
const ATOMS: usize = 16;
const SEQUENCES: usize = 20;
const ADDED: usize = 24;

/** The character stays as it is. */
const SELF: u32 = 0;
/** It becomes the code point that is the value. */
const MAPPED: u32 = 1;
/** It ends a word. */
const SPACE: u32 = 2;
/** It is a word of its own, whose id is the value. */
const SINGLE: u32 = 3;
/** It vanishes. */
const NOTHING: u32 = 4;
/** It vanishes, but combining marks do not move past it. */
const BREAK: u32 = 5;
/** It becomes the atoms from the value on; as many as the upper bits say. */
const SEQUENCE: u32 = 6;
/** A Hangul syllable, which becomes its letters. */
const HANGUL: u32 = 7;

// Every thread has an instance, and so its own variables.

/** The image that is worked with. */
let image: usize = 0;
/** Where the word that is being gathered lies, if it is not taken from the text as it is. */
let scratch: usize = 0;
/** Its bytes; characters beyond the longest word are counted, but not kept: such a word is unknown anyway. */
let wordBytes: usize = 0;
let wordCharacters: u32 = 0;
/** Where its last starter ends: marks move no farther to the front. */
let runStart: usize = 0;

/** Sets the calling thread's own memory: 4 bytes for each character of the longest word, and 64 more. */
export function useScratch(address: usize): void {
  scratch = address;
}

// @ts-ignore: decorator
@inline
function atomOf(code: u32): u32 {
  const page = <usize> load<u16>(image + load<u32>(image, PAGES) + (<usize> (code >> 8) << 1));
  return load<u32>(image + load<u32>(image, ATOMS) + (page << 10) + (<usize> (code & 0xff) << 2));
}

/** Whether a character of this atom is no part of a word. */
// @ts-ignore: decorator
@inline
function endsWord(atom: u32): bool {
  const kind = (atom >> 21) & 7;
  return kind == SPACE || kind == SINGLE;
}

/** Ends the word that is being gathered. */
function endWord(out: usize): usize {
  if (wordCharacters == 0) return out;
  let end = out + 4;
  if (wordCharacters > load<u32>(image, LONGEST_WORD)) store<i32>(out, load<i32>(image, UNKNOWN));
  else end = pieces(image, scratch, wordBytes, out);
  wordBytes = 0;
  wordCharacters = 0;
  runStart = 0;
  return end;
}

/** Appends a character to the word that is being gathered; a mark goes before those of a higher combining class. */
function append(code: u32, combiningClass: u32): void {
  if (++wordCharacters > load<u32>(image, LONGEST_WORD)) return;
  let at = scratch + wordBytes;
  let bytes: usize = 1;
  if (code == 0) {
    // As two bytes, since keys are padded with zeros.
    store<u16>(at, 0x80c0);
    bytes = 2;
  } else if (code < 0x80) {
    store<u8>(at, <u8> code);
  } else if (code < 0x800) {
    store<u8>(at, <u8> (0xc0 | (code >> 6)));
    store<u8>(at, <u8> (0x80 | (code & 0x3f)), 1);
    bytes = 2;
  } else if (code < 0x10000) {
    store<u8>(at, <u8> (0xe0 | (code >> 12)));
    store<u8>(at, <u8> (0x80 | ((code >> 6) & 0x3f)), 1);
    store<u8>(at, <u8> (0x80 | (code & 0x3f)), 2);
    bytes = 3;
  } else {
    store<u8>(at, <u8> (0xf0 | (code >> 18)));
    store<u8>(at, <u8> (0x80 | ((code >> 12) & 0x3f)), 1);
    store<u8>(at, <u8> (0x80 | ((code >> 6) & 0x3f)), 2);
    store<u8>(at, <u8> (0x80 | (code & 0x3f)), 3);
    bytes = 4;
  }
  wordBytes += bytes;
  if (combiningClass == 0) runStart = wordBytes;
  else moveBack(at, bytes, combiningClass);
}

/** Canonical ordering: a stable sort of the marks after a starter by their combining class. */
function moveBack(mark: usize, bytes: usize, combiningClass: u32): void {
  let to = mark;
  while (to > scratch + runStart) {
    let before = to - 1;
    while ((load<u8>(before) & 0xc0) == 0x80) before--;
    if (atomOf(decode(before)) >> 24 <= combiningClass) break;
    to = before;
  }
  if (to == mark) return;
  const kept = load<u32>(mark);
  memory.copy(to + bytes, to, mark - to);
  for (let i: usize = 0; i < bytes; i++) store<u8>(to + i, <u8> (kept >> (<u32> i << 3)));
}

// @ts-ignore: decorator
@inline
function decode(at: usize): u32 {
  const first = <u32> load<u8>(at);
  if (first < 0x80) return first;
  const second = <u32> load<u8>(at, 1) & 0x3f;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  const third = <u32> load<u8>(at, 2) & 0x3f;
  if (first < 0xf0) return ((first & 0xf) << 12) | (second << 6) | third;
  return ((first & 7) << 18) | (second << 12) | (third << 6) | (<u32> load<u8>(at, 3) & 0x3f);
}

/** Does with one code point what its atom says; returns the end of the ids. */
function take(code: u32, atom: u32, out: usize): usize {
  const kind = (atom >> 21) & 7;
  if (kind == SELF) append(code, atom >> 24);
  else if (kind == MAPPED) append(atom & 0x1fffff, atom >> 24);
  else if (kind == SPACE) return endWord(out);
  else if (kind == SINGLE) {
    const end = endWord(out);
    store<i32>(end, atom & 0x1fffff);
    return end + 4;
  } else if (kind == BREAK) runStart = wordBytes;
  else if (kind == HANGUL) {
    const syllable = code - 0xac00;
    append(0x1100 + syllable / 588, 0);
    append(0x1161 + (syllable % 588) / 28, 0);
    if (syllable % 28 != 0) append(0x11a7 + syllable % 28, 0);
  } else if (kind == SEQUENCE) {
    const first = image + load<u32>(image, SEQUENCES) + (<usize> (atom & 0x1fffff) << 2);
    const last = first + (<usize> (atom >> 24) << 2);
    let end = out;
    for (let each = first; each < last; each += 4) end = take(0, load<u32>(each), end);
    return end;
  }
  return out;
}

/** Length of the added token that begins at `at`, whose id is stored at `out`; 0 if there is none. */
function takeAdded(list: usize, at: usize, end: usize, out: usize): usize {
  let token = list;
  while (true) {
    const bytes = <usize> load<u32>(token, 4);
    if (at + bytes <= end && isEqual(image + load<u32>(token), at, bytes)) {
      store<i32>(out, load<i32>(token, 8));
      return bytes;
    }
    if (load<u32>(token, 12) == 0) return 0;
    token += 16;
  }
}

/**
 * Token ids of one text: the bytes [from, to), valid UTF-8, with 16 readable bytes after them. There are at most as
 * many ids as bytes. Returns the end of the ids.
 */
export function tokenize(imageAddress: usize, from: usize, to: usize, out: usize): usize {
  image = imageAddress;
  wordBytes = 0;
  wordCharacters = 0;
  runStart = 0;
  const ascii = image + load<u32>(image, ATOMS) + (<usize> load<u16>(image + load<u32>(image, PAGES)) << 10);
  const added = image + load<u32>(image, ADDED);
  const lower = i8x16.splat(<i8> load<u32>(image, LOWER));
  const longestWord = load<u32>(image, LONGEST_WORD);
  let at = from;
  let end = out;
  while (at < to) {
    const code = <u32> load<u8>(at);
    if (code < 0x80) {
      const atom = load<u32>(ascii + (<usize> code << 2));
      const kind = (atom >> 21) & 7;
      if (kind == SPACE) {
        end = endWord(end);
        at++;
        continue;
      }
      if (kind == SINGLE) {
        end = endWord(end);
        const list = load<u32>(added + (<usize> code << 2));
        if (list != 0) {
          const bytes = takeAdded(image + list, at, to, end);
          if (bytes != 0) {
            end += 4;
            at += bytes;
            continue;
          }
        }
        store<i32>(end, atom & 0x1fffff);
        end += 4;
        at++;
        continue;
      }
      if (wordCharacters == 0 && kind != NOTHING) {
        // A word of at most 15 ASCII letters and digits that nothing else touches.
        const chunk = v128.load(at);
        const upper = i8x16.lt_u(i8x16.sub(chunk, i8x16.splat(0x41)), i8x16.splat(26));
        const letters = i8x16.lt_u(i8x16.sub(v128.or(chunk, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(26));
        const digits = i8x16.lt_u(i8x16.sub(chunk, i8x16.splat(0x30)), i8x16.splat(10));
        const length = min(<usize> ctz<u32>(~i8x16.bitmask(v128.or(letters, digits))), to - at);
        const next = at + length < to ? <u32> load<u8>(at + length) : 0x20;
        const isWhole = length < 16 && next < 0x80 && endsWord(load<u32>(ascii + (<usize> next << 2)));
        if (isWhole && <u32> length <= longestWord) {
          const word = v128.and(v128.or(chunk, v128.and(upper, lower)), leading(length));
          at += length;
          end = shortPieces(image, word, length, end);
          continue;
        }
      }
      end = take(code, atom, end);
      at++;
    } else {
      const character = decode(at);
      at += code < 0xe0 ? 2 : code < 0xf0 ? 3 : 4;
      end = take(character, atomOf(character), end);
    }
  }
  return endWord(end);
}

/** Token ids of texts, one after the other from `ids` on: text i is bytes [offsets[i], offsets[i + 1]) of `bytes`. */
export function splitTexts(
  imageAddress: usize,
  bytes: usize,
  offsets: usize,
  ids: usize,
  idOffsets: usize,
  begin: i32,
  end: i32,
): void {
  let at = ids + (<usize> load<i32>(idOffsets + (<usize> begin << 2)) << 2);
  for (let text = begin; text < end; text++) {
    const from = <usize> load<u32>(offsets + (<usize> text << 2));
    const to = <usize> load<u32>(offsets + (<usize> text << 2), 4);
    at = tokenize(imageAddress, bytes + from, bytes + to, at);
    store<i32>(idOffsets + (<usize> text << 2), <i32> ((at - ids) >> 2), 4);
  }
}

import type { TextKernels } from "../kernels/mod.ts";
import { bertAtoms } from "./_bert_atoms.ts";
import type { WordPieceRules } from "./_word_piece_rules.ts";

/** Bytes of the fields that an image starts with; see `kernels/assembly/word_pieces.ts`. */
const FIELDS = {
  lower: 0,
  unknown: 4,
  longestWord: 8,
  pages: 12,
  atoms: 16,
  sequences: 20,
  added: 24,
  starts: 28,
  continuations: 32,
} as const;
const HEAD_BYTES = 64;

/** Bytes of the fields of a table of pieces, the longest one's length at last, which the kernel fills in. */
const TABLE = {
  shortShift: 0,
  shortKeys: 4,
  shortIds: 8,
  longShift: 12,
  longEntries: 16,
  lengthsShift: 20,
  lengths: 24,
  bytes: 32,
} as const;
/** A piece of up to so many bytes is its own key. */
const SHORT_BYTES = 16;
/** Slots of a table for each of its pieces, at least. */
const SLOTS_PER_PIECE = 1.4;
/** Kernels read so many bytes at once. */
const READ_BYTES = 16;

const PUNCTUATION = /^[!-/:-@[-`{-~]/;

/**
 * Lays out on the kernels' memory all that the kernels need to know of a tokenizer. There are no addresses in it: it
 * may be copied to another memory.
 */
export function layOutImage(rules: WordPieceRules, kernels: TextKernels): ImagePlace {
  const { steps, vocab, prefix, unknownId, longestWord } = rules;
  const pieces = new Pieces(vocab, prefix);
  const atoms = bertAtoms(steps, { ids: pieces.singleIds, unknown: unknownId });
  const image = new ImagePlan(HEAD_BYTES);
  const head = new Uint32Array(HEAD_BYTES / 4);
  head[FIELDS.lower / 4] = steps.lowercase ? 0x20 : 0;
  head[FIELDS.unknown / 4] = unknownId;
  head[FIELDS.longestWord / 4] = longestWord;
  head[FIELDS.pages / 4] = image.add(atoms.pages);
  head[FIELDS.atoms / 4] = image.add(atoms.atoms);
  head[FIELDS.sequences / 4] = image.add(atoms.sequences);
  head[FIELDS.added / 4] = planAdded(rules.added, image);
  head[FIELDS.starts / 4] = planTable(pieces.starts, pieces, image);
  head[FIELDS.continuations / 4] = planTable(pieces.continuations, pieces, image);
  const text = image.add(pieces.text);
  const address = image.place(head, kernels);
  kernels.addPieces({ image: address, table: FIELDS.starts, pieces: pieces.list(pieces.starts, text) });
  const continuations = pieces.list(pieces.continuations, text, pieces.prefixBytes);
  kernels.addPieces({ image: address, table: FIELDS.continuations, pieces: continuations });
  return { address, bytes: image.bytes };
}

/** Where an image lies. */
export interface ImagePlace {
  /** Its address on the kernels' memory. */
  address: number;
  /** Its size. */
  bytes: number;
}

/** The vocabulary as UTF-8, and which tokens begin and which continue a word. */
class Pieces {
  /** All tokens, one after the other. */
  readonly text: Uint8Array;
  /** Bytes of the prefix. */
  readonly prefixBytes: number;
  /** Numbers of the tokens that a word may begin with. */
  readonly starts: number[] = [];
  /** Numbers of the tokens that continue a word. */
  readonly continuations: number[] = [];
  /** Code point to id, for tokens of one character. */
  readonly singleIds = new Map<number, number>();
  readonly #offsets: Uint32Array;
  readonly #ids: readonly number[];

  constructor(vocab: Readonly<Record<string, number>>, prefix: string) {
    const tokens = Object.keys(vocab);
    this.#ids = Object.values(vocab);
    this.text = new TextEncoder().encode(tokens.join(""));
    this.prefixBytes = utf8Length(prefix);
    this.#offsets = new Uint32Array(tokens.length + 1);
    // No word begins with punctuation, which is a word of its own.
    const prefixMayBegin = !PUNCTUATION.test(prefix);
    tokens.forEach((token, i) => {
      this.#offsets[i + 1] = this.#offsets[i] + utf8Length(token);
      const continues = token.startsWith(prefix);
      if (continues && token.length > prefix.length) this.continuations.push(i);
      if (token !== "" && (!continues || prefixMayBegin)) this.starts.push(i);
      const code = token.codePointAt(0) ?? 0;
      if (token.length === (code > 0xffff ? 2 : 1)) this.singleIds.set(code, this.#ids[i]);
    });
  }

  /** Place, bytes and id of some tokens without their first bytes, if the text begins at an offset. */
  list(numbers: readonly number[], text: number, skipped = 0): Uint32Array {
    const list = new Uint32Array(3 * numbers.length);
    numbers.forEach((number, i) => {
      list[3 * i] = text + this.#offsets[number] + skipped;
      list[3 * i + 1] = this.bytesOf(number) - skipped;
      list[3 * i + 2] = this.#ids[number];
    });
    return list;
  }

  /** Bytes of a token. */
  bytesOf(number: number): number {
    return this.#offsets[number + 1] - this.#offsets[number];
  }
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A pair of surrogates is two units and four bytes.
    if (code >= 0x80) length += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return length;
}

/** The parts of an image and where they will lie. */
class ImagePlan {
  readonly #parts: { at: number; data: ArrayBufferView }[] = [];
  #end: number;

  constructor(headBytes: number) {
    this.#end = headBytes;
  }

  /** Adds a part; returns its offset. */
  add(data: ArrayBufferView): number {
    const at = this.leave(data.byteLength);
    this.#parts.push({ at, data });
    return at;
  }

  /** Adds zeros; returns their offset. */
  leave(bytes: number): number {
    const at = this.#end;
    this.#end = Math.ceil((at + bytes + READ_BYTES) / 64) * 64;
    return at;
  }

  /** Size of the image so far. */
  get bytes(): number {
    return this.#end;
  }

  /** Writes everything to memory; returns its address. */
  place(head: Uint32Array, { memory }: TextKernels): number {
    const { buffer, byteOffset } = memory.int32(this.#end / 4);
    const image = new Uint8Array(buffer, byteOffset, this.#end);
    for (const { at, data } of [{ at: 0, data: head }, ...this.#parts]) {
      image.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    }
    return byteOffset;
  }
}

/** The added tokens by their first character: lists of four fields each, the longest first. */
function planAdded(added: WordPieceRules["added"], image: ImagePlan): number {
  const lists = new Uint32Array(128);
  const byFirst = Map.groupBy(added, ([content]) => content.charCodeAt(0));
  for (const [first, tokens] of byFirst) {
    const texts = tokens.map(([content, id]) => ({ bytes: new TextEncoder().encode(content), id }));
    texts.sort((a, b) => b.bytes.length - a.bytes.length);
    const fields = texts.flatMap(({ bytes, id }, i) => {
      return [image.add(bytes), bytes.length, id, i + 1 < texts.length ? 1 : 0];
    });
    lists[first] = image.add(Uint32Array.from(fields));
  }
  return image.add(lists);
}

/** An empty table for some pieces. */
function planTable(numbers: readonly number[], pieces: Pieces, image: ImagePlan): number {
  const long = numbers.filter((number) => pieces.bytesOf(number) > SHORT_BYTES).length;
  const [shortBits, longBits] = [numbers.length, long].map((count) => {
    return Math.max(4, Math.ceil(Math.log2(SLOTS_PER_PIECE * count)));
  });
  const table = new Uint32Array(TABLE.bytes / 4);
  table[TABLE.shortShift / 4] = 64 - shortBits;
  table[TABLE.shortKeys / 4] = image.leave(16 * 2 ** shortBits);
  table[TABLE.shortIds / 4] = image.leave(4 * 2 ** shortBits);
  table[TABLE.longShift / 4] = 64 - longBits;
  table[TABLE.longEntries / 4] = image.leave(16 * 2 ** longBits);
  // An eighth of the slots is enough for lengths by first characters.
  table[TABLE.lengthsShift / 4] = 64 - (shortBits - 3);
  table[TABLE.lengths / 4] = image.leave(8 * 2 ** (shortBits - 3));
  return image.add(table);
}

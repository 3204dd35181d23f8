import { bertCharacters, type CharacterRange, type Characters } from "./_characters.ts";

/** The steps of a BertNormalizer, each done or not. */
export interface BertSteps {
  /** Control characters are dropped. */
  cleanText: boolean;
  /** Chinese characters get spaces around them. */
  handleChineseChars: boolean;
  /** Text is decomposed, and marks are dropped. */
  stripAccents: boolean;
  /** Letters become lower-case ones. */
  lowercase: boolean;
}

/** What becomes of every code point, in the form that the kernel reads; see `kernels/assembly/word_pieces.ts`. */
export interface BertAtoms {
  /** uint16 [0x1100]: number of the page for every 256 code points. */
  pages: Uint16Array;
  /** uint32 [pages, 256]. */
  atoms: Uint32Array;
  /** Atoms of the code points that become several. */
  sequences: Uint32Array;
}

/** Kinds of atoms, in bits 21 to 23. */
const MAPPED = 1 << 21;
const SPACE = 2 << 21;
const SINGLE = 3 << 21;
const NOTHING = 4 << 21;
const BREAK = 5 << 21;
const SEQUENCE = 6 << 21;
const HANGUL = 7 << 21;

const HANGUL_SYLLABLES: CharacterRange = { start: 0xac00, end: 0xd7a4, value: 1 };

/** Ids of words of one character. */
export interface SingleIds {
  /** By code point. */
  ids: ReadonlyMap<number, number>;
  /** Id of those that are not in it. */
  unknown: number;
}

/**
 * What BertNormalizer and BertPreTokenizer make of every code point. No step looks beyond a single code point, but that
 * canonical ordering moves marks, of which most are dropped then.
 *
 * @param steps what the normalizer does
 * @param singles what punctuation and Chinese characters become
 */
export function bertAtoms(steps: BertSteps, singles: SingleIds): BertAtoms {
  const characters = bertCharacters();
  const table = new AtomTable();
  if (steps.handleChineseChars) {
    for (const range of characters.chinese) table.fill(range, SINGLE | singles.unknown);
  }
  if (steps.stripAccents) table.fill(HANGUL_SYLLABLES, HANGUL);
  const walk = new CodePointWalk(steps, characters, singles);
  for (const code of walk.codes()) table.set(code, walk.atoms(code));
  if (steps.cleanText) {
    for (const range of characters.spaces) table.fill(range, SPACE);
    for (const range of characters.dropped) table.fill(range, NOTHING);
  }
  return table.finish();
}

/** Takes code points through the steps, one by one. */
class CodePointWalk {
  readonly #steps: BertSteps;
  readonly #characters: Characters;
  readonly #singles: SingleIds;
  readonly #isChinese: (code: number) => boolean;
  readonly #isSpace: (code: number) => boolean;
  readonly #isPunctuation: (code: number) => boolean;
  readonly #isMark: (code: number) => boolean;
  readonly #rankOf: (code: number) => number;

  constructor(steps: BertSteps, characters: Characters, singles: SingleIds) {
    const { stripAccents, handleChineseChars } = steps;
    const within = (ranges: readonly CharacterRange[]) => {
      const valueOf = rangeValue(ranges);
      return (code: number): boolean => valueOf(code) !== 0;
    };
    this.#steps = steps;
    this.#characters = characters;
    this.#singles = singles;
    this.#isChinese = within(handleChineseChars ? characters.chinese : []);
    this.#isSpace = within(characters.spaces);
    this.#isPunctuation = within(characters.punctuation);
    this.#isMark = within(stripAccents ? characters.marks : []);
    this.#rankOf = rangeValue(stripAccents ? characters.combining : []);
  }

  /** All code points that are not left as they are, but Hangul and the Chinese characters that have no id. */
  *codes(): Generator<number> {
    const { spaces, punctuation, lowercase, decompositions, marks, combining } = this.#characters;
    yield* codesIn(spaces);
    yield* codesIn(punctuation);
    if (this.#steps.lowercase) yield* lowercase.keys();
    if (this.#steps.stripAccents) {
      yield* decompositions.keys();
      yield* codesIn(marks);
      yield* codesIn(combining);
    }
    for (const code of this.#singles.ids.keys()) if (this.#isChinese(code)) yield code;
  }

  /** What becomes of a code point that cleaning leaves alone. */
  atoms(code: number): number[] {
    const { stripAccents, lowercase } = this.#steps;
    const isChinese = this.#isChinese(code);
    const parts = stripAccents ? this.#characters.decompositions.get(code) ?? [code] : [code];
    return parts.flatMap((part) => {
      const rank = this.#rankOf(part);
      if (this.#isMark(part)) return rank === 0 ? [BREAK] : [];
      const letters = lowercase ? this.#characters.lowercase.get(part) ?? [part] : [part];
      return letters.map((letter) => {
        if (this.#isSpace(letter)) return SPACE;
        if (isChinese || this.#isPunctuation(letter)) return SINGLE | this.#idOf(letter);
        return (letter === code ? 0 : MAPPED | letter) | rank << 24;
      });
    });
  }

  #idOf(code: number): number {
    return this.#singles.ids.get(code) ?? this.#singles.unknown;
  }
}

function* codesIn(ranges: readonly CharacterRange[]): Generator<number> {
  for (const { start, end } of ranges) for (let code = start; code < end; code++) yield code;
}

/** Finds the value of the range that a code point is in, 0 if it is in none. */
function rangeValue(ranges: readonly CharacterRange[]): (code: number) => number {
  return (code) => {
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle].end <= code) low = middle + 1;
      else high = middle;
    }
    return low < ranges.length && ranges[low].start <= code ? ranges[low].value : 0;
  };
}

/** Pages of 256 atoms; pages that are alike are shared. */
class AtomTable {
  readonly #pages = new Uint16Array(0x1100);
  readonly #atoms: Uint32Array[] = [new Uint32Array(256)];
  /** Pages of one atom alone, by the atom. */
  readonly #uniform = new Map<number, number>([[0, 0]]);
  readonly #isShared: boolean[] = [true];
  readonly #sequences: number[] = [];

  /** Gives one atom to a range. */
  fill({ start, end }: CharacterRange, atom: number): void {
    for (let code = start; code < end;) {
      const pageEnd = Math.min(end, (code | 0xff) + 1);
      if (pageEnd - code === 256) this.#pages[code >> 8] = this.#uniformPage(atom);
      else this.#ownPage(code).fill(atom, code & 0xff, (code & 0xff) + pageEnd - code);
      code = pageEnd;
    }
  }

  /** Gives a code point what it becomes. */
  set(code: number, atoms: readonly number[]): void {
    let atom = NOTHING;
    if (atoms.length === 1) atom = atoms[0];
    if (atoms.length > 1) {
      atom = SEQUENCE | this.#sequences.length | atoms.length << 24;
      this.#sequences.push(...atoms);
    }
    this.#ownPage(code)[code & 0xff] = atom;
  }

  finish(): BertAtoms {
    const atoms = new Uint32Array(256 * this.#atoms.length);
    this.#atoms.forEach((page, i) => atoms.set(page, 256 * i));
    return { pages: this.#pages, atoms, sequences: Uint32Array.from(this.#sequences) };
  }

  #uniformPage(atom: number): number {
    let page = this.#uniform.get(atom);
    if (page === undefined) {
      page = this.#atoms.push(new Uint32Array(256).fill(atom)) - 1;
      this.#uniform.set(atom, page);
      this.#isShared[page] = true;
    }
    return page;
  }

  /** The page of a code point, for itself alone. */
  #ownPage(code: number): Uint32Array {
    const page = this.#pages[code >> 8];
    if (!this.#isShared[page]) return this.#atoms[page];
    this.#pages[code >> 8] = this.#atoms.push(this.#atoms[page].slice()) - 1;
    return this.#atoms[this.#pages[code >> 8]];
  }
}

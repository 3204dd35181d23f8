import { CHARACTER_DATA } from "./_character_data.ts";

/** Code points from `start` up to, not including, `end`, and a number that they share. */
export interface CharacterRange {
  /** First code point. */
  start: number;
  /** The code point after the last. */
  end: number;
  /** What the range says about them; 1 where it is enough that they are in it. */
  value: number;
}

/** What the steps of BERT's tokenizers do to characters. */
export interface Characters {
  /** Control characters, NUL and U+FFFD, which cleaning drops. */
  dropped: readonly CharacterRange[];
  /** White space. */
  spaces: readonly CharacterRange[];
  /** Punctuation, all that ASCII counts as such included. */
  punctuation: readonly CharacterRange[];
  /** Chinese characters, which get spaces around them. */
  chinese: readonly CharacterRange[];
  /** Marks that stripping accents drops. */
  marks: readonly CharacterRange[];
  /** What canonical ordering moves: the value is the rank of the combining class, from 1. */
  combining: readonly CharacterRange[];
  /** Canonical decompositions, Hangul left out. */
  decompositions: ReadonlyMap<number, readonly number[]>;
  /** Lower-case letters; a character without one is not in it. */
  lowercase: ReadonlyMap<number, readonly number[]>;
}

/**
 * The ranges of `is_chinese_char`, the gap after U+2B81F included.
 *
 * Source: huggingface/tokenizers, normalizers/bert.rs.
 */
const CHINESE: readonly [number, number][] = [
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xf900, 0xfaff],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0x2f800, 0x2fa1f],
];

let characters: Characters | undefined;

/** The tables, read once. */
export function bertCharacters(): Characters {
  return characters ??= {
    dropped: parseRanges(CHARACTER_DATA.dropped),
    spaces: parseRanges(CHARACTER_DATA.spaces),
    punctuation: parseRanges(CHARACTER_DATA.punctuation),
    chinese: CHINESE.map(([first, last]) => ({ start: first, end: last + 1, value: 1 })),
    marks: parseRanges(CHARACTER_DATA.marks),
    combining: parseRanges(CHARACTER_DATA.combining),
    decompositions: parseMap(CHARACTER_DATA.decompositions),
    lowercase: parseMap(CHARACTER_DATA.lowercase),
  };
}

/** Reads `gap.length.value` separated by spaces, base 36; the gap counts from the last end, numbers left out are 1. */
export function parseRanges(text: string): CharacterRange[] {
  let end = 0;
  return text.split(" ").map((entry) => {
    const [gap, length = 1, value = 1] = entry.split(".").map((number) => parseInt(number, 36));
    const start = end + gap;
    end = start + length;
    return { start, end, value };
  });
}

/** Reads `gap.code...` separated by spaces, base 36: what a code point becomes; the gap counts from the last one. */
export function parseMap(text: string): Map<number, number[]> {
  const map = new Map<number, number[]>();
  let code = 0;
  for (const entry of text.split(" ")) {
    const [gap, ...become] = entry.split(".").map((number) => parseInt(number, 36));
    code += gap;
    map.set(code, become);
  }
  return map;
}

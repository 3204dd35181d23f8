/**
 * Asks the Hugging Face tokenizers library what becomes of every code point in each step of BERT's tokenizers, and
 * writes the answers, as text, to `_character_data.ts` (started by `deno run -A text/_probe_characters.ts`; takes a
 * minute). The library's Unicode tables are of several versions at once and none of them is the JavaScript engine's,
 * so nothing less would be exact. A slow test asks again and compares.
 */
import { createEngine, type Engine } from "./_engine.ts";

/** What {@link probeCharacters} finds out; the formats are those of `_character_data.ts`. */
export interface CharacterData {
  /** Ranges that cleaning drops: control characters, NUL and U+FFFD. */
  dropped: string;
  /** Ranges of white space. */
  spaces: string;
  /** Ranges of punctuation. */
  punctuation: string;
  /** Ranges that stripping accents drops after decomposition. */
  marks: string;
  /** Ranges that canonical ordering moves, with the rank of their combining class, from 1. */
  combining: string;
  /** Canonical decompositions, Hangul left out. */
  decompositions: string;
  /** Lower-case letters. */
  lowercase: string;
}

const LAST = 0x10ffff;
/** Code points asked about in one text. */
const STEP = 512;
const NONE = { clean_text: false, handle_chinese_chars: false, strip_accents: false, lowercase: false };
/** Stands between the characters asked about; no step changes it, and none of these is asked about with it. */
const BETWEEN = "\u4e00";

/** All code points but NUL, which ends a text for some readers, the surrogates and the character between. */
function* codePoints(): Generator<number> {
  for (let code = 1; code <= LAST; code++) {
    if ((code < 0xd800 || code > 0xdfff) && code !== BETWEEN.charCodeAt(0)) yield code;
  }
}

/** Asks the engine about every code point. */
export async function probeCharacters(): Promise<CharacterData> {
  const cleaned = await changes({ type: "BertNormalizer", ...NONE, clean_text: true });
  const decomposed = await changes({ type: "NFD" });
  const stripped = await changes({ type: "BertNormalizer", ...NONE, strip_accents: true });
  const lowered = await changes({ type: "BertNormalizer", ...NONE, lowercase: true });
  const { spaces, punctuation } = await wordBreaks();
  const dropped = [0, ...[...cleaned].filter(([, become]) => become.length === 0).map(([code]) => code)];
  const marks = [...stripped].filter(([code, become]) => become.length === 0 && !decomposed.has(code));
  return {
    dropped: rangesText(dropped.map((code) => [code, 1])),
    spaces: rangesText(spaces.map((code) => [code, 1])),
    punctuation: rangesText(punctuation.map((code) => [code, 1])),
    marks: rangesText(marks.map(([code]) => [code, 1])),
    combining: rangesText(await combiningRanks()),
    decompositions: mapText([...decomposed].filter(([code]) => code < 0xac00 || code > 0xd7a3)),
    lowercase: mapText([...lowered]),
  };
}

/** What a normalizer makes of the code points that it does not leave as they are. */
async function changes(normalizer: object): Promise<Map<number, number[]>> {
  const engine = await spellingEngine(normalizer);
  const changed = new Map<number, number[]>();
  const codes = [...codePoints()];
  for (let start = 0; start < codes.length; start += STEP) {
    const part = codes.slice(start, start + STEP);
    const ids = [
      ...engine.encode(BETWEEN + part.map((code) => String.fromCodePoint(code) + BETWEEN).join("")),
    ];
    let at = 1;
    for (const code of part) {
      const end = ids.indexOf(BETWEEN.charCodeAt(0), at);
      const become = ids.slice(at, end);
      if (become.length !== 1 || become[0] !== code) changed.set(code, become);
      at = end + 1;
    }
  }
  engine.dispose();
  return changed;
}

/** A tokenizer whose ids are the code points of the normalised text. */
function spellingEngine(normalizer: object): Promise<Engine> {
  const vocab: Record<string, number> = { "[UNK]": 0 };
  for (let code = 1; code <= LAST; code++) {
    if (code < 0xd800 || code > 0xdfff) vocab[String.fromCodePoint(code)] = code;
  }
  const model = { type: "BPE", unk_token: "[UNK]", vocab, merges: [] };
  return createEngine(JSON.stringify({ version: "1.0", added_tokens: [], normalizer, model }));
}

/** Which code points BertPreTokenizer takes for white space, and which for words of their own. */
async function wordBreaks(): Promise<{ spaces: number[]; punctuation: number[] }> {
  const engine = await createEngine(JSON.stringify({
    version: "1.0",
    added_tokens: [],
    pre_tokenizer: { type: "BertPreTokenizer" },
    model: {
      type: "WordPiece",
      vocab: { "[UNK]": 0, a: 1, b: 2 },
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
    },
  }));
  const spaces: number[] = [];
  const punctuation: number[] = [];
  for (const code of codePoints()) {
    const ids = engine.encode(`a${String.fromCodePoint(code)}b`);
    if (ids.length === 2) spaces.push(code);
    if (ids.length === 3) punctuation.push(code);
  }
  engine.dispose();
  return { spaces, punctuation };
}

/** Code points that canonical ordering moves, and the rank of their class: found by what goes before what. */
async function combiningRanks(): Promise<[number, number][]> {
  const engine = await spellingEngine({ type: "NFD" });
  const goesBefore = (a: number, b: number): boolean => engine.encode(String.fromCodePoint(b, a))[0] === a;
  // The class of U+0334 is the lowest, that of U+0345 the highest.
  const codes = [...codePoints()].filter((code) => {
    const decomposition = String.fromCodePoint(code).normalize("NFD");
    return decomposition.length === String.fromCodePoint(code).length && code >= 0x300 &&
      (code === 0x345 || goesBefore(code, 0x345));
  });
  // One code point of each class found so far, lowest class first.
  const classes: number[] = [];
  for (const code of codes) {
    const same = classes.some((other) => !goesBefore(code, other) && !goesBefore(other, code));
    if (!same) classes.splice(classes.filter((other) => goesBefore(other, code)).length, 0, code);
  }
  const ranks = codes.map((code): [number, number] => [
    code,
    classes.findIndex((other) => !goesBefore(code, other) && !goesBefore(other, code)) + 1,
  ]);
  engine.dispose();
  return ranks;
}

/** Ranges of one value as `gap.length.value`, base 36, the gap counted from the end of the last; a 1 may be left out. */
function rangesText(entries: readonly (readonly [code: number, value: number])[]): string {
  const ranges: { start: number; end: number; value: number }[] = [];
  for (const [code, value] of [...entries].sort(([a], [b]) => a - b)) {
    const last = ranges.at(-1);
    if (last?.end === code && last.value === value) last.end++;
    else ranges.push({ start: code, end: code + 1, value });
  }
  return ranges.map(({ start, end, value }, i) => {
    const gap = start - (i === 0 ? 0 : ranges[i - 1].end);
    const numbers = [gap, end - start, value];
    while (numbers.length > 1 && numbers.at(-1) === 1) numbers.pop();
    return numbers.map((number) => number.toString(36)).join(".");
  }).join(" ");
}

/** Code points and what they become as `gap.code...`, base 36, the gap counted from the last code point. */
function mapText(entries: readonly [code: number, become: number[]][]): string {
  const sorted = [...entries].sort(([a], [b]) => a - b);
  return sorted.map(([code, become], i) => {
    const numbers = [code - (i === 0 ? 0 : sorted[i - 1][0]), ...become];
    return numbers.map((number) => number.toString(36)).join(".");
  }).join(" ");
}

/** The text of `_character_data.ts`. */
export function characterDataText(data: CharacterData): string {
  const fields = Object.entries(data).map(([name, text]: [string, string]) => {
    const lines = text.match(/.{1,100}/g)!.map((line) => `"${line}"`);
    return lines.length === 1 ? `  ${name}: ${lines[0]},\n` : `  ${name}:\n    ${lines.join(" +\n    ")},\n`;
  });
  return "/**\n * What becomes of each code point in BERT's tokenizers, by the Hugging Face tokenizers library; written by\n" +
    " * `_probe_characters.ts`, not edited by hand. See {@link parseRanges} and {@link parseMap} for the formats.\n */\n" +
    `export const CHARACTER_DATA = {\n${fields.join("")}};\n`;
}

if (import.meta.main) {
  const text = characterDataText(await probeCharacters());
  await Deno.writeTextFile(new URL("./_character_data.ts", import.meta.url), text);
}

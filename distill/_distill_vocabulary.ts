import { loadTokenizer, type TokenBags } from "../text/mod.ts";
import type { DistillOptions, VocabularyTeacher } from "./distill.ts";
import { extendTokenizer } from "./extend_tokenizer.ts";
import { pruneTokenizer } from "./prune_tokenizer.ts";

/** Tokens that BERT's vocabularies hold in reserve. */
const UNUSED = /\[unused\d+\]/;

/** The vocabulary of a distillation. */
export interface DistillVocabulary {
  /** Text of tokenizer.json. */
  json: string;
  /** Tokens in the order of their ids. */
  tokens: string[];
  /** What the teacher is given for every token: its own ids. */
  bags: TokenBags;
  /** Tokens of the teacher that were left out. */
  removed: number;
  /** Tokens that were put in. */
  added: number;
  /** Words that could not be put in. */
  skipped: { word: string; reason: string }[];
}

/**
 * The teacher's vocabulary without what is left out, and with what is put in.
 *
 * @throws {RangeError} if nothing is left, or no word can be put in
 */
export async function chooseVocabulary(
  teacher: VocabularyTeacher,
  { removePattern = UNUSED, words }: Pick<DistillOptions, "removePattern" | "words">,
): Promise<DistillVocabulary> {
  const { json, kept } = pruneTokenizer(teacher.tokenizer.json, (token) => !removePattern?.test(token));
  const sequences: ArrayLike<number>[] = Array.from(kept, (id) => [id]);
  const tokens = Array.from(kept, (id) => teacher.tokenizer.tokenOf(id)!);
  const removed = teacher.tokenizer.vocabSize - kept.length;
  if (words === undefined) return { json, tokens, bags: bagsOf(sequences), removed, added: 0, skipped: [] };
  const pruned = await loadTokenizer(json, "the teacher's tokenizer");
  try {
    const { json: larger, added, skipped } = await extendTokenizer(pruned, words);
    if (added.length === 0) throw nothingAdded(skipped);
    // Ids between the kept tokens and the new ones do not occur: pruning closed the ranks.
    for (const { token, pieces } of added) {
      tokens.push(token);
      sequences.push(pieces.map((id) => kept[id]));
    }
    return { json: larger, tokens, bags: bagsOf(sequences), removed, added: added.length, skipped };
  } finally {
    pruned.dispose();
  }
}

function nothingAdded(skipped: readonly { word: string; reason: string }[]): RangeError {
  const [first] = skipped;
  const reason = first === undefined
    ? "no word was given"
    : `none of ${skipped.length} words can be put in (${JSON.stringify(first.word)}: ${first.reason})`;
  return new RangeError(
    `Cannot extend the vocabulary: ${reason}; give words that the teacher's tokenizer cuts into pieces`,
  );
}

function bagsOf(sequences: readonly ArrayLike<number>[]): TokenBags {
  const offsets = new Int32Array(sequences.length + 1);
  sequences.forEach(({ length }, i) => offsets[i + 1] = offsets[i] + length);
  const ids = new Int32Array(offsets[sequences.length]);
  sequences.forEach((sequence, i) => ids.set(sequence, offsets[i]));
  return { ids, offsets };
}

/**
 * Text to token ids, by any Hugging Face tokenizer.json.
 *
 * ```ts
 * import { loadTokenizer } from "./mod.ts";
 *
 * const file = "tokenizer.json";
 * const tokenizer = await loadTokenizer(await Deno.readFile(file), file);
 * const { ids, offsets } = tokenizer.encodeAll(["turned on a lathe", "a second text"]);
 * ```
 *
 * @module
 */

export { bertWords } from "./_bert_words.ts";
export type { TokenBags } from "./token_bags.ts";
export { loadTokenizer, type LoadTokenizerOptions, type Tokenizer } from "./tokenizer.ts";
export { type BuildWordPieceOptions, buildWordPieceTokenizer } from "./word_pieces.ts";

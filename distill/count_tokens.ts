import type { Tokenizer } from "../text/mod.ts";

/**
 * How often each token occurs in some texts.
 *
 * @param texts gone through once
 * @param tokenizer what cuts them
 * @param onProgress called with the number of texts so far
 * @returns float64 [vocab]
 */
export async function countTokens(
  texts: AsyncIterable<readonly string[]>,
  tokenizer: Tokenizer,
  onProgress?: (texts: number) => void,
): Promise<Float64Array> {
  const counts = new Float64Array(tokenizer.vocabSize);
  let done = 0;
  for await (const some of texts) {
    for (const id of tokenizer.encodeAll(some).ids) counts[id]++;
    onProgress?.(done += some.length);
  }
  return counts;
}

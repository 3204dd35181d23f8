import type { FramedTexts } from "./_framed_texts.ts";
import type { TransformerOutput } from "./_transformer.ts";
import { type Pooling, poolTokens, type TokenSpan } from "./pooling.ts";

/** Numbers of a vector that is pooled from an output. */
export function vectorSize({ shape }: TransformerOutput, poolings: readonly Pooling[]): number {
  return shape.at(-1)! * (shape.length === 3 ? poolings.length : 1);
}

/**
 * The tokens of a text that count.
 *
 * @param options `specialTokens`: whether special tokens do; `skipped`: tokens of a prompt that does not
 */
export function spanOf(
  { prefixLength, suffixLength, lengths }: FramedTexts,
  text: number,
  { specialTokens = true, skipped }: { specialTokens?: boolean; skipped: number },
): TokenSpan {
  const end = lengths[text] - (specialTokens ? 0 : suffixLength);
  // A prompt stands behind the first special tokens, which are left out with it.
  const start = skipped > 0 || !specialTokens ? prefixLength + skipped : 0;
  return { start, end };
}

/**
 * Makes one vector of a text's tokens, unless the graph has done so already.
 *
 * @param text number of the text in the batch
 * @param options `out` float32 [vector size] receives it
 */
export function poolText(
  { data, shape }: TransformerOutput,
  text: number,
  { poolings, span, out }: { poolings: readonly Pooling[]; span: TokenSpan; out: Float32Array },
): void {
  const dim = shape.at(-1)!;
  if (shape.length === 2) return out.set(data.subarray(text * dim, (text + 1) * dim));
  const vectors = { data, dim, length: shape[1] };
  poolings.forEach((pooling, i) => {
    poolTokens(vectors, text, { pooling, span, out: out.subarray(i * dim, (i + 1) * dim) });
  });
}

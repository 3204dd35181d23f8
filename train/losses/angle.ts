import { abs, add, concat, mul, rowDots, split, sub, type Value } from "../../graph/mod.ts";
import { labelColumn } from "./_label_column.ts";
import { orderLoss } from "./cosent.ts";
import type { Embedding } from "./embedding.ts";
import type { LossInputs } from "./loss.ts";

/**
 * AnglE: CoSENT with angles in complex space in place of cosines, whose gradient does not vanish where cosines
 * saturate. Each vector is read as complex numbers: real parts its first half, imaginary parts its second.
 *
 * Formula: L = log(1 + sum over pairs i, j with y_i < y_j of exp(s (g_i - g_j))), g = |sum of real and imaginary
 * parts of z conj(w)| / (|z| |w|), z and w the two texts as complex vectors.
 *
 * Columns: (text1, text2) with a score as label.
 *
 * Reference: Li and Li 2023, "AnglE-optimized Text Embeddings". `AnglELoss` of Sentence Transformers.
 */
export interface AnglESpec {
  /** Which loss. */
  kind: "anglE";
  /** Factor of the angles, above 0. */
  scale: number;
}

/**
 * Appends {@link AnglESpec}'s formula. The real parts add up to the dot product, which is nested; the imaginary parts
 * pair columns half the size apart, so each Matryoshka size has its own.
 */
export function anglELoss({ scale }: AnglESpec, inputs: LossInputs): Value {
  const [first, second] = inputs.columns;
  const lengths = mul(first.inverseLengths(), second.inverseLengths());
  const real = first.rowCosines(second);
  const angles = abs(add(real, mul(imaginaryParts(first, second), lengths)));
  return orderLoss(mul(angles, scale), labelColumn(inputs));
}

/**
 * Sum of the imaginary parts of z conj(w), before normalisation, float32 [rows, 1]. Of an odd size the middle column
 * has no imaginary part.
 */
function imaginaryParts(first: Embedding, second: Embedding): Value {
  const half = Math.floor(first.size / 2);
  const parts = ({ blocks }: Embedding): readonly Value[] => {
    const extents = first.size % 2 === 0 ? [half, half] : [half, 1, half];
    return split(concat(blocks, 1), 1, extents);
  };
  const [z, w] = [parts(first), parts(second)];
  return sub(rowDots(z.at(-1)!, w[0]), rowDots(z[0], w.at(-1)!));
}

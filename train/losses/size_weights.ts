import { drawsSizes, type MatryoshkaSpec } from "./matryoshka.ts";
import type { LossSpec } from "./registry.ts";

/**
 * Draws the Matryoshka sizes of one step.
 *
 * @param random uniform numbers from 0 to below 1, seeded; as many are drawn as the step has sizes
 * @returns float32 [sizes], the graph's input `size_weights`: the weight of each drawn size, 0 for the others; undefined
 * if the loss takes all sizes in every step and its graph has no such input
 * @throws {RangeError} if two Matryoshka losses of a sum draw from different sizes
 */
export function drawSizeWeights(loss: LossSpec, random: () => number): Float32Array | undefined {
  const spec = drawnMatryoshka(loss);
  if (spec === undefined) return undefined;
  const all = allSizeWeights(loss)!;
  const left = spec.dims.map((_, i) => i);
  const drawn = new Float32Array(all.length);
  for (let n = 0; n < spec.dimsPerStep!; n++) {
    const [index] = left.splice(Math.floor(random() * left.length), 1);
    drawn[index] = all[index];
  }
  return drawn;
}

/** The weights of all sizes, as for evaluation; undefined where {@link drawSizeWeights} gives undefined. */
export function allSizeWeights(loss: LossSpec): Float32Array | undefined {
  const spec = drawnMatryoshka(loss);
  return spec && Float32Array.from(spec.dims, (_, i) => spec.weights?.[i] ?? 1);
}

/** The Matryoshka loss inside a loss whose sizes are drawn. */
function drawnMatryoshka(loss: LossSpec): MatryoshkaSpec | undefined {
  const parts = loss.kind === "sum" ? loss.losses.map((part) => part.loss) : [loss];
  const drawn = parts.filter((part): part is MatryoshkaSpec =>
    part.kind === "matryoshka" && drawsSizes(part)
  );
  const keys = new Set(
    drawn.map(({ dims, weights, dimsPerStep }) => JSON.stringify([dims, weights, dimsPerStep])),
  );
  if (keys.size <= 1) return drawn[0];
  throw new RangeError(
    "Cannot draw Matryoshka sizes: the losses of a sum draw from different ones; give them the same dims, weights " +
      "and dimsPerStep",
  );
}

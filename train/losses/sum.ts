import { mul, sumOf, type Value } from "../../graph/mod.ts";

/** A loss of a sum and its weight. */
export interface WeightedLoss<L> {
  /** The loss. */
  loss: L;
  /** Its weight, 0 or more. */
  weight: number;
}

/**
 * Sum: several losses on the same rows, added up.
 *
 * Formula: L = sum_k w_k L_k.
 *
 * Columns: those that all of its losses take. All read the same labels, and all guides are the same one.
 *
 * Reference: none; with Sentence Transformers one writes a loss class of one's own.
 */
export interface SumSpec<L> {
  /** Which loss. */
  kind: "sum";
  /** The losses, at least one. */
  losses: readonly WeightedLoss<L>[];
}

/** Appends {@link SumSpec}'s formula; `build` appends one of its losses. */
export function sumLoss<L>({ losses }: SumSpec<L>, build: (loss: L) => Value): Value {
  return sumOf(losses.map(({ loss, weight }) => weight === 1 ? build(loss) : mul(build(loss), weight)));
}

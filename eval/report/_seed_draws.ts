import { type Bootstrap, combine, type Resampled } from "../uncertainty/mod.ts";
import type { CollectionDraws, ScoreDraws } from "./score_draws.ts";

/** A score, or a difference of scores, drawn anew over several collections. */
export interface JointDraws {
  /** What the draws come to. */
  result: Bootstrap;
  /** How many items there are in all. */
  items: number;
  /** How many collections. */
  strata: number;
  /** What one item is. */
  unit: string;
}

/** The mean score of runs that differ in their seed; null where some were scored without items. */
export function meanDraws(runs: readonly ScoreDraws[]): JointDraws | null {
  return joint(runs.map(({ collections }) => collections));
}

/** The mean difference of pairs of runs, the second less the first; null where a pair does not share its items. */
export function differenceDraws(pairs: readonly (readonly [ScoreDraws, ScoreDraws])[]): JointDraws | null {
  const differences = pairs.map(([first, second]) =>
    first.collections.flatMap((one, i): CollectionDraws[] => {
      const other = second.collections[i];
      if (other === undefined || other.items !== one.items) return [];
      const resampled = less(other.resampled, one.resampled);
      return resampled === null ? [] : [{ ...one, resampled }];
    })
  );
  const isWhole = pairs.every(([first, second], p) =>
    differences[p].length === Math.max(first.collections.length, second.collections.length)
  );
  return isWhole ? joint(differences) : null;
}

function joint(runs: readonly (readonly CollectionDraws[])[]): JointDraws | null {
  const [first = []] = runs;
  if (first.length === 0 || runs.some((run) => run.length !== first.length)) return null;
  const parts = first.map((_, i) => average(runs.map((run) => run[i].resampled)));
  return {
    result: combine(parts),
    items: first.reduce((sum, { count }) => sum + count, 0),
    strata: first.length,
    unit: first[0].unit,
  };
}

/** Draws are linear: the mean of scores has the mean of their draws and of what items contribute. */
function average(all: readonly Resampled[]): Resampled {
  const [{ draws, shares }] = all;
  const mean = (of: (each: Resampled) => Float64Array, length: number): Float64Array =>
    Float64Array.from({ length }, (_, i) => all.reduce((sum, each) => sum + of(each)[i], 0) / all.length);
  const isAligned = all.every((each) => each.shares.length === shares.length);
  const values = all.map(({ value }) => value).filter((value) => value !== null);
  return {
    value: values.length < all.length ? null : values.reduce((sum, value) => sum + value, 0) / all.length,
    draws: mean((each) => each.draws, draws.length),
    shares: isAligned
      ? mean((each) => each.shares, shares.length)
      // Seeds that hold out rows of their own are independent samples: each contributes its part.
      : Float64Array.from(all.flatMap((each) => [...each.shares].map((share) => share / all.length))),
  };
}

function less(a: Resampled, b: Resampled): Resampled | null {
  if (a.value === null || b.value === null || a.shares.length !== b.shares.length) return null;
  return {
    value: a.value - b.value,
    draws: a.draws.map((draw, i) => draw - b.draws[i]),
    shares: a.shares.map((share, i) => share - b.shares[i]),
  };
}

import { Random } from "../../data/mod.ts";
import type { Exchange } from "./exchange.ts";

/** Options of {@link permutationTest}. */
export interface PermutationOptions {
  /**
   * Seed of the draws: the same seed gives the same numbers.
   * @default 0
   */
  seed?: number;
  /**
   * How many of all changes of places are tried; all, if there are not more.
   * @default 10000
   */
  permutations?: number;
}

/** What a permutation test found. */
export interface PermutationResult {
  /** How likely as large a difference, either way, is between models that are equally good; null where undefined. */
  p: number | null;
  /** Whether all changes of places were tried, so that `p` owes nothing to chance. */
  exact: boolean;
}

/** Differences this close to the observed one are as large: sums of scores up to 1 in another order round differently. */
const ROUNDING = 1e-12;

/**
 * The paired permutation test: if two models are equally good, each item's two scores may as well change places; the
 * test counts how often that makes as large a difference as the observed one. Up to `permutations` cases all are
 * tried; beyond, that many are drawn, and the observed one counts among them, so that p is never 0.
 *
 * Source: Fisher, The Design of Experiments, 1935; for retrieval: Smucker, Allan and Carterette, A Comparison of
 * Statistical Significance Tests for Information Retrieval Evaluation, 2007.
 *
 * @param strata one a collection; the difference is the mean over them
 * @param options {@link PermutationOptions}
 */
export function permutationTest(
  strata: readonly Exchange[],
  { seed = 0, permutations = 10_000 }: PermutationOptions = {},
): PermutationResult {
  const flips = strata.map(({ items }) => new Uint8Array(items));
  const difference = (): number | null => {
    let sum = 0;
    for (let s = 0; s < strata.length; s++) {
      const own = strata[s].difference(flips[s]);
      if (own === null) return null;
      sum += own;
    }
    return sum / strata.length;
  };
  const observed = difference();
  if (observed === null) return { p: null, exact: false };
  const bar = Math.abs(observed) - ROUNDING;
  const isAsLarge = (): boolean => Math.abs(difference() ?? Infinity) >= bar;
  const places = placesThatMatter(strata);
  if (2 ** places.length <= permutations) return { p: exactShare(places, flips, isAsLarge), exact: true };
  const random = new Random(seed).fork("permutation");
  const count = strata.some(({ slow }) => slow) ? Math.ceil(permutations / 10) : permutations;
  let asLarge = 1;
  for (let draw = 0; draw < count; draw++) {
    for (const { stratum, item } of places) flips[stratum][item] = random.nextUint32() >>> 31;
    if (isAsLarge()) asLarge++;
  }
  return { p: asLarge / (count + 1), exact: false };
}

interface Place {
  stratum: number;
  item: number;
}

function placesThatMatter(strata: readonly Exchange[]): Place[] {
  return strata.flatMap(({ items, equal }, stratum) =>
    Array.from({ length: items }, (_, item) => ({ stratum, item })).filter(({ item }) => equal?.[item] !== 1)
  );
}

/** Tries every set of places. */
function exactShare(
  places: readonly Place[],
  flips: readonly Uint8Array[],
  isAsLarge: () => boolean,
): number {
  const cases = 2 ** places.length;
  let asLarge = 0;
  for (let number = 0; number < cases; number++) {
    places.forEach(({ stratum, item }, bit) => flips[stratum][item] = (number >>> bit) & 1);
    if (isAsLarge()) asLarge++;
  }
  return asLarge / cases;
}

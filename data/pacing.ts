/** How the share of the rows that are drawn grows. */
export interface Pacing {
  /** Shape of the growth; see {@linkcode admittedShare}. */
  kind: "linear" | "root" | "exponential" | "step";
  /** Share of the rows at the beginning, above 0 to 1. */
  start: number;
  /** Share of the training after which all rows are drawn, above 0 to 1. */
  until: number;
}

/** Share of the way from the first batch to the moment when all rows are drawn, 0 to 1, to share of the rows. */
const SHAPES: Record<Pacing["kind"], (start: number, way: number) => number> = {
  linear: (start, way) => start + (1 - start) * way,
  root: (start, way) => Math.sqrt(start ** 2 + (1 - start ** 2) * way),
  exponential: (start, way) => start ** (1 - way),
  step: (start) => start,
};

/**
 * Share of the rows that may be drawn, with p = progress / until:
 *
 * - `linear`: start + (1 - start) p,
 * - `root`: the root of start^2 + (1 - start^2) p, which admits new rows at a rate that falls as there are more of them,
 * - `exponential`: start^(1 - p), which grows by the same factor in equal times,
 * - `step`: start,
 *
 * and 1 once progress reaches `until`. It never falls.
 *
 * Source: `linear` and `root` Platanios et al. 2019, "Competence-based Curriculum Learning for Neural Machine
 * Translation", section 3; `exponential` Hacohen and Weinshall 2019, "On the Power of Curriculum Learning in Training Deep
 * Networks", section 2.3, fixed exponential pacing with steps of one batch; `step` Bengio et al. 2009, "Curriculum
 * Learning", and Hacohen and Weinshall's single step.
 *
 * @param progress share of the training that is over, 0 or more
 */
export function admittedShare({ kind, start, until }: Pacing, progress: number): number {
  return progress >= until ? 1 : Math.min(1, SHAPES[kind](start, progress / until));
}

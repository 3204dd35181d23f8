/** Value and slope of a function along a line. */
export interface LinePoint {
  /** How far along. */
  step: number;
  value: number;
  slope: number;
}

/** Constants as L-BFGS-B sets them. */
const SUFFICIENT_DECREASE = 1e-3;
const CURVATURE = 0.9;
const SMALLEST_INTERVAL = 0.1;
const LARGEST_STEP = 1e10;

/** Evaluations after which a search has failed; as scikit-learn sets it. */
const EVALUATIONS = 50;

/** An interval that holds a good step: `best` has the lowest value so far, `other` is its other end. */
interface Bracket {
  best: LinePoint;
  other: LinePoint;
  closed: boolean;
}

/**
 * A step that satisfies the strong Wolfe conditions.
 *
 * Source: Moré and Thuente, Line search algorithms with guaranteed sufficient decrease, 1994 (MINPACK-2, `dcsrch`).
 *
 * @param at value and slope at a step
 * @param start value and slope at step 0; the slope is negative
 * @param firstStep the step to try first
 * @returns undefined where no step was found
 */
export function searchLine(
  at: (step: number) => LinePoint,
  start: LinePoint,
  firstStep: number,
): LinePoint | undefined {
  const decrease = SUFFICIENT_DECREASE * start.slope;
  const bracket: Bracket = { best: start, other: start, closed: false };
  let width = LARGEST_STEP;
  let widthBefore = 2 * width;
  let [low, high] = [0, 5 * firstStep];
  let step = firstStep;
  let early = true;
  for (let evaluation = 0; evaluation < EVALUATIONS; evaluation++) {
    const point = at(step);
    const allowed = start.value + step * decrease;
    if (early && point.value <= allowed && point.slope >= 0) early = false;
    if (point.value <= allowed && Math.abs(point.slope) <= -CURVATURE * start.slope) return point;
    if (isStuck(bracket, { step, low, high })) return point.value < start.value ? point : undefined;
    const tilted = early && point.value <= bracket.best.value && point.value > allowed;
    step = tilted
      ? nextStep(bracket, { point, low, high, tilt: decrease })
      : nextStep(bracket, { point, low, high, tilt: 0 });
    const { best, other } = bracket;
    if (bracket.closed) {
      const now = Math.abs(other.step - best.step);
      if (now >= 0.66 * widthBefore) step = best.step + 0.5 * (other.step - best.step);
      [widthBefore, width] = [width, now];
      [low, high] = [Math.min(best.step, other.step), Math.max(best.step, other.step)];
    } else [low, high] = [step + 1.1 * (step - best.step), step + 4 * (step - best.step)];
    step = Math.min(LARGEST_STEP, Math.max(0, step));
    if (isStuck(bracket, { step, low, high })) step = best.step;
  }
  return undefined;
}

function isStuck(
  { closed }: Bracket,
  { step, low, high }: { step: number; low: number; high: number },
): boolean {
  return closed && (step <= low || step >= high || high - low <= SMALLEST_INTERVAL * high);
}

/** The next step to try and the new bracket, of the function less `tilt` times the step (`dcstep`). */
function nextStep(
  bracket: Bracket,
  { point, low, high, tilt }: { point: LinePoint; low: number; high: number; tilt: number },
): number {
  const lean = (p: LinePoint): LinePoint => ({
    step: p.step,
    value: p.value - p.step * tilt,
    slope: p.slope - tilt,
  });
  const [x, y, p] = [lean(bracket.best), lean(bracket.other), lean(point)];
  const step = chooseStep({ x, y, p, closed: bracket.closed }, low, high);
  const opposite = p.slope * Math.sign(x.slope) < 0;
  bracket.closed ||= p.value > x.value || opposite;
  if (p.value > x.value) bracket.other = point;
  else {
    if (opposite) bracket.other = bracket.best;
    bracket.best = point;
  }
  return step;
}

interface Interval {
  x: LinePoint;
  y: LinePoint;
  p: LinePoint;
  closed: boolean;
}

function chooseStep({ x, y, p, closed }: Interval, low: number, high: number): number {
  if (p.value > x.value) {
    const cubic = cubicMinimum(x, p);
    const quadratic = x.step +
      x.slope / ((x.value - p.value) / (p.step - x.step) + x.slope) / 2 * (p.step - x.step);
    return Math.abs(cubic - x.step) < Math.abs(quadratic - x.step) ? cubic : cubic + (quadratic - cubic) / 2;
  }
  const secant = p.step + p.slope / (p.slope - x.slope) * (x.step - p.step);
  if (p.slope * Math.sign(x.slope) < 0) {
    const cubic = cubicMinimum(p, x);
    return Math.abs(cubic - p.step) > Math.abs(secant - p.step) ? cubic : secant;
  }
  if (Math.abs(p.slope) < Math.abs(x.slope)) {
    const cubic = cubicBeyond(p, x) ?? (p.step > x.step ? high : low);
    if (!closed) {
      const farther = Math.abs(cubic - p.step) > Math.abs(secant - p.step) ? cubic : secant;
      return Math.min(high, Math.max(low, farther));
    }
    const nearer = Math.abs(cubic - p.step) < Math.abs(secant - p.step) ? cubic : secant;
    const limit = p.step + 0.66 * (y.step - p.step);
    return p.step > x.step ? Math.min(limit, nearer) : Math.max(limit, nearer);
  }
  if (closed) return cubicMinimum(p, y);
  return p.step > x.step ? high : low;
}

/** Theta and gamma of the cubic that has the values and slopes of two points. */
function cubicThrough(a: LinePoint, b: LinePoint): { theta: number; gamma: number } {
  const theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope));
  const inner = (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale);
  const root = scale * Math.sqrt(Math.max(0, inner));
  return { theta, gamma: b.step < a.step ? -root : root };
}

/** Minimum of the cubic through two points, seen from `a`. */
function cubicMinimum(a: LinePoint, b: LinePoint): number {
  const { theta, gamma } = cubicThrough(a, b);
  const ratio = (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope);
  return a.step + ratio * (b.step - a.step);
}

/** The same minimum, only where it lies beyond `a`. */
function cubicBeyond(a: LinePoint, b: LinePoint): number | undefined {
  const { theta, gamma } = cubicThrough(a, b);
  const ratio = (gamma - a.slope + theta) / (gamma + (b.slope - a.slope) + gamma);
  return ratio < 0 && gamma !== 0 ? a.step + ratio * (b.step - a.step) : undefined;
}

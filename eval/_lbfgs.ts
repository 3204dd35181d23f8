import { type LinePoint, searchLine } from "./_line_search.ts";

/** A function to be minimised: its value at a point, and its gradient, written to `out`. */
export type Objective = (point: Float64Array, out: Float64Array) => number;

/** When {@link minimize} ends. */
export interface MinimizeOptions {
  /** Most steps. */
  maxIterations: number;
  /** Ends when no element of the gradient is larger. */
  gradientTolerance: number;
}

/** What {@link minimize} found. */
export interface Minimum {
  point: Float64Array;
  value: number;
  /** Steps taken. */
  iterations: number;
}

/** Steps that the curvature is estimated from. */
const MEMORY = 10;

/** Ends when a step lowers the value by a smaller share: 64 roundings of float64, as scikit-learn sets it. */
const VALUE_TOLERANCE = 64 * Number.EPSILON;

/** One step: how the point and the gradient changed. */
interface Change {
  point: Float64Array;
  gradient: Float64Array;
  /** Their product. */
  curvature: number;
}

/**
 * Minimises a smooth function by limited-memory BFGS with a Moré-Thuente line search: what L-BFGS-B does without
 * bounds, so that runs that end early end where scikit-learn's do. No package on npm offers it.
 *
 * Source: Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989.
 */
export function minimize(objective: Objective, start: Float64Array, options: MinimizeOptions): Minimum {
  let point = start.slice();
  let gradient = new Float64Array(start.length);
  let value = objective(point, gradient);
  let memory: Change[] = [];
  let iterations = 0;
  while (iterations < options.maxIterations && largestOf(gradient) > options.gradientTolerance) {
    const direction = descent(gradient, memory);
    const next = { point: new Float64Array(start.length), gradient: new Float64Array(start.length) };
    const at = (step: number): LinePoint => {
      for (let i = 0; i < point.length; i++) next.point[i] = point[i] + step * direction[i];
      const here = objective(next.point, next.gradient);
      return { step, value: here, slope: dot(next.gradient, direction) };
    };
    const firstStep = iterations === 0 ? Math.min(1, 1 / Math.sqrt(dot(direction, direction))) : 1;
    const found = searchLine(at, { step: 0, value, slope: dot(gradient, direction) }, firstStep);
    if (found === undefined) {
      if (memory.length === 0) break;
      memory = [];
      continue;
    }
    iterations++;
    remember(memory, {
      point: next.point.map((x, i) => x - point[i]),
      gradient: next.gradient.map((x, i) => x - gradient[i]),
    });
    const gain = (value - found.value) / Math.max(Math.abs(value), Math.abs(found.value), 1);
    ({ point, gradient } = next);
    value = found.value;
    if (gain <= VALUE_TOLERANCE) break;
  }
  return { point, value, iterations };
}

function remember(out: Change[], change: Omit<Change, "curvature">): void {
  const curvature = dot(change.point, change.gradient);
  if (curvature <= Number.EPSILON * dot(change.gradient, change.gradient)) return;
  out.push({ ...change, curvature });
  if (out.length > MEMORY) out.shift();
}

/** Minus the gradient times the estimate of the inverse curvature, by the two loops of Nocedal. */
function descent(gradient: Float64Array, memory: readonly Change[]): Float64Array {
  const direction = gradient.map((x) => -x);
  const factors: number[] = [];
  for (let i = memory.length - 1; i >= 0; i--) {
    const { point, gradient: y, curvature } = memory[i];
    factors[i] = dot(point, direction) / curvature;
    for (let j = 0; j < direction.length; j++) direction[j] -= factors[i] * y[j];
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.gradient, last.gradient);
    for (let j = 0; j < direction.length; j++) direction[j] *= scale;
  }
  memory.forEach(({ point, gradient: y, curvature }, i) => {
    const factor = factors[i] - dot(y, direction) / curvature;
    for (let j = 0; j < direction.length; j++) direction[j] += factor * point[j];
  });
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}

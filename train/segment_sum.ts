import { concat, gatherRows, type Graph, reduceSum, reshape, splitRows, type Value } from "../graph/mod.ts";
import { SEGMENT_LEVELS, SEGMENT_WIDTHS } from "./segment_plan.ts";

/** A {@link SegmentPlan} in a graph. */
export interface SegmentInputs {
  /** int32. */
  indices: Value;
  /** int64 [levels * widths]. */
  sizes: Value;
  /** int32 [segments]. */
  order: Value;
}

/** Adds the inputs of a plan to a graph: `NAME_indices`, `NAME_sizes`, `NAME_order`; `extent` names the segments. */
export function segmentInputs(graph: Graph, name: string, extent: string): SegmentInputs {
  return {
    indices: graph.input(`${name}_indices`, "int32", [`${name}_items`]),
    sizes: graph.input(`${name}_sizes`, "int64", [SEGMENT_LEVELS * SEGMENT_WIDTHS.length]),
    order: graph.input(`${name}_order`, "int32", [extent]),
  };
}

/**
 * The extents that {@link segmentSum} gives names to, as a plan makes them.
 *
 * @param name name of the plan's input `indices`
 * @param sizes int64 [levels * widths]: the plan's
 */
export function segmentExtents(name: string, sizes: BigInt64Array): Record<string, number> {
  const widths = SEGMENT_WIDTHS.length;
  const extents: Record<string, number> = { [`${name}_sums`]: 0 };
  sizes.forEach((size, i) => {
    const part = `${name}_width${Math.floor(2 * i / widths)}_${i % (widths / 2)}`;
    const level = `${name}_level${Math.floor(i / widths)}`;
    const chunks = Number(size) / SEGMENT_WIDTHS[i % widths];
    extents[part] = Number(size);
    extents[`${part}_chunks`] = chunks;
    extents[level] = (extents[level] ?? 0) + chunks;
    extents[`${name}_sums`] += chunks;
  });
  return extents;
}

/**
 * Sums rows by segment, without gradient.
 *
 * @param rows float32 [items, dim]
 * @param plan how the segments are cut
 * @returns float32 [segments, dim]
 */
export function segmentSum(rows: Value, plan: SegmentInputs): Value {
  const dim = rows.shape[1];
  const parts = splitBlocks(plan);
  const levels: Value[] = [];
  let source = rows;
  for (let level = 0; level < SEGMENT_LEVELS; level++) {
    const sums = SEGMENT_WIDTHS.map((width, i) => {
      const part = parts[level * SEGMENT_WIDTHS.length + i];
      if (width === 1) return gatherRows(source, part);
      const chunks = `${part.shape[0]}_chunks`;
      return reduceSum(gatherRows(source, reshape(part, [-1, width], [chunks, width])), [1]);
    });
    source = concat(sums, 0, `${plan.indices.name}_level${level}`);
    levels.push(source);
  }
  const all = concat(levels, 0, `${plan.indices.name}_sums`);
  const result = gatherRows(all, plan.order);
  if (result.shape[1] !== dim) throw new TypeError(`Cannot sum segments: rows have ${dim} columns`);
  return result;
}

/**
 * The indices of every level and width. WebGPU lets an operator use 8 buffers where it promises least, so they are split
 * into levels, these into halves, and only those into widths.
 */
function splitBlocks({ indices, sizes }: SegmentInputs): Value[] {
  const widths = SEGMENT_WIDTHS.length;
  const name = indices.name;
  const numbered = (stem: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${stem}_${i}`);
  const totals = (count: number): Value => {
    const each = SEGMENT_LEVELS * widths / count;
    return reduceSum(reshape(sizes, [count, each]), [1]);
  };
  const fixed = (values: Value, count: number, each: number): readonly Value[] =>
    splitRows(
      values,
      values.graph.integers(new Array<number>(count).fill(each)),
      new Array(count).fill(each),
    );
  const halfSizes = fixed(totals(SEGMENT_LEVELS * 2), SEGMENT_LEVELS, 2);
  const widthSizes = fixed(sizes, SEGMENT_LEVELS * 2, widths / 2);
  const levels = splitRows(indices, totals(SEGMENT_LEVELS), numbered(`${name}_level`, SEGMENT_LEVELS));
  const halves = levels.flatMap((level, i) =>
    splitRows(level, halfSizes[i], numbered(`${name}_half${i}`, 2))
  );
  return halves.flatMap((half, i) =>
    splitRows(half, widthSizes[i], numbered(`${name}_width${i}`, widths / 2))
  );
}

/**
 * Sums rows by segment, with gradient: the gradient of row r is the sum over the segments it belongs to, given as a
 * plan of its own ("the transpose").
 */
export function differentiableSegmentSum(rows: Value, plan: SegmentInputs, transpose: SegmentInputs): Value {
  const result = segmentSum(rows, plan);
  rows.graph.setGradient(result, [rows], (gradient) => [segmentSum(gradient, transpose)]);
  return result;
}

import type { ElementType, Extent, OperatorName, Shape, Value } from "./value.ts";

/** Extents that are known only when a graph runs, by their names. */
export type NamedExtents = Readonly<Record<string, number>>;

const BYTES: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
};

/** Operators whose result is their first operand's memory under another name or shape. */
export const VIEWS: ReadonlySet<OperatorName> = new Set(["Identity", "Reshape", "Squeeze", "Unsqueeze"]);

/** How many elements a value has. */
export function elementsOf({ shape }: Value, extents: NamedExtents): number {
  return resolveShape(shape, extents).reduce((product, extent) => product * extent, 1);
}

/** Bytes that a value takes. */
export function bytesOf(value: Value, extents: NamedExtents): number {
  return BYTES[value.type] * elementsOf(value, extents);
}

/** A shape in numbers. A sum of names (`a+b`) is known where they are; any other name that is not given counts as 1. */
export function resolveShape(shape: Shape, extents: NamedExtents): number[] {
  return shape.map((extent) => resolve(extent, extents));
}

function resolve(extent: Extent, extents: NamedExtents): number {
  if (typeof extent === "number") return extent;
  if (Object.hasOwn(extents, extent)) return extents[extent];
  const parts = extent.split("+");
  return parts.length === 1 ? 1 : parts.reduce((sum, part) => sum + resolve(part, extents), 0);
}

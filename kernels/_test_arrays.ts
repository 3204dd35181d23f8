/** Random arrays on kernel memory for tests, and how they are compared. */
import assert from "node:assert/strict";
import type { KernelMemory } from "./memory.ts";

/** Widths that take every path: single columns, blocks of 4, blocks of 64, and all of them. */
export const WIDTHS: readonly number[] = [1, 3, 4, 7, 64, 66, 68, 135];

/** A small seeded generator (mulberry32), since this room knows no other. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Floats on kernel memory, each drawn. */
export function drawFloats(
  memory: KernelMemory,
  length: number,
  draw: () => number,
): Float32Array<SharedArrayBuffer> {
  const values = memory.float32(length);
  for (let i = 0; i < length; i++) values[i] = draw();
  return values;
}

/** Numbers on kernel memory. */
export function sharedIntegers(
  memory: KernelMemory,
  values: readonly number[],
): Int32Array<SharedArrayBuffer> {
  const integers = memory.int32(values.length);
  integers.set(values);
  return integers;
}

/** Checks that no number is farther from the one expected than the tolerance. */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number | ((expected: number) => number),
): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const allowed = typeof tolerance === "number" ? tolerance : tolerance(expected[i]);
    assert.ok(Math.abs(actual[i] - expected[i]) <= allowed, `${i}: ${actual[i]}, not ${expected[i]}`);
  }
}

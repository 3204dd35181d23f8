/** For tests: a seeded sequence of numbers from 0 to 1 (Numerical Recipes' linear congruential generator). */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** For tests: a matrix of numbers from -1 to 1. */
export function randomMatrix(
  rows: number,
  columns: number,
  seed: number,
): { data: Float32Array; rows: number; columns: number } {
  const next = sequence(seed);
  return { data: Float32Array.from({ length: rows * columns }, () => 2 * next() - 1), rows, columns };
}

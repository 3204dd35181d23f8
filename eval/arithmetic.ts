import type { Kernels, SharedFloats } from "../kernels/mod.ts";
import { prefixDotProducts } from "./_prefix_sums.ts";

/** All products of two sets of vectors. */
export interface ProductsJob {
  /** float32 [aRows, columns]. */
  a: Float32Array;
  /** Rows of `a`, at least one. */
  aRows: number;
  /** float32 [bRows, columns]. */
  b: Float32Array;
  /** Rows of `b`, at least one. */
  bRows: number;
  /** Numbers in a row of either. */
  columns: number;
  /** Column counts, ascending, at most `columns`. */
  sizes: readonly number[];
  /** float64 [sizes, aRows, bRows], written. */
  out: Float64Array;
}

/** Where the products of vectors are computed. Arrays of a job must have been made by the same arithmetic. */
export interface Arithmetic {
  /** A new array of zeros. */
  float32(length: number): Float32Array;
  /** A new array of zeros. */
  float64(length: number): Float64Array;
  /** `out[s, i, j] = sum over c < sizes[s] of a[i, c] b[j, c]`, every size in one pass. */
  products(job: ProductsJob): void;
  /** Does some work; arrays made meanwhile must not be used afterwards. */
  scoped<T>(work: () => T): T;
}

/** Products in this thread, summed in float64: exact enough to compare with, slow. */
export const PLAIN_ARITHMETIC: Arithmetic = {
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
  products({ a, aRows, b, bRows, columns, sizes, out }) {
    const left = { matrix: { data: a, rows: aRows, columns }, start: 0, end: aRows };
    const right = { matrix: { data: b, rows: bRows, columns }, start: 0, end: bRows };
    prefixDotProducts(left, right, { sizes, out });
  },
  scoped: (work) => work(),
};

/**
 * Products on the kernels' threads, six times as fast on each; sums over 32 columns are float32, which is wrong by
 * about 1e-8 of the vectors' lengths.
 *
 * @param kernels running kernels; their memory holds the arrays
 */
export function kernelArithmetic(kernels: Kernels): Arithmetic {
  const { memory } = kernels;
  let sizesBefore = "";
  let columnCounts = memory.int32(0);
  return {
    float32: (length) => memory.float32(length),
    float64: (length) => memory.float64(length),
    products({ a, aRows, b, bRows, columns, sizes, out }) {
      if (sizesBefore !== sizes.join()) {
        columnCounts = memory.int32(sizes.length);
        columnCounts.set(sizes);
        sizesBefore = sizes.join();
      }
      kernels.prefixProducts({
        a: a as SharedFloats,
        aRows,
        b: b as SharedFloats,
        bRows,
        columns,
        sizes: columnCounts,
        out: out as Float64Array<SharedArrayBuffer>,
      });
    },
    scoped(work) {
      const mark = memory.mark();
      try {
        return work();
      } finally {
        memory.release(mark);
        sizesBefore = "";
      }
    },
  };
}

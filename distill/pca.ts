import { type Matrix, zeroMatrix } from "../model/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import { decomposeSymmetric } from "./_eigen.ts";
import { Products } from "./_products.ts";

/** Options of {@linkcode applyPca}. */
export interface PcaOptions {
  /**
   * What to keep: so many dimensions (a whole number from 1), the share of the variance that they must explain together
   * (between 0 and 1), or all of them ("auto": the axes are turned and sorted, nothing is lost).
   */
  keep: number | "auto";
  /** What multiplies. */
  runtime: Runtime;
}

/** The axes that rows are turned to. */
export interface PcaAxes {
  /** float64 [n], taken off every row. */
  mean: Float64Array;
  /** float32 [n, kept]: a column for each axis. */
  axes: Matrix;
  /** Share of the variance that each kept axis explains, descending. */
  explained: Float64Array;
}

/** What {@linkcode applyPca} gives. */
export interface PcaResult {
  /** float32 [rows, kept]: the centred rows along the axes of largest variance, largest first. */
  matrix: Matrix;
  /** Share of the variance that each kept axis explains, descending. */
  explained: Float64Array;
}

/**
 * Principal component analysis (Pearson 1901; Hotelling 1933): the mean is taken off and the rows are turned so that the
 * first axes have the largest variance. The covariance's product runs on the runtime; its eigenvectors come from
 * `ml-matrix`. An eigenvalue below about 1e-6 of the largest is lost in float32, which no text's similarity shows.
 *
 * @param x float32 [rows, n]
 * @param options {@linkcode PcaOptions}
 * @throws {RangeError} if more is to be kept than there is
 */
export async function applyPca(x: Matrix, options: PcaOptions): Promise<PcaResult> {
  const axes = await fitPca(x, options);
  return { matrix: await project(x, axes, options.runtime), explained: axes.explained };
}

/**
 * Finds the axes of {@linkcode applyPca}, for rows that come later.
 *
 * @param x float32 [rows, n]
 * @param options {@linkcode PcaOptions}
 * @throws {RangeError} if more is to be kept than there is
 */
export async function fitPca(x: Matrix, { keep, runtime }: PcaOptions): Promise<PcaAxes> {
  const most = Math.min(x.rows, x.columns);
  checkKeep(keep, x);
  const products = new Products(runtime);
  try {
    const mean = meanOf(x);
    const { values, vectors } = decomposeSymmetric(await products.gram(x, mean), x.columns);
    const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
    const shares = values.map((value) => total > 0 ? Math.max(0, value) / total : 0);
    const kept = keep === "auto" ? most : keep < 1 ? countExplaining(shares, keep) : keep;
    const axes = zeroMatrix(x.columns, kept);
    for (let axis = 0; axis < kept; axis++) {
      for (let i = 0; i < x.columns; i++) axes.data[i * kept + axis] = vectors[axis * x.columns + i];
    }
    return { mean, axes, explained: shares.slice(0, kept) };
  } finally {
    products.dispose();
  }
}

/**
 * The centred rows along the axes.
 *
 * @param x float32 [rows, n]
 * @param axes found by {@linkcode fitPca}
 * @returns float32 [rows, kept]
 */
export async function project(x: Matrix, { mean, axes }: PcaAxes, runtime: Runtime): Promise<Matrix> {
  const products = new Products(runtime);
  try {
    return await products.project(x, mean, axes);
  } finally {
    products.dispose();
  }
}

/** The fewest axes that explain more than so much, as scikit-learn counts them. */
function countExplaining(shares: Float64Array, wanted: number): number {
  let sum = 0;
  const last = shares.findIndex((share) => (sum += share) > wanted);
  return last === -1 ? shares.length : last + 1;
}

/**
 * Checks what {@linkcode applyPca} is to keep.
 *
 * @param keep {@linkcode PcaOptions}
 * @param x how many rows and columns there are
 * @throws {RangeError} if more is to be kept than there is
 */
export function checkKeep(
  keep: PcaOptions["keep"],
  { rows, columns }: Pick<Matrix, "rows" | "columns">,
): void {
  if (keep === "auto") return;
  if (!(keep > 0) || (keep >= 1 && !Number.isInteger(keep))) {
    throw new RangeError(
      `Cannot reduce dimensions to ${keep}: it is neither a number of dimensions nor a share of the variance; ` +
        "write 256, 0.95 or auto",
    );
  }
  const most = Math.min(rows, columns);
  if (keep <= most) return;
  const reason = rows < columns ? `there are ${rows} rows` : `the vectors have ${columns}`;
  throw new RangeError(`Cannot reduce dimensions to ${keep}: ${reason}; keep ${most} or fewer`);
}

function meanOf({ data, rows, columns }: Matrix): Float64Array {
  const mean = new Float64Array(columns);
  for (let at = 0; at < data.length; at += columns) for (let i = 0; i < columns; i++) mean[i] += data[at + i];
  return mean.map((sum) => sum / Math.max(1, rows));
}

import type { VectorShape } from "./_table_pooler.ts";

/** Which vectors are wanted, and how many at a time. */
export interface EncodeOptions {
  /**
   * How many columns to keep: the first ones, 1 to `dim`. Other columns are not even read.
   * @default dim
   */
  truncate?: number;
  /**
   * Whether to L2-normalise, after truncation.
   * @default the model's own `normalize`
   */
  normalize?: boolean;
  /**
   * Most texts that are encoded before timers and signals have their turn, or the stream gives a matrix; does not
   * change results.
   * @default 4096
   */
  batchSize?: number;
}

/** Options of `StaticModel.encode`. */
export interface EncodeAllOptions extends EncodeOptions {
  /**
   * float32, at least texts times `truncate` numbers: receives the vectors. Memory that was used before is faster than
   * new memory, which the system clears page by page.
   * @default new memory
   */
  out?: Float32Array;
}

/** Options of `StaticModel.pool`. */
export type PoolOptions = Omit<EncodeAllOptions, "batchSize">;

/** Options of `StaticModel.encodeStream`. */
export interface EncodeStreamOptions extends EncodeOptions {
  /**
   * Whether every matrix lies where the last one lay: use it up before asking for the next.
   * @default false
   */
  reuse?: boolean;
}

/**
 * The shape that options ask of a model of some columns.
 *
 * @throws RangeError when `truncate` is not 1 to `dim`, or `batchSize` is below 1
 */
export function checkEncodeOptions(
  options: EncodeOptions,
  model: { dim: number; normalize: boolean },
): { shape: VectorShape; batchSize: number } {
  const { truncate: columns = model.dim, normalize = model.normalize, batchSize = 4096 } = options;
  if (!(batchSize >= 1)) {
    throw new RangeError(
      `Cannot encode ${batchSize} texts at once: no text would ever be done; take 1 or more`,
    );
  }
  if (!Number.isInteger(columns) || columns < 1 || columns > model.dim) {
    throw new RangeError(
      `Cannot encode at ${columns} dimensions: the model has ${model.dim}; truncate to 1 to ${model.dim}`,
    );
  }
  return { shape: { columns, normalize }, batchSize };
}

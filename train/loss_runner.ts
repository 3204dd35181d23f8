import { serializeGraph } from "../graph/mod.ts";
import type { Runtime, Session, Tensor } from "../runtime/mod.ts";
import type { TrainingBatch } from "./executor.ts";
import { buildLossGraph, columnName, gradientName, type GraphSpec, guideName } from "./loss_graph.ts";
import type { RowRange } from "./row_range.ts";

/** The embeddings of a batch and room for their gradients, float32 [columns * pairs, dim], column after column. */
export interface PooledBatch {
  /** Rows of a column. */
  pairs: number;
  /** The embeddings. */
  pooled: Float32Array<ArrayBufferLike>;
  /** Their gradients, written. */
  gradients: Float32Array<ArrayBufferLike>;
  /** What the loss reads besides. */
  extras: Pick<TrainingBatch, "labels" | "guides" | "sizeWeights">;
  /** The rows whose share of the loss is asked for, by a runner that can tell them apart. @default all */
  rows?: RowRange;
}

/** Computes a loss and its gradient from the embeddings of a batch. */
export interface LossRunner {
  /** Gives the loss and writes the gradients. */
  run(batch: PooledBatch): Promise<number>;
  /** Gives the sessions back. */
  release(): void;
}

/**
 * The tensors of the inputs that a loss reads besides the embeddings.
 *
 * @throws {RangeError} if labels or a guide's vectors are not as many as the batch's rows
 */
export function extraInputs(runtime: Runtime, { pairs, extras }: PooledBatch): Record<string, Tensor> {
  const { labels, guides, sizeWeights } = extras;
  const tensors: Record<string, Tensor> = {};
  if (labels !== undefined) {
    const width = widthOf(labels, pairs, "the labels are");
    tensors.labels = runtime.tensor(labels, width === 1 ? [pairs] : [pairs, width]);
  }
  guides?.forEach((guide, i) => {
    tensors[guideName(i)] = runtime.tensor(guide, [pairs, guideWidth(guide, pairs)]);
  });
  if (sizeWeights !== undefined) tensors.size_weights = runtime.tensor(sizeWeights);
  return tensors;
}

/**
 * Dimensions of a guide's vectors.
 *
 * @throws {RangeError} if they are not as many as the batch's rows
 */
export function guideWidth(guide: Float32Array, pairs: number): number {
  return widthOf(guide, pairs, "the guide's vectors are");
}

/** Numbers a row. */
function widthOf({ length }: Float32Array, pairs: number, what: string): number {
  const width = length / pairs;
  if (Number.isInteger(width) && width > 0) return width;
  throw new RangeError(
    `Cannot compute the loss: ${what} ${length} numbers for a batch of ${pairs} rows; give as many for each row`,
  );
}

/** The whole batch in one run of `loss_model.onnx`. */
export class WholeLoss implements LossRunner {
  readonly #runtime: Runtime;
  readonly #spec: GraphSpec;
  readonly #session: Session;

  /** Builds and loads the graph. */
  constructor(runtime: Runtime, spec: GraphSpec) {
    this.#runtime = runtime;
    this.#spec = spec;
    this.#session = runtime.createSession(serializeGraph(buildLossGraph(spec)), { name: "loss_model" });
  }

  /** Gives the loss and writes the gradients. */
  async run(batch: PooledBatch): Promise<number> {
    const { columns, dim } = this.#spec;
    const inputs = extraInputs(this.#runtime, batch);
    const into: Record<string, Tensor> = {};
    const size = batch.pairs * dim;
    for (let i = 0; i < columns; i++) {
      const part = (all: Float32Array<ArrayBufferLike>): Tensor =>
        this.#runtime.tensor(all.subarray(i * size, (i + 1) * size), [batch.pairs, dim]);
      inputs[columnName(i)] = part(batch.pooled);
      into[gradientName(i)] = part(batch.gradients);
    }
    try {
      const { loss } = await this.#session.run(inputs, { into });
      const value = loss.toNumber();
      loss.release();
      return value;
    } finally {
      for (const tensor of [...Object.values(inputs), ...Object.values(into)]) tensor.release();
    }
  }

  /** Gives the session back. */
  release(): void {
    this.#session.release();
  }
}

import { type Graph, serializeGraph } from "../graph/mod.ts";
import type { Runtime, Session, Tensor } from "../runtime/mod.ts";
import {
  allGuidesName,
  blockName,
  blockWidths,
  buildChunkGraphs,
  squaresName,
  sumName,
} from "./chunk_graphs.ts";
import { columnName, gradientName, type GraphSpec, guideName } from "./loss_graph.ts";
import { guideWidth, type LossRunner, type PooledBatch } from "./loss_runner.ts";
import type { RowRange } from "./row_range.ts";

/**
 * Elements of a chunk's matrix of similarities at most. About twenty such matrices are in memory at a time, so that a
 * chunk takes 240 MiB, whatever the batch.
 */
const LARGEST_MATRIX = 3 * 2 ** 20;

/** Rows of a column that are cut into blocks, or put together, at a time. */
const ROWS_AT_ONCE = 4096;

/** A column of the whole batch while its chunks are computed. */
interface Competitor {
  column: number;
  /** Blocks and squares, by their names in the chunk's graph. */
  inputs: Record<string, Tensor>;
  /** Sums of the blocks' gradients, by name; written in place. */
  sums: Record<string, Tensor>;
  /** float32 [sizes, all]: sum of the squares' gradients. */
  squares: Float32Array;
}

/**
 * A loss computed some rows at a time, for batches whose matrix of similarities would not fit into memory: at any time
 * only the similarities of one chunk with the whole batch are there. The result does not depend on the chunk's size but
 * for rounding.
 */
export class ChunkedLoss implements LossRunner {
  readonly #runtime: Runtime;
  readonly #spec: GraphSpec;
  readonly #chunkSize: number;
  readonly #widths: readonly number[];
  /** Text columns that rows compete for, by number: rows have gradients of other rows' losses in these alone. */
  readonly competitors: readonly number[];
  readonly #prepare: Session;
  readonly #chunk: Session;
  readonly #finish: Session;

  /**
   * Builds and loads the graphs.
   *
   * @param chunkSize rows at a time at most; less where a chunk's matrices would outgrow {@link LARGEST_MATRIX}
   */
  constructor(runtime: Runtime, spec: GraphSpec, chunkSize: number) {
    const { prepare, chunk, finish, competitors } = buildChunkGraphs(spec);
    this.#runtime = runtime;
    this.#spec = spec;
    this.#chunkSize = chunkSize;
    this.#widths = blockWidths(spec);
    this.competitors = competitors;
    const load = (graph: Graph): Session =>
      runtime.createSession(serializeGraph(graph, { unusedInputs: "drop" }), { name: graph.name });
    [this.#prepare, this.#chunk, this.#finish] = [load(prepare), load(chunk), load(finish)];
  }

  /** Gives the loss, or the share of `rows`, and writes the gradients. */
  async run(batch: PooledBatch): Promise<number> {
    const { pairs, rows: { first, count } = { first: 0, count: pairs } } = batch;
    batch.gradients.fill(0);
    const competitors: Competitor[] = [];
    try {
      for (const column of this.competitors) competitors.push(await this.#prepareColumn(batch, column));
      let loss = 0;
      const atOnce = Math.max(1, Math.min(this.#chunkSize, Math.floor(LARGEST_MATRIX / pairs)));
      for (const rows of rowRanges(count, atOnce)) {
        loss += await this.#runChunk(batch, competitors, { ...rows, first: first + rows.first });
      }
      for (const competitor of competitors) await this.#finishColumn(batch, competitor);
      return loss;
    } finally {
      for (const { inputs, sums } of competitors) releaseAll(inputs, sums);
    }
  }

  /** Gives the sessions back. */
  release(): void {
    for (const session of [this.#prepare, this.#chunk, this.#finish]) session.release();
  }

  /** Cuts a column into blocks and adds up its squared lengths, some rows at a time. */
  async #prepareColumn({ pooled, pairs }: PooledBatch, column: number): Promise<Competitor> {
    const blocks = this.#widths.map((width) => new Float32Array(pairs * width));
    const squares = new Float32Array(this.#widths.length * pairs);
    for (const rows of rowRanges(pairs, ROWS_AT_ONCE)) {
      const matrix = this.#column(pooled, column, { pairs, rows });
      const parts = this.#blocks(blocks, rows);
      const outputs = await this.#prepare.run({ column: matrix }, { into: parts });
      copyRows(outputs.squares.toArray() as Float32Array, squares, { pairs, rows });
      releaseAll({ matrix }, parts, outputs);
    }
    const inputs: Record<string, Tensor> = {
      [squaresName(column)]: this.#runtime.tensor(squares, [this.#widths.length, pairs]),
    };
    const sums: Record<string, Tensor> = {};
    this.#widths.forEach((width, k) => {
      inputs[blockName(column, k)] = this.#runtime.tensor(blocks[k], [pairs, width]);
      sums[sumName(column, k)] = this.#runtime.tensor(new Float32Array(pairs * width), [pairs, width]);
    });
    return { column, inputs, sums, squares: new Float32Array(squares.length) };
  }

  /** Some rows of a column's blocks, by their names in the graphs that read or write them. */
  #blocks(
    blocks: readonly Float32Array[],
    { first, count }: RowRange,
    name = "block",
  ): Record<string, Tensor> {
    return Object.fromEntries(this.#widths.map((width, k) => {
      const part = blocks[k].subarray(first * width, (first + count) * width);
      return [`${name}_${k}`, this.#runtime.tensor(part, [count, width])];
    }));
  }

  async #runChunk(batch: PooledBatch, competitors: readonly Competitor[], rows: RowRange): Promise<number> {
    const own = this.#chunkInputs(batch, rows);
    const gradients: Record<string, Tensor> = {};
    for (let column = 0; column < this.#spec.columns; column++) {
      gradients[gradientName(column)] = this.#column(batch.gradients, column, { pairs: batch.pairs, rows });
    }
    const all: Record<string, Tensor> = Object.assign({}, ...competitors.map(({ inputs }) => inputs));
    const sums: Record<string, Tensor> = Object.assign({}, ...competitors.map((each) => each.sums));
    const newSums = Object.fromEntries(Object.entries(sums).map(([name, tensor]) => [`new_${name}`, tensor]));
    const outputs = await this.#chunk.run(only({ ...own, ...all, ...sums }, this.#chunk.inputs), {
      into: only({ ...gradients, ...newSums }, this.#chunk.outputs),
    });
    for (const { column, squares } of competitors) {
      const added = outputs[`${squaresName(column)}_gradient`].toArray() as Float32Array;
      for (let i = 0; i < squares.length; i++) squares[i] += added[i];
    }
    const loss = outputs.loss.toNumber();
    releaseAll(own, gradients, outputs);
    return loss;
  }

  /** Everything that a chunk reads besides the competitors. */
  #chunkInputs({ pooled, pairs, extras }: PooledBatch, rows: RowRange): Record<string, Tensor> {
    const runtime = this.#runtime;
    const { first, count } = rows;
    const inputs: Record<string, Tensor> = {
      first_row: runtime.tensor(BigInt64Array.of(BigInt(first)), []),
      share: runtime.tensor(Float32Array.of(count / pairs), []),
    };
    for (let column = 0; column < this.#spec.columns; column++) {
      inputs[columnName(column)] = this.#column(pooled, column, { pairs, rows });
    }
    extras.guides?.forEach((guide, column) => {
      const dim = guideWidth(guide, pairs);
      const part = guide.subarray(first * dim, (first + count) * dim);
      inputs[guideName(column)] = runtime.tensor(part, [count, dim]);
      inputs[allGuidesName(column)] = runtime.tensor(guide, [pairs, dim]);
    });
    if (extras.sizeWeights !== undefined) inputs.size_weights = runtime.tensor(extras.sizeWeights);
    return inputs;
  }

  /** Puts a column's gradient together, some rows at a time. */
  async #finishColumn({ gradients, pairs }: PooledBatch, competitor: Competitor): Promise<void> {
    const { column, inputs, sums, squares } = competitor;
    const dataOf = (tensor: Tensor): Float32Array => tensor.data as Float32Array;
    const blocks = this.#widths.map((_, k) => dataOf(inputs[blockName(column, k)]));
    const added = this.#widths.map((_, k) => dataOf(sums[sumName(column, k)]));
    for (const rows of rowRanges(pairs, ROWS_AT_ONCE)) {
      const gradient = this.#column(gradients, column, { pairs, rows });
      const part = new Float32Array(this.#widths.length * rows.count);
      copyRows(squares, part, { pairs, rows, gather: true });
      const squaresGradient = this.#runtime.tensor(part, [this.#widths.length, rows.count]);
      const parts = { ...this.#blocks(blocks, rows), ...this.#blocks(added, rows, "sum") };
      await this.#finish.run(
        { ...parts, row_gradient: gradient, squares_gradient: squaresGradient },
        { into: { gradient } },
      );
      releaseAll({ gradient, squaresGradient }, parts);
    }
  }

  /** Some rows of a column, as a tensor over the batch's memory. */
  #column(
    values: Float32Array<ArrayBufferLike>,
    column: number,
    { pairs, rows }: { pairs: number; rows: RowRange },
  ): Tensor {
    const { dim } = this.#spec;
    const start = (column * pairs + rows.first) * dim;
    return this.#runtime.tensor(values.subarray(start, start + rows.count * dim), [rows.count, dim]);
  }
}

/** All rows, some at a time. */
function* rowRanges(pairs: number, atOnce: number): Generator<RowRange> {
  for (let first = 0; first < pairs; first += atOnce) yield { first, count: Math.min(atOnce, pairs - first) };
}

/** Copies float32 [sizes, count] to its place in [sizes, pairs], or gathers it from there. */
function copyRows(
  from: Float32Array,
  to: Float32Array,
  { pairs, rows: { first, count }, gather = false }: { pairs: number; rows: RowRange; gather?: boolean },
): void {
  const sizes = Math.floor((gather ? from : to).length / pairs);
  for (let size = 0; size < sizes; size++) {
    const [small, large] = [size * count, size * pairs + first];
    if (gather) to.set(from.subarray(large, large + count), small);
    else to.set(from.subarray(small, small + count), large);
  }
}

/** The tensors that a graph has: what it does not depend on is left out when it is written. */
function only(tensors: Record<string, Tensor>, names: readonly string[]): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => names.includes(name)));
}

function releaseAll(...groups: readonly Record<string, Tensor>[]): void {
  for (const group of groups) for (const tensor of Object.values(group)) tensor.release();
}

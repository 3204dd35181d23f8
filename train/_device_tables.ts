import type { Runtime, Tensor } from "../runtime/mod.ts";
import type { DeviceGraphs } from "./_device_graphs.ts";
import type { InitialState, TrainingState } from "./executor.ts";
import { optimizerOf, type OptimizerState, type StateShape } from "./optimizers/mod.ts";
import type { TrainingProblem } from "./problem.ts";
import { tableBlockName } from "./table_blocks.ts";

/** The table and the optimizer's state in a device's memory, those with a number for each parameter in blocks of columns. */
export class DeviceTables {
  readonly #problem: TrainingProblem;
  readonly #blocks: readonly number[];
  readonly #shapes: Readonly<Record<string, StateShape>>;
  #tensors: Record<string, Tensor> = {};

  /**
   * Takes a state, which is copied. It goes to the device when a graph first reads it.
   *
   * @param blocks widths of the blocks of columns
   * @throws {RangeError} if some rows of the state are behind
   */
  constructor(runtime: Runtime, problem: TrainingProblem, { blocks, state }: DeviceTablesOptions) {
    assertUpToDate(state.optimizer?.last_steps);
    const { vocab, dim, optimizer } = problem;
    this.#problem = problem;
    this.#blocks = blocks;
    const shapes = optimizerOf(optimizer).state(optimizer);
    this.#shapes = { embeddings: "elements", ...shapes };
    const given: Record<string, Float32Array<ArrayBufferLike> | undefined> = {
      ...state.optimizer,
      embeddings: state.embeddings,
    };
    for (const [name, shape] of Object.entries(this.#shapes)) {
      const values = given[name];
      if (shape === "rows") {
        this.#tensors[name] = runtime.tensor(values?.slice() ?? new Float32Array(vocab), [vocab]);
        continue;
      }
      let start = 0;
      for (const [i, width] of blocks.entries()) {
        const block = cutBlock(values, { vocab, dim, start, width });
        this.#tensors[tableBlockName(name, i, blocks)] = runtime.tensor(block, [vocab, width]);
        start += width;
      }
    }
  }

  /** All of them, by the names of the optimizer's inputs. */
  get all(): Readonly<Record<string, Tensor>> {
    return this.#tensors;
  }

  /** The table alone, by the names of the training graph's inputs. */
  get embeddings(): Record<string, Tensor> {
    const names = this.#blocks.map((_, i) => tableBlockName("embeddings", i, this.#blocks));
    return Object.fromEntries(names.map((name) => [name, this.#tensors[name]]));
  }

  /** Takes what an optimizer's step has made of them, by the names of its outputs; the old ones are released. */
  replace(updated: Readonly<Record<string, Tensor>>): void {
    const names = Object.keys(this.#tensors);
    this.release();
    this.#tensors = Object.fromEntries(names.map((name) => [name, updated[`new_${name}`]]));
  }

  /** A copy of everything. */
  async readState(graphs: DeviceGraphs): Promise<TrainingState> {
    const optimizer: OptimizerState = {};
    for (const name of Object.keys(this.#shapes)) {
      if (name !== "embeddings") optimizer[name] = await this.read(name, graphs);
    }
    return { embeddings: await this.read("embeddings", graphs), optimizer };
  }

  /** A copy of one of them: float32 [vocab, dim], or [vocab]. */
  async read(name: string, graphs: DeviceGraphs): Promise<Float32Array> {
    if (this.#shapes[name] === "rows" || this.#blocks.length === 1) {
      return await graphs.download(this.#tensors[name]);
    }
    const { vocab, dim } = this.#problem;
    const out = new Float32Array(vocab * dim);
    let start = 0;
    for (const [i, width] of this.#blocks.entries()) {
      const block = await graphs.download(this.#tensors[tableBlockName(name, i, this.#blocks)]);
      for (let row = 0; row < vocab; row++) {
        out.set(block.subarray(row * width, (row + 1) * width), row * dim + start);
      }
      start += width;
    }
    return out;
  }

  /** Gives them back. */
  release(): void {
    for (const tensor of Object.values(this.#tensors)) tensor.release();
    this.#tensors = {};
  }
}

/** What {@link DeviceTables} starts with. */
export interface DeviceTablesOptions {
  /** Widths of the blocks of columns. */
  blocks: readonly number[];
  /** The state. */
  state: InitialState;
}

/** Where a block of columns lies in a table float32 [vocab, dim]. */
interface BlockPlace {
  vocab: number;
  dim: number;
  /** Its first column. */
  start: number;
  width: number;
}

/** A copy of a block of columns; zeros if there is no table. */
function cutBlock(
  table: Float32Array<ArrayBufferLike> | undefined,
  { vocab, dim, start, width }: BlockPlace,
): Float32Array {
  if (table === undefined) return new Float32Array(vocab * width);
  if (width === dim) return table.slice();
  const block = new Float32Array(vocab * width);
  for (let row = 0; row < vocab; row++) {
    block.set(table.subarray(row * dim + start, row * dim + start + width), row * width);
  }
  return block;
}

/** Rows that wait to be caught up are a matter of the kernels: the graphs update every row in every step. */
function assertUpToDate(lastSteps: Float32Array<ArrayBufferLike> | undefined): void {
  if (lastSteps === undefined || lastSteps.every((step) => step === lastSteps[0])) return;
  throw new RangeError(
    "Cannot go on from this checkpoint with whole graphs: some of its rows are behind; resume on the cpu",
  );
}

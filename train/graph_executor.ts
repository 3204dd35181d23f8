import type { Graph } from "../graph/mod.ts";
import type { Runtime, Session, Tensor } from "../runtime/mod.ts";
import { explainDeviceFailure } from "./_device_failure.ts";
import { type BatchGradient, DeviceGraphs, releaseGradient } from "./_device_graphs.ts";
import { describeGraphs } from "./_describe_graphs.ts";
import { DeviceTables } from "./_device_tables.ts";
import type { Executor, InitialState, TrainingBatch, TrainingState } from "./executor.ts";
import { type GraphBatch, GraphBatches } from "./_graph_batches.ts";
import type { LateNumber } from "./late_number.ts";
import { optimizerOf } from "./optimizers/mod.ts";
import type { TrainingProblem } from "./problem.ts";
import type { StepTime } from "./step_time.ts";
import { BINDING_BYTES, tableBlocks } from "./table_blocks.ts";
import { checkTableMemory, memoryFor, tableMemory } from "./table_memory.ts";
import { buildTrainingGraph } from "./training_graph.ts";

export type { GraphBatch } from "./_graph_batches.ts";

/** Options of {@link GraphExecutor}. */
export interface GraphExecutorOptions {
  /** Most bytes of a block of columns of a table. @default {@link BINDING_BYTES} on WebGPU, else no limit */
  blockBytes?: number;
  /**
   * Whether a batch is brought to the device while the one before is computed. On WebGPU that is the device's own doing: it
   * queues what it is told, and two graphs must not run at once.
   * @default only on CUDA
   */
  uploadAhead?: boolean;
}

/**
 * Training by the artifacts alone: `training_model.onnx` and `optimizer_model.onnx` on whatever execution provider the
 * runtime was opened with. Tables, gradients and losses stay in the device's memory from step to step.
 */
export class GraphExecutor implements Executor<GraphBatch> {
  /** What carries out the steps. */
  readonly description: string;
  readonly #problem: TrainingProblem;
  readonly #runtime: Runtime;
  readonly #graphs: DeviceGraphs;
  readonly #batches: GraphBatches;
  readonly #blocks: readonly number[];
  /** Bytes that are free beside the tables, where that can be known. */
  readonly #room: number | undefined;
  /** Factors of the rows' learning rates, float32 [vocab, 1], on the device from the first step on. */
  #scales?: Tensor;
  #tables: DeviceTables;
  #pending: BatchGradient[] = [];
  /** The batch that was computed last. */
  #batch?: GraphBatch;

  /**
   * Starts with a state, which is copied.
   *
   * @throws {RangeError} if the tables are larger than what the device has free, or some rows of the state are behind
   */
  constructor(problem: TrainingProblem, runtime: Runtime, start: InitialState & GraphExecutorOptions) {
    const { vocab, dim } = problem;
    const { device } = runtime;
    const need = tableMemory(problem, { kind: "graphs", device });
    const memory = memoryFor(runtime);
    checkTableMemory(need, memory, device);
    this.#room = memory === undefined ? undefined : memory.free - need.bytes;
    this.#problem = problem;
    this.#runtime = runtime;
    this.#graphs = new DeviceGraphs(runtime);
    const uploadAhead = start.uploadAhead ?? device === "cuda";
    this.#batches = new GraphBatches(runtime, this.#graphs, { vocab, uploadAhead });
    this.#blocks = tableBlocks(
      vocab,
      dim,
      start.blockBytes ?? (device === "webgpu" ? BINDING_BYTES : Infinity),
    );
    this.description = describeGraphs(runtime, problem, this.#blocks);
    this.#optimizerSession(); // A device that cannot be used is told now, before anything is trained or written.
    this.#tables = this.#tablesOf(start);
  }

  /** Starts anew from a state, which is copied. @throws {RangeError} if some of its rows are behind */
  load(state: InitialState): Promise<void> {
    this.#releaseAll();
    this.#tables = this.#tablesOf(state);
    return Promise.resolve();
  }

  /** Arranges a batch. @throws {RangeError} if a text has no token or an id lies outside the table */
  prepare(batch: TrainingBatch): GraphBatch {
    return this.#batches.prepare(batch);
  }

  /** Gives a batch back that is not computed, once it has been brought to the device. */
  async discard(batch: GraphBatch): Promise<void> {
    await this.#batches.discard(batch);
  }

  /** Loss of a batch; nothing changes. */
  async evaluate(batch: GraphBatch): Promise<number> {
    const value = await this.accumulate(batch);
    releaseGradient(this.#pending.pop()!);
    return value;
  }

  /** Computes the gradient of a batch; gives the batch's loss. */
  async accumulate(batch: GraphBatch): Promise<number> {
    return await (await this.submit(batch)).read();
  }

  /** Has the device compute the gradient of a batch; the batch's loss stays there until it is read. */
  async submit(batch: GraphBatch): Promise<LateNumber> {
    this.#batch = batch;
    return await this.#explained(async () => {
      const tensors = await this.#batches.tensorsOf(batch);
      try {
        const session = this.#trainingSession(batch.batch.task);
        const inputs = { ...tensors, ...this.#tables.embeddings };
        const { loss, gradients, gradient_squares } = await session.run(inputs, { keep: session.outputs });
        this.#pending.push({ unique: batch.unique, gradients, gradient_squares });
        return this.#late(loss);
      } finally {
        for (const tensor of Object.values(tensors)) tensor.release();
      }
    });
  }

  /** Carries out the step with the mean of the gradients; gives its global norm before clipping. */
  async update(time: StepTime): Promise<number> {
    return await (await this.submitUpdate(time)).read();
  }

  /** Has the device carry out the step; the norm stays there until it is read. */
  async submitUpdate(time: StepTime): Promise<LateNumber> {
    return await this.#explained(() => this.#update(time));
  }

  async #update(time: StepTime): Promise<LateNumber> {
    const { optimizer, vocab } = this.#problem;
    const pending = this.#pending;
    this.#pending = [];
    const gradient = await this.#graphs.mean(pending, { vocab, blocks: this.#blocks });
    const session = this.#optimizerSession();
    const numbers = Object.entries(optimizerOf(optimizer).scalars(optimizer, time));
    const scalars = Object.fromEntries(numbers.map(([name, value]) => [name, this.#graphs.scalar(value)]));
    const unique = this.#runtime.tensor(gradient.unique);
    const { gradients, gradient_squares } = gradient;
    const inputs: Record<string, Tensor> = {
      ...this.#tables.all,
      unique,
      gradients,
      gradient_squares,
      ...scalars,
    };
    const scales = await this.#rowScales();
    if (scales !== undefined) inputs.row_scales = scales;
    // On the CPU the graph may write over its inputs; other providers forbid one buffer as input and output.
    const into = this.#runtime.device !== "cpu" ? undefined : Object.fromEntries(
      Object.entries(this.#tables.all).map(([name, tensor]) => [`new_${name}`, tensor]),
    );
    const updated = await session.run(inputs, { into, keep: session.outputs });
    if (into === undefined) this.#tables.replace(updated);
    for (const tensor of [unique, gradients, ...Object.values(scalars)]) tensor.release();
    return this.#late(gradient_squares, Math.sqrt);
  }

  /** Copies of the tables. */
  readState(): Promise<TrainingState> {
    return this.#explained(() => this.#tables.readState(this.#graphs));
  }

  /** A copy of the table. */
  readTable(): Promise<Float32Array> {
    return this.#explained(() => this.#tables.read("embeddings", this.#graphs));
  }

  /** Releases tables and sessions; the runtime stays open. */
  close(): void {
    this.#releaseAll();
    this.#graphs.release();
    this.#scales?.release();
  }

  async #rowScales(): Promise<Tensor | undefined> {
    const { rowScales, vocab } = this.#problem;
    if (rowScales === undefined || this.#scales !== undefined) return this.#scales;
    const row_scales = this.#runtime.tensor(rowScales.slice(), [vocab, 1]);
    return this.#scales = (await this.#graphs.upload({ row_scales })).row_scales;
  }

  #tablesOf(state: InitialState): DeviceTables {
    return new DeviceTables(this.#runtime, this.#problem, { blocks: this.#blocks, state });
  }

  /** Does something on the device; if it fails, the error says what to do. */
  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const batch = this.#batch && {
        graph: () => this.#trainingGraph(this.#batch!.batch.task),
        extents: this.#batch.extents,
      };
      throw explainDeviceFailure(error, { runtime: this.#runtime, batch, room: this.#room });
    }
  }

  /** A number on the device. What goes wrong there is often told by who reads it. */
  #late(tensor: Tensor, map?: (value: number) => number): LateNumber {
    const number = this.#graphs.late(tensor, map);
    return { read: () => this.#explained(() => number.read()) };
  }

  /** Releases tables and pending gradients. */
  #releaseAll(): void {
    this.#pending.forEach(releaseGradient);
    this.#pending = [];
    this.#tables.release();
  }

  #trainingGraph(task: number): Graph {
    const { tasks, precision } = this.#problem;
    return buildTrainingGraph(tasks[task], { products: precision, blocks: this.#blocks });
  }

  #trainingSession(task: number): Session {
    const name = task === 0 ? "training_model" : `training_model.${task}`;
    return this.#graphs.session(name, () => this.#trainingGraph(task));
  }

  #optimizerSession(): Session {
    const { optimizer, dim, maxGradNorm } = this.#problem;
    const options = {
      dim,
      maxGradNorm,
      rowScales: this.#problem.rowScales !== undefined,
      blocks: this.#blocks,
    };
    return this.#graphs.session(
      "optimizer_model",
      () => optimizerOf(optimizer).buildGraph(optimizer, options),
    );
  }
}

import { KernelMemory } from "../kernels/mod.ts";
import { type Runtime, type Session, type Tensor, type TensorData } from "../runtime/mod.ts";
import { type BatchGradient, DeviceGraphs, releaseGradient } from "./_device_graphs.ts";
import { BatchPlanner } from "./batch_plan.ts";
import type { Executor, InitialState, PreparedBatch, TrainingBatch, TrainingState } from "./executor.ts";
import { extraInputs } from "./loss_runner.ts";
import { optimizerOf, type OptimizerState } from "./optimizers/mod.ts";
import type { TrainingProblem } from "./problem.ts";
import type { StepTime } from "./step_time.ts";
import { planSegments, type SegmentPlan } from "./segment_plan.ts";
import { buildTrainingGraph } from "./training_graph.ts";

/** A batch arranged for the {@link GraphExecutor}. */
export interface GraphBatch extends PreparedBatch {
  /** The batch itself. */
  batch: TrainingBatch;
  /** int32: the distinct tokens. */
  unique: Int32Array;
  /** Inputs of the training graph, by name, without the table and the loss's own. */
  inputs: Record<string, { data: TensorData; shape: readonly number[] }>;
}

/**
 * Training by the artifacts alone: `training_model.onnx` and `optimizer_model.onnx` on whatever execution provider the
 * runtime was opened with. Tables stay in the device's memory from step to step.
 */
export class GraphExecutor implements Executor<GraphBatch> {
  /** What carries out the steps. */
  readonly description: string;
  readonly #problem: TrainingProblem;
  readonly #runtime: Runtime;
  readonly #graphs: DeviceGraphs;
  readonly #planner: BatchPlanner;
  /** Place of each token among the distinct ones of the batch; only those of the batch are up to date. */
  readonly #places: Int32Array;
  /** The table and the optimizer's state, by the names of the optimizer's inputs. */
  #tables: Record<string, Tensor>;
  /** Factors of the rows' learning rates, float32 [vocab, 1]. */
  readonly #scales?: Tensor;
  #pending: BatchGradient[] = [];

  /** Starts with a state, which is copied. */
  constructor(problem: TrainingProblem, runtime: Runtime, state: InitialState) {
    const { vocab } = problem;
    this.#problem = problem;
    this.#runtime = runtime;
    this.#graphs = new DeviceGraphs(runtime);
    this.#planner = new BatchPlanner(new KernelMemory(), vocab);
    this.#places = new Int32Array(vocab);
    this.description = `${runtime.device}: ONNX Runtime ${runtime.library.version}, whole graphs`;
    if (problem.rowScales !== undefined) this.#scales = runtime.tensor(problem.rowScales.slice(), [vocab, 1]);
    this.#optimizerSession(); // A device that cannot be used is told now, before anything is trained or written.
    this.#tables = this.#tablesOf(state);
  }

  /** Starts anew from a state, which is copied. @throws {RangeError} if some of its rows are behind */
  load(state: InitialState): Promise<void> {
    this.#releaseAll();
    this.#tables = this.#tablesOf(state);
    return Promise.resolve();
  }

  /** Arranges a batch. @throws {RangeError} if a text has no token or an id lies outside the table */
  prepare(batch: TrainingBatch): GraphBatch {
    const plan = this.#planner.plan(batch);
    const { pairs, texts, ids, offsets, users } = plan;
    const unique = plan.unique.slice(0, plan.uniqueCount);
    const userOffsets = plan.userOffsets.subarray(0, plan.uniqueCount + 1);
    unique.forEach((id, place) => this.#places[id] = place);
    const inputs: GraphBatch["inputs"] = {
      unique: { data: unique, shape: [unique.length] },
      inverse_counts: { data: plan.inverseCounts.slice(), shape: [texts, 1] },
      ...planInputs("pool", planSegments(ids.map((id) => this.#places[id]), offsets)),
      ...planInputs("scatter", planSegments(users, userOffsets)),
    };
    return { batch, unique, inputs, pairs, tokens: ids.length };
  }

  /** Loss of a batch; nothing changes. */
  async evaluate(batch: GraphBatch): Promise<number> {
    const value = await this.accumulate(batch);
    releaseGradient(this.#pending.pop()!);
    return value;
  }

  /** Computes the gradient of a batch; gives the batch's loss. */
  async accumulate({ batch, unique, inputs, pairs }: GraphBatch): Promise<number> {
    const none = new Float32Array();
    const tensors = extraInputs(this.#runtime, { pairs, extras: batch, pooled: none, gradients: none });
    for (const [name, { data, shape }] of Object.entries(inputs)) {
      tensors[name] = this.#runtime.tensor(data, shape);
    }
    const session = this.#graphs.session(
      batch.task === 0 ? "training_model" : `training_model.${batch.task}`,
      () => buildTrainingGraph(this.#problem.tasks[batch.task]),
    );
    const keep = ["gradients"];
    const { loss, gradients, gradient_squares } = await session.run(
      { ...tensors, embeddings: this.#tables.embeddings },
      { keep },
    );
    this.#pending.push({ unique, gradients, gradient_squares });
    const value = loss.toNumber();
    for (const tensor of [loss, ...Object.values(tensors)]) tensor.release();
    return value;
  }

  /** Carries out the step with the mean of the gradients; gives its global norm before clipping. */
  async update(time: StepTime): Promise<number> {
    const { optimizer, vocab, dim } = this.#problem;
    const pending = this.#pending;
    this.#pending = [];
    const gradient = await this.#graphs.mean(pending, [vocab, dim]);
    const session = this.#optimizerSession();
    const numbers = Object.entries(optimizerOf(optimizer).scalars(optimizer, time));
    const scalars = Object.fromEntries(numbers.map(([name, value]) => [name, this.#graphs.scalar(value)]));
    const unique = this.#runtime.tensor(gradient.unique);
    const { gradients, gradient_squares } = gradient;
    const inputs: Record<string, Tensor> = {
      ...this.#tables,
      unique,
      gradients,
      gradient_squares,
      ...scalars,
    };
    if (this.#scales !== undefined) inputs.row_scales = this.#scales;
    // On the CPU the graph may write over its inputs; other providers forbid one buffer as input and output.
    const names = Object.keys(this.#tables);
    const into = this.#runtime.device !== "cpu"
      ? undefined
      : Object.fromEntries(names.map((name) => [`new_${name}`, this.#tables[name]]));
    const updated = await session.run(inputs, { into, keep: session.outputs });
    if (into === undefined) {
      for (const tensor of Object.values(this.#tables)) tensor.release();
      this.#tables = Object.fromEntries(names.map((name) => [name, updated[`new_${name}`]]));
    }
    const norm = Math.sqrt(gradient_squares.toNumber());
    for (const tensor of [unique, gradients, gradient_squares, ...Object.values(scalars)]) tensor.release();
    return norm;
  }

  /** Copies of the tables. */
  async readState(): Promise<TrainingState> {
    const { embeddings, ...state } = this.#tables;
    const optimizer: OptimizerState = {};
    for (const [name, tensor] of Object.entries(state)) optimizer[name] = await this.#graphs.download(tensor);
    return { embeddings: await this.#graphs.download(embeddings), optimizer };
  }

  /** A copy of the table. */
  readTable(): Promise<Float32Array> {
    return this.#graphs.download(this.#tables.embeddings);
  }

  /** Releases tables and sessions; the runtime stays open. */
  close(): void {
    this.#releaseAll();
    this.#graphs.release();
    this.#scales?.release();
  }

  #tablesOf({ embeddings, optimizer: given }: InitialState): Record<string, Tensor> {
    const { dim, vocab, optimizer } = this.#problem;
    assertUpToDate(given?.last_steps);
    const tables = { embeddings: this.#runtime.tensor(embeddings.slice(), [vocab, dim]) } as Record<
      string,
      Tensor
    >;
    for (const [name, kind] of Object.entries(optimizerOf(optimizer).state(optimizer))) {
      const shape = kind === "elements" ? [vocab, dim] : [vocab];
      const values = given?.[name]?.slice() ?? new Float32Array(kind === "elements" ? vocab * dim : vocab);
      tables[name] = this.#runtime.tensor(values, shape);
    }
    return tables;
  }

  /** Releases tables and pending gradients. */
  #releaseAll(): void {
    this.#pending.forEach(releaseGradient);
    this.#pending = [];
    for (const tensor of Object.values(this.#tables)) tensor.release();
  }

  #optimizerSession(): Session {
    const { optimizer, dim, maxGradNorm } = this.#problem;
    const rowScales = this.#scales !== undefined;
    return this.#graphs.session(
      "optimizer_model",
      () => optimizerOf(optimizer).buildGraph(optimizer, { dim, maxGradNorm, rowScales }),
    );
  }
}

/** Rows that wait to be caught up are a matter of the kernels: the graphs update every row in every step. */
function assertUpToDate(lastSteps: Float32Array<ArrayBufferLike> | undefined): void {
  if (lastSteps === undefined || lastSteps.every((step) => step === lastSteps[0])) return;
  throw new RangeError(
    "Cannot go on from this checkpoint with whole graphs: some of its rows are behind; resume on the cpu",
  );
}

function planInputs(name: string, plan: SegmentPlan): GraphBatch["inputs"] {
  return {
    [`${name}_indices`]: { data: plan.indices, shape: [plan.indices.length] },
    [`${name}_sizes`]: { data: plan.sizes, shape: [plan.sizes.length] },
    [`${name}_order`]: { data: plan.order, shape: [plan.order.length] },
  };
}

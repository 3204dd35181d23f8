import { Graph, identity, serializeGraph } from "../graph/mod.ts";
import { KernelMemory } from "../kernels/mod.ts";
import { type Runtime, type Session, type Tensor, type TensorData } from "../runtime/mod.ts";
import { buildAccumulationGraph, buildMeanGraph } from "./accumulation_graph.ts";
import { BatchPlanner } from "./batch_plan.ts";
import type { Executor, InitialState, PreparedBatch, TrainingBatch, TrainingState } from "./executor.ts";
import type { FusedExecutorOptions } from "./fused_executor.ts";
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

/** The gradient of one batch, in the device's memory. */
interface BatchGradient {
  unique: Int32Array;
  gradients: Tensor;
  gradient_squares: Tensor;
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
  readonly #sessions = new Map<string, Session>();
  readonly #planner: BatchPlanner;
  /** Place of each token among the distinct ones of the batch; only those of the batch are up to date. */
  readonly #places: Int32Array;
  /** The table and the optimizer's state, by the names of the optimizer's inputs. */
  #tables: Record<string, Tensor>;
  /** Factors of the rows' learning rates, float32 [vocab, 1]. */
  readonly #scales?: Tensor;
  #pending: BatchGradient[] = [];

  /** Starts with a state, which is copied; `rowScales` as in the {@link FusedExecutorOptions}. */
  constructor(problem: TrainingProblem, runtime: Runtime, state: InitialState & FusedExecutorOptions) {
    const { vocab } = problem;
    this.#problem = problem;
    this.#runtime = runtime;
    this.#planner = new BatchPlanner(new KernelMemory(), vocab);
    this.#places = new Int32Array(vocab);
    this.description = `${runtime.device}: ONNX Runtime ${runtime.library.version}, whole graphs`;
    if (state.rowScales !== undefined) this.#scales = runtime.tensor(state.rowScales.slice(), [vocab, 1]);
    this.#optimizerSession(); // A device that cannot be used is told now, before anything is trained or written.
    this.#tables = this.#tablesOf(state);
  }

  /** Starts anew from a state, which is copied. */
  load(state: InitialState): Promise<void> {
    this.#releaseAll();
    this.#tables = this.#tablesOf(state);
    return Promise.resolve();
  }

  /** Arranges a batch. @throws {RangeError} if a text has no token or an id lies outside the table */
  prepare(batch: TrainingBatch): GraphBatch {
    const plan = this.#planner.plan(batch.columns);
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
    const session = this.#session(
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
    const gradient = await this.#meanGradient();
    const { optimizer } = this.#problem;
    const session = this.#optimizerSession();
    const numbers = Object.entries(optimizerOf(optimizer).scalars(optimizer, time));
    const scalars = Object.fromEntries(numbers.map(([name, value]) => [name, this.#scalar(value)]));
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
    for (const [name, tensor] of Object.entries(state)) optimizer[name] = await this.#download(tensor);
    return { embeddings: await this.#download(embeddings), optimizer };
  }

  /** A copy of the table. */
  readTable(): Promise<Float32Array> {
    return this.#download(this.#tables.embeddings);
  }

  /** Releases tables and sessions; the runtime stays open. */
  close(): void {
    this.#releaseAll();
    for (const session of this.#sessions.values()) session.release();
    this.#scales?.release();
  }

  #tablesOf({ embeddings, optimizer: given }: InitialState): Record<string, Tensor> {
    const { dim, vocab, optimizer } = this.#problem;
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

  /** The mean of the pending gradients; of several ones by adding them up in a dense table. */
  async #meanGradient(): Promise<BatchGradient> {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length === 1) return pending[0];
    const { vocab, dim } = this.#problem;
    let sums = this.#runtime.tensor(new Float32Array(vocab * dim), [vocab, dim]);
    const adding = this.#session("accumulation_model", () => buildAccumulationGraph(dim));
    for (const { unique, gradients, gradient_squares } of pending) {
      const rows = this.#runtime.tensor(unique);
      const { new_sums } = await adding.run({ sums, unique: rows, gradients }, { keep: ["new_sums"] });
      for (const tensor of [rows, sums, gradients, gradient_squares]) tensor.release();
      sums = new_sums;
    }
    const unique = Int32Array.from(new Set(pending.flatMap((each) => [...each.unique]))).sort();
    const inputs = { sums, unique: this.#runtime.tensor(unique), share: this.#scalar(1 / pending.length) };
    const mean = this.#session("mean_model", () => buildMeanGraph(dim));
    const { gradients, gradient_squares } = await mean.run(inputs, { keep: ["gradients"] });
    for (const tensor of Object.values(inputs)) tensor.release();
    return { unique, gradients, gradient_squares };
  }

  async #download(tensor: Tensor): Promise<Float32Array> {
    const session = this.#session(`copy_model ${tensor.shape.length}`, () => buildCopyGraph(tensor.shape));
    const { copy } = await session.run({ table: tensor });
    const values = copy.toArray() as Float32Array;
    copy.release();
    return values;
  }

  #scalar(value: number): Tensor {
    return this.#runtime.tensor(Float32Array.of(value), []);
  }

  #optimizerSession(): Session {
    const { optimizer, dim, maxGradNorm } = this.#problem;
    const rowScales = this.#scales !== undefined;
    return this.#session(
      "optimizer_model",
      () => optimizerOf(optimizer).buildGraph(optimizer, { dim, maxGradNorm, rowScales }),
    );
  }

  /** A session by name, made when it is first asked for. */
  #session(name: string, build: () => Graph): Session {
    let session = this.#sessions.get(name);
    if (session === undefined) {
      session = this.#runtime.createSession(serializeGraph(build()), { name });
      this.#sessions.set(name, session);
    }
    return session;
  }
}

function releaseGradient({ gradients, gradient_squares }: BatchGradient): void {
  gradients.release();
  gradient_squares.release();
}

/** A graph that does nothing but bring a table from the device to the CPU's memory. */
function buildCopyGraph(shape: readonly number[]): Graph {
  const graph = new Graph("copy_model");
  graph.output("copy", identity(graph.input("table", "float32", shape)));
  return graph;
}

function planInputs(name: string, plan: SegmentPlan): GraphBatch["inputs"] {
  return {
    [`${name}_indices`]: { data: plan.indices, shape: [plan.indices.length] },
    [`${name}_sizes`]: { data: plan.sizes, shape: [plan.sizes.length] },
    [`${name}_order`]: { data: plan.order, shape: [plan.order.length] },
  };
}

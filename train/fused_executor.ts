import { serializeGraph } from "../graph/mod.ts";
import { Kernels, type SharedFloats, type SharedIntegers } from "../kernels/mod.ts";
import { type Runtime, type Session, type Tensor } from "../runtime/mod.ts";
import { adamwStep, clippingFactor } from "./adamw.ts";
import { type BatchPlan, BatchPlanner } from "./batch_plan.ts";
import type {
  Executor,
  InitialState,
  PreparedBatch,
  StepResult,
  StepTime,
  TrainingBatch,
  TrainingState,
} from "./executor.ts";
import { buildLossGraph, columnName, gradientName } from "./loss_graph.ts";
import type { TrainingProblem } from "./problem.ts";

/** A batch arranged for the {@link FusedExecutor}. */
export interface FusedBatch extends PreparedBatch {
  /** Its tokens. */
  plan: BatchPlan;
  /** Text columns. */
  columns: number;
  /** float32 [pairs], if the loss needs labels. */
  labels?: Float32Array;
}

/**
 * Training on the CPU: ONNX Runtime computes the loss and its gradient from the embeddings; the kernels pool, take the
 * gradient back to the table's rows and do the optimizer's pass, all on one shared memory and without copies.
 *
 * It computes what `training_model.onnx` and `optimizer_model.onnx` say, with fewer passes over memory.
 */
export class FusedExecutor implements Executor<FusedBatch> {
  /** What carries out the steps. */
  readonly description: string;
  readonly #problem: TrainingProblem;
  readonly #runtime: Runtime;
  readonly #kernels: Kernels;
  readonly #planner: BatchPlanner;
  readonly #sessions = new Map<number, Session>();
  readonly #table: SharedFloats;
  readonly #first: SharedFloats;
  readonly #second: SharedFloats;
  readonly #gradients: SharedFloats;
  readonly #squares: Float64Array<SharedArrayBuffer>;
  readonly #slots: SharedIntegers;
  readonly #hyper: SharedFloats;
  #pooled: SharedFloats;
  #pooledGradients: SharedFloats;

  private constructor(problem: TrainingProblem, runtime: Runtime, kernels: Kernels) {
    const { memory } = kernels;
    const { vocab, dim } = problem;
    this.#problem = problem;
    this.#runtime = runtime;
    this.#kernels = kernels;
    this.description = `cpu: ONNX Runtime ${runtime.library.version} and ${kernels.threads} kernel threads`;
    this.#table = memory.float32(vocab * dim);
    this.#first = memory.float32(vocab * dim);
    this.#second = memory.float32(vocab * dim);
    this.#gradients = memory.float32(vocab * dim);
    this.#squares = memory.float64(vocab);
    this.#slots = memory.int32(vocab).fill(-1);
    this.#hyper = memory.float32(9);
    this.#pooled = memory.float32(0);
    this.#pooledGradients = memory.float32(0);
    this.#planner = new BatchPlanner(memory, vocab);
  }

  /** Starts with a state, which is copied. @throws {RangeError} if the tables do not fit into the kernels' memory */
  static async start(
    problem: TrainingProblem,
    runtime: Runtime,
    state: InitialState,
  ): Promise<FusedExecutor> {
    const kernels = await Kernels.start({ threads: runtime.options.threads });
    try {
      const executor = new FusedExecutor(problem, runtime, kernels);
      executor.#table.set(state.embeddings);
      if (state.firstMoments !== undefined) executor.#first.set(state.firstMoments);
      if (state.secondMoments !== undefined) executor.#second.set(state.secondMoments);
      return executor;
    } catch (error) {
      kernels.stop();
      throw error;
    }
  }

  /** Arranges a batch. */
  prepare(batch: TrainingBatch): FusedBatch {
    const plan = this.#planner.plan(batch.columns);
    const columns = batch.columns.length;
    return { plan, columns, labels: batch.labels, pairs: plan.pairs, tokens: plan.ids.length };
  }

  /** Carries out one step. */
  async step(batch: FusedBatch, time: StepTime): Promise<StepResult> {
    const { dim } = this.#problem;
    const { plan } = batch;
    this.#reserve(plan.texts * dim);
    const { ids, offsets, texts: bags } = plan;
    this.#kernels.poolMeans({
      source: this.#table,
      stride: dim,
      columns: dim,
      ids,
      offsets,
      out: this.#pooled,
      bags,
    });
    const loss = await this.#runLoss(batch);
    const squares = this.#takeGradientBack(plan);
    const gradientNorm = Math.sqrt(squares);
    this.#update(plan, time, gradientNorm);
    return { loss, gradientNorm };
  }

  /** Views of the tables. */
  readState(): Promise<TrainingState> {
    return Promise.resolve({
      embeddings: this.#table,
      firstMoments: this.#first,
      secondMoments: this.#second,
    });
  }

  /** Ends the threads and releases the sessions; the runtime stays open. */
  close(): void {
    this.#kernels.stop();
    for (const session of this.#sessions.values()) session.release();
    this.#sessions.clear();
  }

  /** Makes room for the embeddings of a batch and their gradients. */
  #reserve(length: number): void {
    if (this.#pooled.length >= length) return;
    this.#pooled = this.#kernels.memory.float32(length);
    this.#pooledGradients = this.#kernels.memory.float32(length);
  }

  async #runLoss({ plan, columns, labels }: FusedBatch): Promise<number> {
    const session = this.#sessionFor(columns);
    const inputs: Record<string, Tensor> = {};
    const into: Record<string, Tensor> = {};
    const size = plan.pairs * this.#problem.dim;
    for (let i = 0; i < columns; i++) {
      const shape = [plan.pairs, this.#problem.dim];
      inputs[columnName(i)] = this.#runtime.tensor(this.#pooled.subarray(i * size, (i + 1) * size), shape);
      into[gradientName(i)] = this.#runtime.tensor(
        this.#pooledGradients.subarray(i * size, (i + 1) * size),
        shape,
      );
    }
    if (labels !== undefined) inputs.labels = this.#runtime.tensor(labels);
    try {
      const { loss } = await session.run(inputs, { into });
      const value = loss.toNumber();
      loss.release();
      return value;
    } finally {
      for (const tensor of [...Object.values(inputs), ...Object.values(into)]) tensor.release();
    }
  }

  #sessionFor(columns: number): Session {
    let session = this.#sessions.get(columns);
    if (session === undefined) {
      const { loss, dim, labels } = this.#problem;
      const model = serializeGraph(buildLossGraph({ loss, dim, columns, labels }));
      session = this.#runtime.createSession(model, { name: "loss_model" });
      this.#sessions.set(columns, session);
    }
    return session;
  }

  /** Gradient of the table's rows from that of the means; gives its squared norm. */
  #takeGradientBack(plan: BatchPlan): number {
    const { dim } = this.#problem;
    const { users: ids, userOffsets: offsets, uniqueCount: bags } = plan;
    this.#kernels.scaleRows(this.#pooledGradients, dim, plan.inverseCounts);
    const [source, out, squares] = [this.#pooledGradients, this.#gradients, this.#squares];
    this.#kernels.poolSums({ source, columns: dim, ids, offsets, out, squares, bags });
    let sum = 0;
    for (let i = 0; i < bags; i++) sum += squares[i];
    return sum;
  }

  #update(plan: BatchPlan, time: StepTime, gradientNorm: number): void {
    const { optimizer, maxGradNorm, dim, vocab } = this.#problem;
    const { stepSize, correction, decay } = adamwStep(optimizer, time.step, time.learningRate);
    const [beta1, beta2] = optimizer.betas;
    const factor = clippingFactor(gradientNorm, maxGradNorm);
    this.#hyper.set([
      factor,
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      stepSize,
      correction,
      optimizer.epsilon,
      decay,
    ]);
    for (let i = 0; i < plan.uniqueCount; i++) this.#slots[plan.unique[i]] = i;
    this.#kernels.adamw({
      table: this.#table,
      first: this.#first,
      second: this.#second,
      slots: this.#slots,
      gradients: this.#gradients,
      hyper: this.#hyper,
      columns: dim,
      rows: vocab,
    });
    for (let i = 0; i < plan.uniqueCount; i++) this.#slots[plan.unique[i]] = -1;
  }
}

import { Kernels, type SharedFloats } from "../kernels/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import { RowGradient } from "./_row_gradient.ts";
import { type BatchPlan, BatchPlanner } from "./batch_plan.ts";
import type { Executor, InitialState, PreparedBatch, TrainingBatch, TrainingState } from "./executor.ts";
import { ChunkedLoss } from "./chunked_loss.ts";
import { type LossRunner, WholeLoss } from "./loss_runner.ts";
import { lossChunkSize } from "./losses/mod.ts";
import { clippingFactor, type FusedOptimizer, optimizerOf } from "./optimizers/mod.ts";
import type { TrainingProblem } from "./problem.ts";
import type { StepTime } from "./step_time.ts";
import { learningRateAt } from "./schedule.ts";

/** A batch arranged for the {@link FusedExecutor}. */
export interface FusedBatch extends PreparedBatch {
  /** Its tokens. */
  plan: BatchPlan;
  /** Everything else. */
  batch: TrainingBatch;
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
  readonly #losses = new Map<number, LossRunner>();
  readonly #table: SharedFloats;
  readonly #state: Record<string, SharedFloats>;
  readonly #optimizer: FusedOptimizer;
  readonly #gradient: RowGradient;
  #pooled: SharedFloats;
  #pooledGradients: SharedFloats;
  #step = 0;

  private constructor(problem: TrainingProblem, runtime: Runtime, parts: FusedParts) {
    const { vocab, dim, optimizer, schedule } = problem;
    const { kernels, scales } = parts;
    const { memory } = kernels;
    this.#problem = problem;
    this.#runtime = runtime;
    this.#kernels = kernels;
    this.description = `cpu: ONNX Runtime ${runtime.library.version} and ${kernels.threads} kernel threads`;
    this.#table = memory.float32(vocab * dim);
    const shapes = Object.entries(optimizerOf(optimizer).state(optimizer));
    this.#state = Object.fromEntries(
      shapes.map(([name, shape]) => [name, memory.float32(shape === "elements" ? vocab * dim : vocab)]),
    );
    const rateAt = (step: number): number => learningRateAt(schedule, step - 1);
    const tables = { kernels, table: this.#table, state: this.#state, scales, vocab, dim, rateAt };
    this.#optimizer = optimizerOf(optimizer).fuse(optimizer, tables);
    this.#gradient = new RowGradient(kernels, vocab, dim);
    this.#pooled = memory.float32(0);
    this.#pooledGradients = memory.float32(0);
    this.#planner = new BatchPlanner(memory, vocab);
  }

  /**
   * Starts with a state, which is copied.
   *
   * @param start state, and the number of steps done so far
   * @throws {RangeError} if the tables do not fit into the kernels' memory
   */
  static async start(
    problem: TrainingProblem,
    runtime: Runtime,
    start: InitialState & { step?: number },
  ): Promise<FusedExecutor> {
    const kernels = await Kernels.start({ threads: runtime.options.threads });
    try {
      const { rowScales } = problem;
      const scales = rowScales && kernels.memory.float32(problem.vocab);
      if (rowScales !== undefined) scales?.set(rowScales);
      const executor = new FusedExecutor(problem, runtime, { kernels, scales });
      await executor.load(start);
      return executor;
    } catch (error) {
      kernels.stop();
      throw error;
    }
  }

  /** Arranges a batch. */
  prepare(batch: TrainingBatch): FusedBatch {
    const plan = this.#planner.plan(batch.columns);
    return { plan, batch, pairs: plan.pairs, tokens: plan.ids.length };
  }

  /** Starts anew from a state, which is copied. */
  load({ embeddings, optimizer = {}, step = 0 }: InitialState & { step?: number }): Promise<void> {
    this.#table.set(embeddings);
    for (const [name, values] of Object.entries(this.#state)) {
      if (optimizer[name] === undefined) values.fill(0);
      else values.set(optimizer[name]);
    }
    this.#gradient.clear();
    this.#step = step;
    return Promise.resolve();
  }

  /** Loss of a batch; nothing changes but that rows are brought up to date. */
  async evaluate(batch: FusedBatch): Promise<number> {
    return (await this.#runLoss(batch)).loss;
  }

  /** Adds the gradient of a batch to that of the step; gives the batch's loss. */
  async accumulate(batch: FusedBatch): Promise<number> {
    const { loss, gradients } = await this.#runLoss(batch);
    this.#gradient.add(batch.plan, gradients);
    return loss;
  }

  /** Pools a batch and computes its loss and the gradients of the texts' means. */
  async #runLoss({ plan, batch }: FusedBatch): Promise<{ loss: number; gradients: SharedFloats }> {
    const { dim } = this.#problem;
    this.#reserve(plan.texts * dim);
    this.#optimizer.refresh?.(plan.unique.subarray(0, plan.uniqueCount), this.#step);
    const { ids, offsets, texts: bags, pairs } = plan;
    const [source, out] = [this.#table, this.#pooled];
    this.#kernels.poolMeans({ source, stride: dim, columns: dim, ids, offsets, out, bags });
    const pooled = this.#pooled.subarray(0, bags * dim);
    const gradients = this.#pooledGradients.subarray(0, bags * dim);
    const loss = await this.#lossOf(batch.task).run({ pairs, pooled, gradients, extras: batch });
    return { loss, gradients };
  }

  /** Carries out the step with the mean of the gradients added; gives its global norm before clipping. */
  update(time: StepTime): Promise<number> {
    const norm = this.#gradient.norm();
    const clipping = clippingFactor(norm, this.#problem.maxGradNorm);
    this.#optimizer.update(this.#gradient.scaled(clipping), time);
    this.#gradient.clear();
    this.#step = time.step;
    return Promise.resolve(norm);
  }

  /** Views of the tables. */
  readState(): Promise<TrainingState> {
    return Promise.resolve({ embeddings: this.#table, optimizer: this.#state });
  }

  /** The table with all rows up to date. */
  readTable(): Promise<Float32Array<ArrayBufferLike>> {
    return Promise.resolve(this.#optimizer.flushed?.(this.#step) ?? this.#table);
  }

  /** Ends the threads and releases the sessions; the runtime stays open. */
  close(): void {
    this.#kernels.stop();
    for (const loss of this.#losses.values()) loss.release();
    this.#losses.clear();
  }

  /** Makes room for the embeddings of a batch and their gradients. */
  #reserve(length: number): void {
    if (this.#pooled.length >= length) return;
    this.#pooled = this.#kernels.memory.float32(length);
    this.#pooledGradients = this.#kernels.memory.float32(length);
  }

  #lossOf(task: number): LossRunner {
    let loss = this.#losses.get(task);
    if (loss === undefined) {
      const spec = this.#problem.tasks[task];
      const chunkSize = lossChunkSize(spec.loss);
      loss = chunkSize === undefined
        ? new WholeLoss(this.#runtime, spec)
        : new ChunkedLoss(this.#runtime, spec, chunkSize);
      this.#losses.set(task, loss);
    }
    return loss;
  }
}

interface FusedParts {
  kernels: Kernels;
  scales?: SharedFloats;
}

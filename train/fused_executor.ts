import { Kernels, type SharedFloats } from "../kernels/mod.ts";
import { readDeviceMemory, type Runtime } from "../runtime/mod.ts";
import { batchDigest } from "./_digests.ts";
import { RowGradient } from "./_row_gradient.ts";
import { type BatchPlan, BatchPlanner } from "./batch_plan.ts";
import type { Executor, InitialState, PreparedBatch, TrainingBatch, TrainingState } from "./executor.ts";
import { ChunkedLoss } from "./chunked_loss.ts";
import type { GraphSpec } from "./loss_graph.ts";
import { type LossRunner, WholeLoss } from "./loss_runner.ts";
import { lossChunkSize } from "./losses/mod.ts";
import { clippingFactor, type FusedOptimizer, optimizerOf } from "./optimizers/mod.ts";
import { ParallelLoss } from "./_parallel_loss.ts";
import { RowExchange } from "./_row_exchange.ts";
import type { Team } from "./team.ts";
import type { TrainingProblem } from "./problem.ts";
import type { RowRange } from "./row_range.ts";
import type { StepTime } from "./step_time.ts";
import { learningRateAt } from "./schedule.ts";
import { checkTableMemory, tableMemory } from "./table_memory.ts";

/** A batch arranged for the {@link FusedExecutor}. */
export interface FusedBatch extends PreparedBatch {
  /** Tokens of the rows that this process computes. */
  plan: BatchPlan;
  /** Everything else. */
  batch: TrainingBatch;
  /** What tells the batch from others, in a team of processes. */
  digest?: number;
}

/**
 * Training on the CPU: ONNX Runtime computes the loss and its gradient from the embeddings; the kernels pool, take the
 * gradient back to the table's rows and do the optimizer's pass, all on one shared memory and without copies.
 *
 * It computes what `training_model.onnx` and `optimizer_model.onnx` say, with fewer passes over memory.
 *
 * In a team of several processes each pools its rows of the batch and computes their share of the loss; the gradients are
 * added up, and each does the same optimizer's pass on the same table.
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
  readonly #team?: Team;
  readonly #exchange?: RowExchange;
  #pooled: SharedFloats;
  #pooledGradients: SharedFloats;
  #step = 0;

  private constructor(problem: TrainingProblem, runtime: Runtime, parts: FusedParts) {
    const { vocab, dim, optimizer, schedule } = problem;
    const { kernels, scales, team } = parts;
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
    this.#team = team;
    if (team === undefined) return;
    this.#exchange = new RowExchange(team, kernels, problem);
    this.description += `, process ${team.processes.rank + 1} of ${team.processes.size}`;
  }

  /**
   * Starts with a state, which is copied.
   *
   * @param start state, and the number of steps done so far; `team`: the processes that do the same, if there are several
   * @throws {RangeError} if the tables are larger than what is free, or do not fit into the kernels' memory
   */
  static async start(
    problem: TrainingProblem,
    runtime: Runtime,
    { team, ...start }: InitialState & { step?: number; team?: Team },
  ): Promise<FusedExecutor> {
    const need = tableMemory(problem, { kind: "kernels", device: "cpu" });
    checkTableMemory(need, readDeviceMemory("cpu"), "cpu");
    const kernels = await Kernels.start({ threads: runtime.options.threads });
    try {
      const { rowScales } = problem;
      const scales = rowScales && kernels.memory.float32(problem.vocab);
      if (rowScales !== undefined) scales?.set(rowScales);
      const executor = new FusedExecutor(problem, runtime, { kernels, scales, team });
      await executor.load(start);
      return executor;
    } catch (error) {
      kernels.stop();
      throw error;
    }
  }

  /** Arranges a batch. */
  prepare(batch: TrainingBatch): FusedBatch {
    const pairs = batch.columns[0].offsets.length - 1;
    if (this.#team === undefined) {
      const plan = this.#planner.plan(batch);
      return { plan, batch, pairs, tokens: plan.ids.length };
    }
    const plan = this.#planner.plan(partOf(batch, this.#team.rowsOf(pairs)));
    return { plan, batch, pairs, tokens: plan.ids.length, digest: batchDigest(batch.columns) };
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
  async #runLoss(
    { plan, batch, pairs, digest }: FusedBatch,
  ): Promise<{ loss: number; gradients: SharedFloats }> {
    const { dim } = this.#problem;
    if (digest !== undefined) await this.#team?.checkBatch(digest);
    this.#reserve(plan.texts * dim);
    this.#optimizer.refresh?.(plan.unique.subarray(0, plan.uniqueCount), this.#step);
    const { ids, offsets, texts: bags } = plan;
    const [source, out] = [this.#table, this.#pooled];
    this.#kernels.poolMeans({ source, stride: dim, columns: dim, ids, offsets, out, bags });
    const pooled = this.#pooled.subarray(0, bags * dim);
    const gradients = this.#pooledGradients.subarray(0, bags * dim);
    const loss = await this.#lossOf(batch.task).run({ pairs, pooled, gradients, extras: batch });
    return { loss, gradients };
  }

  /** Carries out the step with the mean of the gradients added; gives its global norm before clipping. */
  async update(time: StepTime): Promise<number> {
    if (this.#exchange !== undefined) {
      await this.#exchange.reduce(this.#gradient);
      const { rows, used } = this.#gradient.scaled(1); // some of them were in other processes' texts only
      this.#optimizer.refresh?.(rows.subarray(0, used), this.#step);
    }
    const norm = this.#gradient.norm();
    const clipping = clippingFactor(norm, this.#problem.maxGradNorm);
    this.#optimizer.update(this.#gradient.scaled(clipping), time);
    this.#gradient.clear();
    this.#step = time.step;
    return norm;
  }

  /** Views of the tables. @throws {Error} if another process of the team has others */
  async readState(): Promise<TrainingState> {
    const state = { embeddings: this.#table, optimizer: this.#state };
    await this.#team?.checkState(state, this.#step);
    return state;
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
      loss = lossRunner(this.#runtime, this.#problem.tasks[task], this.#team);
      this.#losses.set(task, loss);
    }
    return loss;
  }
}

interface FusedParts {
  kernels: Kernels;
  scales?: SharedFloats;
  team?: Team;
}

function lossRunner(runtime: Runtime, spec: GraphSpec, team: Team | undefined): LossRunner {
  if (team !== undefined) return new ParallelLoss(team, runtime, spec);
  const chunkSize = lossChunkSize(spec.loss);
  return chunkSize === undefined ? new WholeLoss(runtime, spec) : new ChunkedLoss(runtime, spec, chunkSize);
}

/** The texts of some rows. */
function partOf({ columns }: TrainingBatch, { first, count }: RowRange): Pick<TrainingBatch, "columns"> {
  return {
    columns: columns.map(({ ids, offsets }) => ({
      ids,
      offsets: offsets.subarray(first, first + count + 1),
    })),
  };
}

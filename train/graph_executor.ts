import { Graph, identity, serializeGraph } from "../graph/mod.ts";
import { KernelMemory } from "../kernels/mod.ts";
import { type Runtime, type Session, type Tensor, type TensorData } from "../runtime/mod.ts";
import { adamwStep, buildAdamWGraph } from "./adamw.ts";
import { BatchPlanner } from "./batch_plan.ts";
import type {
  Executor,
  InitialState,
  PreparedBatch,
  StepResult,
  StepTime,
  TrainingBatch,
  TrainingState,
} from "./executor.ts";
import { graphSpecOf, type TrainingProblem } from "./problem.ts";
import { planSegments, type SegmentPlan } from "./segment_plan.ts";
import { buildTrainingGraph } from "./training_graph.ts";

/** A batch arranged for the {@link GraphExecutor}. */
export interface GraphBatch extends PreparedBatch {
  /** Text columns. */
  columns: number;
  /** Inputs of the training graph, by name, without the table. */
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
  readonly #optimizer: Session;
  readonly #training = new Map<number, Session>();
  readonly #planner: BatchPlanner;
  /** Place of each token among the distinct ones of the batch; only those of the batch are up to date. */
  readonly #places: Int32Array;
  #copy?: Session;
  #tables: Tables;

  /** Starts with a state, which is copied. */
  constructor(problem: TrainingProblem, runtime: Runtime, state: InitialState) {
    const { dim, vocab, optimizer, maxGradNorm } = problem;
    this.#problem = problem;
    this.#runtime = runtime;
    this.#planner = new BatchPlanner(new KernelMemory(), vocab);
    this.#places = new Int32Array(vocab);
    this.description = `${runtime.device}: ONNX Runtime ${runtime.library.version}, whole graphs`;
    const model = serializeGraph(buildAdamWGraph(optimizer, dim, maxGradNorm));
    this.#optimizer = runtime.createSession(model, { name: "optimizer_model" });
    const table = (values?: Float32Array<ArrayBufferLike>): Tensor =>
      runtime.tensor(values?.slice() ?? new Float32Array(vocab * dim), [vocab, dim]);
    this.#tables = {
      embeddings: table(state.embeddings),
      first_moments: table(state.firstMoments),
      second_moments: table(state.secondMoments),
    };
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
    if (batch.labels !== undefined) inputs.labels = { data: batch.labels, shape: [pairs] };
    return { columns: batch.columns.length, inputs, pairs, tokens: ids.length };
  }

  /** Carries out one step. */
  async step(batch: GraphBatch, time: StepTime): Promise<StepResult> {
    const inputs = Object.fromEntries(
      Object.entries(batch.inputs).map((
        [name, { data, shape }],
      ) => [name, this.#runtime.tensor(data, shape)]),
    );
    const { embeddings } = this.#tables;
    const keep = ["gradients"];
    const results = await this.#trainingFor(batch.columns).run({ ...inputs, embeddings }, { keep });
    const loss = results.loss.toNumber();
    const squares = results.gradient_squares.toNumber();
    await this.#update(inputs.unique, results, time);
    for (const tensor of [...Object.values(inputs), ...Object.values(results)]) tensor.release();
    return { loss, gradientNorm: Math.sqrt(squares) };
  }

  /** Copies of the tables. */
  async readState(): Promise<TrainingState> {
    const { dim } = this.#problem;
    this.#copy ??= this.#runtime.createSession(serializeGraph(buildCopyGraph(dim)), { name: "copy_model" });
    const read = async (tensor: Tensor): Promise<Float32Array> => {
      const { copy } = await this.#copy!.run({ table: tensor });
      const values = copy.toArray() as Float32Array;
      copy.release();
      return values;
    };
    return {
      embeddings: await read(this.#tables.embeddings),
      firstMoments: await read(this.#tables.first_moments),
      secondMoments: await read(this.#tables.second_moments),
    };
  }

  /** Releases tables and sessions; the runtime stays open. */
  close(): void {
    for (const tensor of Object.values(this.#tables)) tensor.release();
    for (const session of this.#training.values()) session.release();
    this.#optimizer.release();
    this.#copy?.release();
  }

  async #update(unique: Tensor, results: Record<string, Tensor>, time: StepTime): Promise<void> {
    const { stepSize, correction, decay } = adamwStep(this.#problem.optimizer, time.step, time.learningRate);
    const scalar = (x: number): Tensor => this.#runtime.tensor(Float32Array.of(x), []);
    const scalars = { step_size: scalar(stepSize), correction: scalar(correction), decay: scalar(decay) };
    const { gradients, gradient_squares } = results;
    const tables = this.#tables;
    // On the CPU the graph may write over its inputs; other providers forbid one buffer as input and output.
    const into = this.#runtime.device !== "cpu" ? undefined : {
      new_embeddings: tables.embeddings,
      new_first_moments: tables.first_moments,
      new_second_moments: tables.second_moments,
    };
    const inputs = { ...tables, unique, gradients, gradient_squares, ...scalars };
    const updated = await this.#optimizer.run(inputs, { into, keep: this.#optimizer.outputs });
    for (const tensor of Object.values(scalars)) tensor.release();
    if (into !== undefined) return;
    for (const tensor of Object.values(tables)) tensor.release();
    this.#tables = {
      embeddings: updated.new_embeddings,
      first_moments: updated.new_first_moments,
      second_moments: updated.new_second_moments,
    };
  }

  #trainingFor(columns: number): Session {
    let session = this.#training.get(columns);
    if (session === undefined) {
      const model = serializeGraph(buildTrainingGraph(graphSpecOf(this.#problem, columns)));
      session = this.#runtime.createSession(model, { name: "training_model" });
      this.#training.set(columns, session);
    }
    return session;
  }
}

/** A graph that does nothing but bring a table from the device to the CPU's memory. */
function buildCopyGraph(dim: number): Graph {
  const graph = new Graph("copy_model");
  graph.output("copy", identity(graph.input("table", "float32", ["vocab", dim])));
  return graph;
}

interface Tables extends Record<string, Tensor> {
  embeddings: Tensor;
  first_moments: Tensor;
  second_moments: Tensor;
}

function planInputs(name: string, plan: SegmentPlan): GraphBatch["inputs"] {
  return {
    [`${name}_indices`]: { data: plan.indices, shape: [plan.indices.length] },
    [`${name}_sizes`]: { data: plan.sizes, shape: [plan.sizes.length] },
    [`${name}_order`]: { data: plan.order, shape: [plan.order.length] },
  };
}

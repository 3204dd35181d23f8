import { Graph, identity, serializeGraph } from "../graph/mod.ts";
import type { Runtime, Session, Tensor } from "../runtime/mod.ts";
import { buildAccumulationGraph, buildMeanGraph } from "./accumulation_graph.ts";

/** The gradient of one batch, in the device's memory. */
export interface BatchGradient {
  /** int32: the rows that have one. */
  unique: Int32Array;
  /** float32 [unique, dim]. */
  gradients: Tensor;
  /** float32 []: their squared norm. */
  gradient_squares: Tensor;
}

/** Gives a gradient back. */
export function releaseGradient({ gradients, gradient_squares }: BatchGradient): void {
  gradients.release();
  gradient_squares.release();
}

/** Graphs on a device, each loaded when it is first asked for, and the small ones that a training needs besides. */
export class DeviceGraphs {
  readonly #runtime: Runtime;
  readonly #sessions = new Map<string, Session>();

  /** No graphs yet. */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** A graph by name, built when it is first asked for. */
  session(name: string, build: () => Graph): Session {
    let session = this.#sessions.get(name);
    if (session === undefined) {
      session = this.#runtime.createSession(serializeGraph(build()), { name });
      this.#sessions.set(name, session);
    }
    return session;
  }

  /** A float32 scalar. */
  scalar(value: number): Tensor {
    return this.#runtime.tensor(Float32Array.of(value), []);
  }

  /** A copy of a float32 tensor in the CPU's memory. */
  async download(tensor: Tensor): Promise<Float32Array> {
    const session = this.session(`copy_model ${tensor.shape.length}`, () => buildCopyGraph(tensor.shape));
    const { copy } = await session.run({ table: tensor });
    const values = copy.toArray() as Float32Array;
    copy.release();
    return values;
  }

  /** The mean of gradients, which are released; of several ones by adding them up in a dense table [vocab, dim]. */
  async mean(gradients: readonly BatchGradient[], shape: readonly [number, number]): Promise<BatchGradient> {
    if (gradients.length === 1) return gradients[0];
    const [vocab, dim] = shape;
    let sums = this.#runtime.tensor(new Float32Array(vocab * dim), shape);
    const adding = this.session("accumulation_model", () => buildAccumulationGraph(dim));
    for (const gradient of gradients) {
      const unique = this.#runtime.tensor(gradient.unique);
      const inputs = { sums, unique, gradients: gradient.gradients };
      const { new_sums } = await adding.run(inputs, { keep: ["new_sums"] });
      for (const tensor of [unique, sums]) tensor.release();
      releaseGradient(gradient);
      sums = new_sums;
    }
    const unique = Int32Array.from(new Set(gradients.flatMap((each) => [...each.unique]))).sort();
    const inputs = { sums, unique: this.#runtime.tensor(unique), share: this.scalar(1 / gradients.length) };
    const mean = this.session("mean_model", () => buildMeanGraph(dim));
    const found = await mean.run(inputs, { keep: ["gradients"] });
    for (const tensor of Object.values(inputs)) tensor.release();
    return { unique, gradients: found.gradients, gradient_squares: found.gradient_squares };
  }

  /** Gives the sessions back. */
  release(): void {
    for (const session of this.#sessions.values()) session.release();
    this.#sessions.clear();
  }
}

/**
 * Makes sure that a device can be used at all: loads the smallest graph there is.
 *
 * @throws {RangeError | OnnxRuntimeError} with the runtime's reason, if it cannot
 */
export function checkDevice(runtime: Runtime): void {
  runtime.createSession(serializeGraph(buildCopyGraph([1])), { name: "copy_model" }).release();
}

/** A graph that does nothing but bring a table from the device to the CPU's memory. */
function buildCopyGraph(shape: readonly number[]): Graph {
  const graph = new Graph("copy_model");
  graph.output("copy", identity(graph.input("table", "float32", shape)));
  return graph;
}

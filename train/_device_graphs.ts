import { type ElementType, Graph, identity, serializeGraph } from "../graph/mod.ts";
import type { Runtime, Session, Tensor } from "../runtime/mod.ts";
import { buildAccumulationGraph, buildMeanGraph, buildZerosGraph } from "./accumulation_graph.ts";
import type { LateNumber } from "./late_number.ts";
import { tableBlockName } from "./table_blocks.ts";

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
  readonly #unread = new Set<Tensor>();

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

  /**
   * A scalar that stays on the device until it is read.
   *
   * @param tensor float32 []; released when it is read
   * @param map what is made of its value
   */
  late(tensor: Tensor, map: (value: number) => number = (value) => value): LateNumber {
    this.#unread.add(tensor);
    const read = async (): Promise<number> => {
      const [value] = await this.download(tensor);
      this.#unread.delete(tensor);
      tensor.release();
      return map(value);
    };
    let reading: Promise<number> | undefined;
    return { read: () => reading ??= read() };
  }

  /**
   * Brings tensors to the device's memory, on another thread than a graph that runs meanwhile; they are released.
   *
   * @param tensors by name; every time the same names, types and numbers of axes
   */
  async upload(tensors: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    const signature = Object.entries(tensors).map(([name, { type, shape }]) =>
      `${name} ${type} ${shape.length}`
    );
    const session = this.session(`upload_model ${signature}`, () => buildUploadGraph(tensors));
    const copies = await session.run(tensors, { keep: session.outputs });
    for (const tensor of Object.values(tensors)) tensor.release();
    return Object.fromEntries(Object.keys(tensors).map((name) => [name, copies[`${name}_copy`]]));
  }

  /**
   * The mean of gradients, which are released; of several ones by adding them up in a dense table [vocab, dim].
   *
   * @param blocks widths of the blocks of columns in which that table is kept
   */
  async mean(
    gradients: readonly BatchGradient[],
    { vocab, blocks }: { vocab: number; blocks: readonly number[] },
  ): Promise<BatchGradient> {
    if (gradients.length === 1) return gradients[0];
    const names = blocks.map((_, i) => tableBlockName("sums", i, blocks));
    let sums = await this.#zeros(vocab, blocks);
    const adding = this.session("accumulation_model", () => buildAccumulationGraph(blocks));
    for (const gradient of gradients) {
      const unique = this.#runtime.tensor(gradient.unique);
      const inputs = { ...sums, unique, gradients: gradient.gradients };
      const added = await adding.run(inputs, { keep: adding.outputs });
      for (const tensor of [unique, ...Object.values(sums)]) tensor.release();
      releaseGradient(gradient);
      sums = Object.fromEntries(names.map((name) => [name, added[`new_${name}`]]));
    }
    const unique = Int32Array.from(new Set(gradients.flatMap((each) => [...each.unique]))).sort();
    const share = this.scalar(1 / gradients.length);
    const inputs: Record<string, Tensor> = { ...sums, unique: this.#runtime.tensor(unique), share };
    const mean = this.session("mean_model", () => buildMeanGraph(blocks));
    const found = await mean.run(inputs, { keep: mean.outputs });
    for (const tensor of Object.values(inputs)) tensor.release();
    return { unique, gradients: found.gradients, gradient_squares: found.gradient_squares };
  }

  /** Tables of zeros on the device, by the names of the sums. */
  async #zeros(vocab: number, blocks: readonly number[]): Promise<Record<string, Tensor>> {
    const dim = blocks.reduce((sum, width) => sum + width, 0);
    const session = this.session("zeros_model", () => buildZerosGraph(blocks));
    const inputs = {
      column: this.#runtime.tensor(new Float32Array(vocab), [vocab, 1]),
      row: this.#runtime.tensor(new Float32Array(dim), [1, dim]),
    };
    const zeros = await session.run(inputs, { keep: session.outputs });
    for (const tensor of Object.values(inputs)) tensor.release();
    return zeros;
  }

  /** Gives the sessions back, and what was never read. */
  release(): void {
    for (const tensor of this.#unread) tensor.release();
    this.#unread.clear();
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

/** A graph that does nothing but bring tensors from the CPU's memory to the device. */
function buildUploadGraph(tensors: Readonly<Record<string, Tensor>>): Graph {
  const graph = new Graph("upload_model");
  for (const [name, { type, shape }] of Object.entries(tensors)) {
    const input = graph.input(name, type as ElementType, shape.map((_, axis) => `${name}_${axis}`));
    graph.output(`${name}_copy`, identity(input));
  }
  return graph;
}

/** A graph that does nothing but bring a table from the device to the CPU's memory. */
function buildCopyGraph(shape: readonly number[]): Graph {
  const graph = new Graph("copy_model");
  graph.output("copy", identity(graph.input("table", "float32", shape)));
  return graph;
}

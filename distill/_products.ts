import { gemm, Graph, serializeGraph, type Value } from "../graph/mod.ts";
import type { Matrix } from "../model/mod.ts";
import type { Runtime, Session } from "../runtime/mod.ts";

/** Rows that are multiplied at once: 16 MB at 1,024 columns. */
const ROWS = 4096;

/** Products of tall matrices on a runtime, some rows at a time. */
export class Products {
  readonly #runtime: Runtime;
  readonly #sessions = new Map<string, Session>();

  /** @param runtime what runs the products */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * The Gram matrix of the centred rows, (X - mean)' (X - mean). Chunks are multiplied in float32 and added up in
   * float64.
   *
   * @param x float32 [rows, n]
   * @param mean float64 [n], taken off every row
   * @returns float64 [n, n]
   */
  async gram(x: Matrix, mean: Float64Array): Promise<Float64Array> {
    const session = this.#session("gram", (_graph, rows) => gemm(rows, rows, { transposeA: true }));
    const sums = new Float64Array(x.columns ** 2);
    for (const chunk of centredChunks(x, mean)) {
      const product = await this.#run(session, { rows: chunk });
      for (let i = 0; i < sums.length; i++) sums[i] += product[i];
    }
    return sums;
  }

  /**
   * (X - mean) W.
   *
   * @param x float32 [rows, n]
   * @param mean float64 [n]
   * @param w float32 [n, k]
   * @returns float32 [rows, k]
   */
  async project(x: Matrix, mean: Float64Array, w: Matrix): Promise<Matrix> {
    const session = this.#session("project", (graph, rows) => {
      return gemm(rows, graph.input("w", "float32", ["n", "k"]));
    });
    const data = new Float32Array(x.rows * w.columns);
    let done = 0;
    for (const chunk of centredChunks(x, mean)) {
      const product = await this.#run(session, { rows: chunk, w });
      data.set(product, done);
      done += product.length;
    }
    return { data, rows: x.rows, columns: w.columns };
  }

  /** Gives the graphs back to the runtime. */
  dispose(): void {
    for (const session of this.#sessions.values()) session.release();
    this.#sessions.clear();
  }

  #session(name: string, build: (graph: Graph, rows: Value) => Value): Session {
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const graph = new Graph(name);
    graph.output("product", build(graph, graph.input("rows", "float32", ["rows", "n"])));
    const session = this.#runtime.createSession(serializeGraph(graph), { name });
    this.#sessions.set(name, session);
    return session;
  }

  async #run(session: Session, inputs: Record<string, Matrix>): Promise<Float32Array> {
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, rows, columns }]) => {
        return [name, this.#runtime.tensor(data, [rows, columns])];
      }),
    );
    try {
      const { product } = await session.run(tensors);
      const data = product.toArray() as Float32Array;
      product.release();
      return data;
    } finally {
      for (const tensor of Object.values(tensors)) tensor.release();
    }
  }
}

/** Copies of some rows at a time, with the mean taken off. */
function* centredChunks({ data, rows, columns }: Matrix, mean: Float64Array): Generator<Matrix> {
  for (let start = 0; start < rows; start += ROWS) {
    const count = Math.min(ROWS, rows - start);
    const chunk = data.slice(start * columns, (start + count) * columns);
    for (let at = 0; at < chunk.length; at += columns) {
      for (let i = 0; i < columns; i++) chunk[at + i] -= mean[i];
    }
    yield { data: chunk, rows: count, columns };
  }
}

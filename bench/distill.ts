/**
 * Distillation: every token of the mirror's teacher, the PCA of its table, and the PCA of a large one beside the bare
 * product that it cannot do without.
 *
 * ```sh
 * LATHE_HUB_MIRROR=../shared/hub deno task bench distill
 * ```
 *
 * @module
 */
import { fillNormal, Random } from "../data/mod.ts";
import { applyPca, distill, kMeans, Teacher } from "../distill/mod.ts";
import { gemm, Graph, serializeGraph } from "../graph/mod.ts";
import { Hub } from "../hub/mod.ts";
import type { Matrix } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";

/** Prints one line a measurement. */
export async function main(): Promise<void> {
  const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? "../shared/hub";
  using runtime = Runtime.open();
  const teacher = await Teacher.load("hf://models/lathe-data/tiny-teacher", {
    hub: new Hub({ mirror }),
    runtime,
  });
  const tokens = teacher.tokenizer.vocabSize;
  const bags = {
    ids: Int32Array.from({ length: tokens }, (_, id) => id),
    offsets: Int32Array.from({ length: tokens + 1 }, (_, id) => id),
  };
  const table = await timed(`the teacher's vectors of ${tokens} tokens`, () => teacher.embed(bags));
  await timed(`PCA of ${table.rows} x ${table.columns}`, () => applyPca(table, { keep: 64, runtime }));
  await timed("a whole distillation of it", () => distill(teacher));
  await timed("its rows in 2,048 clusters", () => kMeans(table, { clusters: 2048, runtime }));
  teacher.dispose();
  const large = randomMatrix(100_000, 1024);
  const product = await timed("the bare product of 100,000 x 1,024", () => bareProduct(large, runtime));
  const pca = await timed("PCA of 100,000 x 1,024 to 256", () => applyPca(large, { keep: 256, runtime }));
  console.log(`PCA to bare product${(pca.seconds / product.seconds).toFixed(1).padStart(22)}`);
}

async function timed<T extends object>(
  name: string,
  work: () => Promise<T>,
): Promise<T & { seconds: number }> {
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name.padEnd(38)}${seconds.toFixed(2).padStart(8)} s`);
  return Object.assign(result, { seconds });
}

function randomMatrix(rows: number, columns: number): Matrix {
  const data = new Float32Array(rows * columns);
  fillNormal(data, new Random(1));
  return { data, rows, columns };
}

async function bareProduct({ data, rows, columns }: Matrix, runtime: Runtime): Promise<object> {
  const graph = new Graph("product");
  const x = graph.input("x", "float32", ["rows", "columns"]);
  graph.output("product", gemm(x, x, { transposeA: true }));
  using session = runtime.createSession(serializeGraph(graph), { name: "product" });
  using tensor = runtime.tensor(data, [rows, columns]);
  const { product } = await session.run({ x: tensor });
  product.release();
  return {};
}

if (import.meta.main) await main();

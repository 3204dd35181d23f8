/**
 * Exact search at several truncations: the time of six sizes over that of the largest alone, at NanoBEIR's numbers
 * (57,000 documents, 650 queries, 1,024 dimensions, vectors given), and the memory of five million documents.
 *
 * ```sh
 * deno task bench ranking
 * deno task bench ranking large      # 5,000,000 documents of 256 dimensions, 100 queries: some minutes
 * ```
 *
 * @module
 */
import { memoryUsage } from "node:process";
import { kernelArithmetic, type Matrix, VectorRanker } from "../eval/mod.ts";
import { Kernels } from "../kernels/mod.ts";

/** How often each is measured; the best counts. */
const REPEATS = 3;
/** Documents that come at once, as from an encoder. */
const CHUNK = 2048;
/** Results kept of each query, as MAP@100 needs them. */
const K = 100;

/** Prints the ratio, or with `large` time and memory. */
export async function main([what]: readonly string[]): Promise<void> {
  using kernels = await Kernels.start();
  if (what === "large") return measureLarge(kernels);
  const queries = randomMatrix(650, 1024, 1);
  const documents = randomMatrix(57_000, 1024, 2);
  const curve = [32, 64, 128, 256, 512, 1024];
  const best = [Infinity, Infinity];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    [[1024], curve].forEach((sizes, i) =>
      best[i] = Math.min(best[i], seconds(kernels, { queries, documents, sizes }))
    );
  }
  const [alone, all] = best;
  console.log(`57,000 documents, 650 queries, best of ${REPEATS}, ${kernels.threads} threads`);
  console.log(`1,024 dimensions alone   ${alone.toFixed(2)} s`);
  console.log(`32 to 1,024, six sizes   ${all.toFixed(2)} s   ratio ${(all / alone).toFixed(2)}`);
}

function seconds(
  kernels: Kernels,
  { queries, documents, sizes }: { queries: Matrix; documents: Matrix; sizes: number[] },
): number {
  const mark = kernels.memory.mark();
  const start = performance.now();
  const ranker = new VectorRanker(queries, { sizes, k: K, arithmetic: kernelArithmetic(kernels) });
  for (let row = 0; row < documents.rows; row += CHUNK) {
    const rows = Math.min(CHUNK, documents.rows - row);
    const data = documents.data.subarray(row * documents.columns, (row + rows) * documents.columns);
    ranker.add({ data, rows, columns: documents.columns });
  }
  ranker.rankings();
  const elapsed = (performance.now() - start) / 1000;
  kernels.memory.release(mark);
  return elapsed;
}

function measureLarge(kernels: Kernels): void {
  const columns = 256;
  const sizes = [32, 64, 128, 256];
  const ranker = new VectorRanker(randomMatrix(100, columns, 1), {
    sizes,
    k: K,
    arithmetic: kernelArithmetic(kernels),
  });
  let peak = 0;
  const start = performance.now();
  for (let row = 0; row < 5_000_000; row += CHUNK) {
    ranker.add(randomMatrix(Math.min(CHUNK, 5_000_000 - row), columns, row));
    peak = Math.max(peak, memoryUsage.rss());
  }
  ranker.rankings();
  const elapsed = (performance.now() - start) / 1000;
  console.log(
    `5,000,000 documents of ${columns} dimensions, 100 queries, sizes ${sizes.join(", ")}: ${
      elapsed.toFixed(0)
    } s ` +
      `with drawing them, at most ${(peak / 2 ** 30).toFixed(2)} GiB of memory`,
  );
}

/** Numbers from -1 to 1, by xorshift32: fast to draw. */
function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const data = new Float32Array(rows * columns);
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[i] = state / 2 ** 31;
  }
  return { data, rows, columns };
}

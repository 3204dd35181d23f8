/**
 * The dense AdamW pass over rows that had no gradient for a thousand steps, beside rows that had one just before.
 *
 * 8,192 rows of 1,024 dimensions, one thread; then 64 rows, which stay in the cache, so that only arithmetic counts.
 */
import { Kernels } from "../kernels/mod.ts";
import { median } from "./_median.ts";
import { DIM } from "./_reference_task.ts";

const ROUNDS = 15;

/** First moments that 0.9 a step leaves of 1e-3: at once, and after 830 steps, below the smallest normal float32. */
const MOMENTS = { "a step ago": 1e-3, "long ago": 1e-41 };

/** Milliseconds of a pass; its first one, which meets the moments as they are given, does not count. */
function passTimes(kernels: Kernels, rows: number, passes: number): Record<string, number[]> {
  const { memory } = kernels;
  const table = memory.float32(rows * DIM).fill(0.5);
  const first = memory.float32(rows * DIM);
  const second = memory.float32(rows * DIM);
  const hyper = memory.float32(9);
  hyper.set([1, 0.9, 0.1, 0.999, 0.001, 0.01, 1, 1e-8, 1]);
  const slots = memory.int32(rows).fill(-1);
  const job = {
    table,
    first,
    second,
    slots,
    gradients: memory.float32(DIM),
    hyper,
    columns: DIM,
    items: rows,
  };
  const times: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, moment] of Object.entries(MOMENTS)) {
      first.fill(moment);
      second.fill(1e-6);
      kernels.adamw(job);
      const start = performance.now();
      for (let pass = 0; pass < passes; pass++) kernels.adamw(job);
      (times[name] ??= []).push((performance.now() - start) / passes);
    }
  }
  return times;
}

/** Prints the medians and their ratios. */
export async function main(): Promise<void> {
  using kernels = await Kernels.start({ threads: 1 });
  for (const [rows, passes] of [[8192, 2], [64, 100]]) {
    const times = Object.entries(passTimes(kernels, rows, passes)).map(([name, each]) =>
      [name, median(each)] as const
    );
    const shown = times.map(([name, time]) => `${name} ${time.toFixed(3)} ms`).join(", ");
    console.log(`${rows} rows with a gradient ${shown}: ratio ${(times[1][1] / times[0][1]).toFixed(2)}`);
  }
}

if (import.meta.main) await main();

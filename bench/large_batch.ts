/**
 * The chunked loss over large batches: time per pair against what the arithmetic of batch 2,048 predicts, and memory
 * beyond the embeddings. 1,024 dimensions, Matryoshka 32..1,024: `large_batch [PAIRS [CHUNK]]`.
 */
import { Runtime } from "../runtime/mod.ts";
import { ChunkedLoss, type PooledBatch, WholeLoss } from "../train/mod.ts";
import { DIM, PAIRS, REFERENCE_TASK } from "./_reference_task.ts";

const MIB = 2 ** 20;

function batchOf(pairs: number): PooledBatch {
  const pooled = new Float32Array(2 * pairs * DIM);
  // Any fixed numbers around 0 will do; a full generator would take longer than the loss of the small batch.
  for (let i = 0; i < pooled.length; i++) pooled[i] = ((i * 2654435761) % 4096) / 2048 - 1;
  return { pairs, pooled, gradients: new Float32Array(pooled.length).fill(0), extras: {} };
}

/** Prints the figures for one batch size. */
export async function main(args: readonly string[]): Promise<void> {
  const pairs = Number(args[0] ?? 16_384);
  const chunk = args[1] === undefined ? 1024 : Number(args[1]);
  using runtime = Runtime.open();
  const small = batchOf(PAIRS);
  const whole = new WholeLoss(runtime, REFERENCE_TASK);
  const times: number[] = [];
  for (let round = 0; round < 4; round++) {
    const start = performance.now();
    await whole.run(small);
    if (round > 0) times.push(performance.now() - start);
  }
  whole.release();
  const base = times.sort((a, b) => a - b)[1];
  const batch = batchOf(pairs);
  const before = Deno.memoryUsage().rss;
  const chunked = new ChunkedLoss(runtime, REFERENCE_TASK, chunk);
  const start = performance.now();
  await chunked.run(batch);
  const time = performance.now() - start;
  const beyond = (peakResident() ?? Deno.memoryUsage().rss) - before;
  chunked.release();
  const predicted = base * (pairs / PAIRS) ** 2;
  console.log(`batch ${PAIRS}: ${base.toFixed(0)} ms`);
  console.log(
    `batch ${pairs}: ${(time / 1000).toFixed(1)} s, ${(time / pairs).toFixed(3)} ms a pair; ratio to the ` +
      `prediction from ${PAIRS}: ${(time / predicted).toFixed(2)}`,
  );
  console.log(`memory beyond tables and embeddings: ${(beyond / MIB).toFixed(0)} MiB`);
}

/** Largest resident memory of this process so far, in bytes; only where the system tells. */
function peakResident(): number | undefined {
  try {
    const line = Deno.readTextFileSync("/proc/self/status").match(/VmHWM:\s+(\d+) kB/);
    return line === null ? undefined : Number(line[1]) * 1024;
  } catch {
    return undefined;
  }
}

if (import.meta.main) await main(Deno.args);

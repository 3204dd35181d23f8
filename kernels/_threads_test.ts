import assert from "node:assert/strict";
import { type KernelJob, KernelThreads, type KernelThreadsOptions } from "./_threads.ts";
import { KernelMemory } from "./memory.ts";

const ROWS = 64;
const COLUMNS = 8;

/** Long enough for a loaded machine to take a range, short enough to wait for. */
const PATIENCE = 500;

const DYING = new URL("./_test_dying_worker.ts", import.meta.url).href;

/** Threads, and a job that doubles every number of some rows of ones. */
async function doubling(
  options: KernelThreadsOptions,
): Promise<{ threads: KernelThreads; job: KernelJob; rows: Float32Array }> {
  const memory = new KernelMemory();
  const rows = memory.float32(ROWS * COLUMNS).fill(1);
  const factors = memory.float32(ROWS).fill(2);
  const threads = await KernelThreads.start(memory, options);
  const values = [rows.byteOffset, COLUMNS, factors.byteOffset];
  return { threads, rows, job: { name: "scaleRows", items: ROWS, grain: 1, values } };
}

Deno.test("KernelThreads: every item is worked on once, job after job", async () => {
  const { threads, job, rows } = await doubling({ threads: 3 });
  for (let turn = 1; turn <= 100; turn++) {
    threads.run(job);
    assert.ok(rows.every((value) => value === 2 ** turn));
  }
  threads.stop();
});

Deno.test("KernelThreads: a kernel that traps fails its job, on whichever thread, and the threads live on", async () => {
  const { threads, job, rows } = await doubling({ threads: 3 });
  // The end of the address space, which the memory does not reach: every row is out of bounds.
  const astray = { ...job, values: [-4 * ROWS * COLUMNS, COLUMNS, job.values[2]] };
  for (let turn = 0; turn < 5; turn++) {
    const [bad, good] = [threads.submit(astray), threads.submit(job)];
    assert.throws(() => threads.finish(bad), /Cannot run the kernel scaleRows: it trapped/);
    threads.finish(good);
    assert.ok(rows.every((value) => value === 2 ** (turn + 1)));
  }
  threads.stop();
});

Deno.test("KernelThreads: a thread that has ended before a job is not missed", async () => {
  const { threads, job, rows } = await doubling({ threads: 3, patience: PATIENCE, program: new URL(DYING) });
  threads.run(job);
  assert.ok(rows.every((value) => value === 2));
});

Deno.test("KernelThreads: a thread that ends in the middle of a job makes it fail, and every one after it", async () => {
  const program = new URL(`${DYING}?busy`);
  const { threads, job } = await doubling({ threads: 2, patience: PATIENCE, program });
  const begun = threads.submit(job);
  await new Promise((resolve) => setTimeout(resolve, PATIENCE)); // it begins, and ends
  const message =
    /^Error: Cannot run kernels: a thread has ended, or hangs for 0.5 s; start the threads anew$/;
  assert.throws(() => threads.finish(begun), message);
  assert.throws(() => threads.run(job), message);
});

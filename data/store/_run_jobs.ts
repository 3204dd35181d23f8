import type { Hub } from "../../hub/mod.ts";
import type { Tokenizer } from "../../text/mod.ts";
import { JobRunner, type JobSetup, type OnRows } from "./_job_runner.ts";
import { Thread } from "./_thread.ts";
import type { StoreJob, TextRow } from "./_jobs.ts";

/** Default of {@linkcode RunJobsOptions.threadBytes}. */
const THREAD_BYTES = 16 * 2 ** 20;

/** Options of {@linkcode runJobs}. */
export interface RunJobsOptions {
  /** What turns texts into token ids. */
  tokenizer: Tokenizer;
  /** Where files of the hub are read from. */
  hub?: Hub;
  /**
   * Most threads.
   *
   * @default as many as the machine has cores
   */
  threads?: number;
  /**
   * Bytes of files that make it worth starting a thread.
   *
   * @default 16777216
   */
  threadBytes?: number;
  /** Called after some rows. */
  onRows: OnRows;
  /** Ends the work at once. */
  signal?: AbortSignal;
}

/**
 * Carries out jobs, in threads if there is enough to do. What is written does not depend on their number.
 *
 * @returns the rows that were found, and those to hold out among all rows read
 * @throws the first error of a job; the others are ended
 */
export async function runJobs(
  jobs: readonly StoreJob[],
  setup: JobSetup,
  options: RunJobsOptions,
): Promise<TextRow[]> {
  const fileBytes = setup.source.files.reduce((sum, { size }) => sum + size, 0);
  const bytes = fileBytes * jobs.length / Math.max(1, setup.units.length);
  const threads = Math.min(
    options.threads ?? navigator.hardwareConcurrency,
    jobs.length,
    Math.floor(bytes / (options.threadBytes ?? THREAD_BYTES)),
  );
  return threads < 2 ? await runHere(jobs, setup, options) : await runInThreads(jobs, setup, {
    ...options,
    threads,
  });
}

async function runHere(
  jobs: readonly StoreJob[],
  setup: JobSetup,
  { tokenizer, hub, onRows, signal }: RunJobsOptions,
): Promise<TextRow[]> {
  const runner = new JobRunner(setup, tokenizer, hub);
  const found: TextRow[][] = [];
  for (const job of jobs) {
    signal?.throwIfAborted();
    found.push(
      await runner.run(job, (rows, tokens) => {
        signal?.throwIfAborted();
        onRows(rows, tokens);
      }),
    );
  }
  return [...found, runner.heldOutRows()].flat();
}

async function runInThreads(
  jobs: readonly StoreJob[],
  setup: JobSetup,
  { tokenizer, hub, threads, onRows, signal }: RunJobsOptions & { threads: number },
): Promise<TextRow[]> {
  const start = { setup, tokenizer: tokenizer.json, hub: hub?.options };
  const workers = Array.from({ length: threads }, () => new Thread(start, onRows));
  const queue = [...jobs];
  const found: TextRow[][] = [];
  const workOff = async (worker: Thread): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      found.push(await worker.ask(job));
    }
    found.push(await worker.ask("finish"));
  };
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal!.reason);
  signal?.addEventListener("abort", abort);
  try {
    signal?.throwIfAborted();
    await Promise.race([Promise.all(workers.map(workOff)), aborted]);
    return found.flat();
  } finally {
    signal?.removeEventListener("abort", abort);
    for (const worker of workers) worker.end();
  }
}

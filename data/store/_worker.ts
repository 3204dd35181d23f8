/** A thread that makes shards: it is given the store once, then one job after the other. */
import { Hub, type HubOptions } from "../../hub/mod.ts";
import { loadTokenizer } from "../../text/mod.ts";
import { JobRunner, type JobSetup } from "./_job_runner.ts";
import { DiskFullError } from "./_write_whole.ts";
import type { StoreJob, TextRow } from "./_jobs.ts";

/** What a thread is started with. */
export interface WorkerStart {
  /** The store. */
  setup: JobSetup;
  /** JSON of the tokenizer. */
  tokenizer: string;
  /** Where files of the hub are read from. */
  hub: HubOptions | undefined;
}

/** What a thread is told: first how it starts, then jobs, in the end "finish". */
export type WorkerOrder = WorkerStart | StoreJob | "finish";

/** What a thread answers: rows as they are done; to every job, and to "finish", the rows found. */
export type WorkerAnswer =
  | { kind: "rows"; rows: number; tokens: number }
  | { kind: "done"; found: TextRow[] }
  | { kind: "failed"; error: unknown; fullBytes?: number };

/** The thread's own global scope; Deno's default library types describe the window's. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerOrder>) => void;
  postMessage(answer: WorkerAnswer): void;
};

let runner: Promise<JobRunner>;

scope.onmessage = async ({ data: order }) => {
  try {
    if (order === "finish") scope.postMessage({ kind: "done", found: (await runner).heldOutRows() });
    else if ("setup" in order) runner = start(order);
    else {
      const found = await (await runner).run(order, (rows, tokens) => {
        scope.postMessage({ kind: "rows", rows, tokens });
      });
      scope.postMessage({ kind: "done", found });
    }
  } catch (error) {
    const isFull = error instanceof DiskFullError;
    scope.postMessage({ kind: "failed", error, fullBytes: isFull ? error.bytes : undefined });
  }
};

async function start({ setup, tokenizer, hub }: WorkerStart): Promise<JobRunner> {
  return new JobRunner(
    setup,
    await loadTokenizer(tokenizer, "of the data"),
    hub === undefined ? undefined : new Hub(hub),
  );
}

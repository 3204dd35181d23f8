import type { OnRows } from "./_job_runner.ts";
import type { WorkerAnswer, WorkerOrder, WorkerStart } from "./_worker.ts";
import { DiskFullError } from "./_write_whole.ts";
import type { TextRow } from "./_jobs.ts";

/** A worker that is asked one thing at a time. */
export class Thread {
  readonly #worker = new Worker(new URL("./_worker.ts", import.meta.url), {
    type: "module",
    name: "lathe tokens",
  });
  #pending = Promise.withResolvers<TextRow[]>();

  /**
   * Starts it.
   *
   * @param start the store
   * @param onRows hears of rows as they are done; an error that it throws ends the order under way
   */
  constructor(start: WorkerStart, onRows: OnRows) {
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      if (data.kind === "done") this.#pending.resolve(data.found);
      else if (data.kind === "failed") this.#pending.reject(errorOf(data));
      else {
        try {
          onRows(data.rows, data.tokens);
        } catch (error) {
          this.#pending.reject(error);
        }
      }
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#pending.reject(new Error(`Cannot tokenize: a thread ended (${event.message}); start again`));
    };
    this.#post(start);
  }

  /** The answer to an order. */
  async ask(order: WorkerOrder): Promise<TextRow[]> {
    this.#pending = Promise.withResolvers();
    this.#post(order);
    return await this.#pending.promise;
  }

  /** Ends the thread at once. */
  end(): void {
    this.#worker.terminate();
  }

  #post(order: WorkerOrder): void {
    this.#worker.postMessage(order);
  }
}

function errorOf({ error, fullBytes }: Extract<WorkerAnswer, { kind: "failed" }>): unknown {
  return fullBytes === undefined ? error : new DiskFullError("a shard", fullBytes, error);
}

import type { TokenBags } from "../text/mod.ts";
import type { BatchSequence } from "./batches.ts";
import type { FeedAnswer, FeedOrder, SlotBatch } from "./_feed_worker.ts";
import type { FeedSource } from "./feed_source.ts";

/** A batch that a feed has ready. */
export interface FedBatch extends SlotBatch {
  /** Token ids of every text column, one text a row of the batch; offsets begin where the column does. */
  columns: TokenBags[];
}

/** Options of {@linkcode BatchFeed}. */
export interface BatchFeedOptions {
  /** Where the rows are, in the order of the plan. */
  sources: readonly FeedSource[];
  /** Which rows make which batch. */
  sequence: BatchSequence;
  /** Rows of the embedding table; every token id must be below. */
  vocab: number;
  /**
   * Number of the first batch, from 0.
   *
   * @default 0
   */
  from?: number;
  /**
   * Batches that are made ahead, at least 1.
   *
   * @default 4
   */
  ahead?: number;
}

/**
 * The batches of a sequence, made by a thread of its own some steps ahead: rows are read, sampled and gathered, and their
 * tokens grouped. It works only as far ahead as there are slots of shared memory; a slot is free again when the next
 * batch is asked for. Which batches come does not depend on how fast they are taken.
 *
 * A slot takes 8 bytes a token, 8 a text and 8 a distinct token, and up to twice that since memory grows by doubling: of
 * 2,048 pairs of 82 tokens about 1.5 MB, and there are `ahead` + 1 of them. The rows of the data sets come on top
 * ({@linkcode BatchSequenceOptions.memory}).
 *
 * Close it when done, or its thread keeps the process alive.
 */
export class BatchFeed {
  readonly #worker = new Worker(new URL("./_feed_worker.ts", import.meta.url), {
    type: "module",
    name: "lathe batches",
  });
  readonly #answers: FeedAnswer[] = [];
  #awaited: PromiseWithResolvers<void> | undefined;
  #held: number | undefined;

  /** Starts the thread. */
  constructor({ sources, sequence, vocab, from = 0, ahead = 4 }: BatchFeedOptions) {
    this.#worker.onmessage = ({ data }: MessageEvent<FeedAnswer>) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      const error = new Error(`Cannot make batches: the thread ended (${event.message}); start again`);
      this.#receive({ kind: "failed", error });
    };
    const { datasets, options } = sequence;
    this.#post({ sources, datasets, options, from, vocab });
    for (let slot = 0; slot <= ahead; slot++) this.#post(slot);
  }

  /**
   * The next batch, valid until the one after it is asked for; undefined after the last, or when the feed was closed.
   *
   * @throws what the thread threw, after the batches before it
   */
  async next(): Promise<FedBatch | undefined> {
    if (this.#held !== undefined) this.#post(this.#held);
    this.#held = undefined;
    if (this.#answers.length === 0) {
      this.#awaited = Promise.withResolvers();
      await this.#awaited.promise;
    }
    const [answer] = this.#answers;
    if (answer.kind === "failed") throw answer.error;
    if (answer.kind === "end") return undefined;
    this.#answers.shift();
    this.#held = answer.slot;
    return { ...answer.batch, columns: columnsOf(answer.batch) };
  }

  /** Ends the thread at once. */
  close(): void {
    this.#worker.terminate();
    this.#answers.length = 0;
    this.#receive({ kind: "end" });
  }

  #receive(answer: FeedAnswer): void {
    this.#answers.push(answer);
    this.#awaited?.resolve();
  }

  #post(order: FeedOrder): void {
    this.#worker.postMessage(order);
  }
}

function columnsOf({ plan: { ids, offsets, pairs, texts } }: SlotBatch): TokenBags[] {
  return Array.from({ length: texts / pairs }, (_, c) => {
    return { ids, offsets: offsets.subarray(c * pairs, (c + 1) * pairs + 1) };
  });
}

/** A thread that makes batches: it is told once from where, then which slots of memory are free. */
import { BatchMemory } from "./batch_memory.ts";
import { type Batch, BatchSequence, type BatchSequenceOptions, type BatchSource } from "./batches.ts";
import { collateBatch } from "./collate.ts";
import { type FeedSource, openFeedSource } from "./feed_source.ts";
import { type TokenPlan, TokenPlanner } from "./token_plan.ts";

/** What a thread is started with. */
export interface FeedStart {
  /** The data sets. */
  sources: readonly FeedSource[];
  /** What their batches were planned from. */
  datasets: readonly BatchSource[];
  /** How they were planned. */
  options: BatchSequenceOptions;
  /** Number of the first batch. */
  from: number;
  /** Rows of the table. */
  vocab: number;
}

/** A batch as it lies in a slot. */
export interface SlotBatch extends Omit<Batch, "window" | "rows"> {
  /** Its tokens. */
  plan: TokenPlan;
  /** float32 [pairs, n], if the data set has labels. */
  labels?: Float32Array;
}

/** What a thread is told: first how it starts, then slots by number that are free. */
export type FeedOrder = FeedStart | number;

/** What a thread answers: a batch in a slot, that there are no more, or why it stopped. */
export type FeedAnswer =
  | { kind: "batch"; slot: number; batch: SlotBatch }
  | { kind: "end" }
  | { kind: "failed"; error: unknown };

/** The thread's own global scope; Deno's default library types describe the window's. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<FeedOrder>) => void;
  postMessage(answer: FeedAnswer): void;
};

/** Writes one batch after the other into slots. */
class SlotFiller {
  readonly #batches: Generator<Batch>;
  readonly #planner: TokenPlanner;
  readonly #gathered = new BatchMemory();
  readonly #slots: BatchMemory[] = [];

  constructor({ sources, datasets, options, from, vocab }: FeedStart) {
    this.#batches = new BatchSequence(datasets, options).iterate(sources.map(openFeedSource), from);
    this.#planner = new TokenPlanner(vocab);
  }

  fill(slot: number): FeedAnswer {
    const next = this.#batches.next();
    if (next.done) return { kind: "end" };
    const { window, rows, ...batch } = next.value;
    const memory = this.#slots[slot] ??= new BatchMemory({ shared: true });
    const { columns, labels: gathered } = collateBatch(window, rows, this.#gathered);
    const plan = this.#planner.plan(columns, memory);
    const labels = gathered && memory.float32("labels", gathered.length);
    labels?.set(gathered!);
    return { kind: "batch", slot, batch: { ...batch, plan, labels } };
  }
}

let filler: SlotFiller | undefined;

scope.onmessage = ({ data: order }) => {
  let answer: FeedAnswer | undefined;
  try {
    if (typeof order !== "number") filler = new SlotFiller(order);
    else if (filler !== undefined) answer = filler.fill(order);
  } catch (error) {
    filler = undefined;
    answer = { kind: "failed", error };
  }
  if (answer !== undefined) scope.postMessage(answer);
};

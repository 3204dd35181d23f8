import type { KernelMemory, SharedFloats, SharedIntegers } from "../kernels/mod.ts";
import type { TokenBags } from "../text/mod.ts";

/** The token ids of a batch, arranged for pooling and for its gradient. All texts of all columns are one list. */
export interface BatchPlan {
  /** Rows of the batch (pairs, triplets). */
  pairs: number;
  /** Texts: pairs times columns; text `column * pairs + row`. */
  texts: number;
  /** Distinct tokens. */
  uniqueCount: number;
  /** int32: table row of every token; text i holds `ids[offsets[i] .. offsets[i + 1])`. */
  ids: SharedIntegers;
  /** int32 [texts + 1]. */
  offsets: SharedIntegers;
  /** float32 [texts]: 1 / number of tokens. */
  inverseCounts: SharedFloats;
  /** int32 [uniqueCount]: the distinct table rows, ascending. */
  unique: SharedIntegers;
  /** int32: the text of every token, grouped by distinct token: `users[userOffsets[u] .. userOffsets[u + 1])`. */
  users: SharedIntegers;
  /** int32 [uniqueCount + 1]. */
  userOffsets: SharedIntegers;
}

/**
 * Arranges batches on kernel memory. Two plans exist at a time: while one is used the next can be built; the one before
 * is overwritten.
 */
export class BatchPlanner {
  readonly #memory: KernelMemory;
  readonly #counts: Int32Array;
  readonly #buffers: PlanBuffers[] = [{}, {}];
  #turn = 0;

  /**
   * A planner over kernel memory.
   *
   * @param memory where the plans lie
   * @param vocab rows of the table; every id must be below
   */
  constructor(memory: KernelMemory, vocab: number) {
    this.#memory = memory;
    this.#counts = new Int32Array(vocab + 1);
  }

  /**
   * Arranges a batch.
   *
   * @param columns token ids of each text column; all have the same number of texts, none of them empty
   * @throws {RangeError} if a text has no token or an id lies outside the table
   */
  plan(columns: readonly TokenBags[]): BatchPlan {
    this.#turn = 1 - this.#turn;
    const buffers = this.#buffers[this.#turn];
    const pairs = columns[0].offsets.length - 1;
    const texts = pairs * columns.length;
    const tokens = columns.reduce((sum, { offsets }) => sum + offsets[pairs] - offsets[0], 0);
    const plan: BatchPlan = {
      pairs,
      texts,
      uniqueCount: 0,
      ids: this.#integers(buffers, "ids", tokens),
      offsets: this.#integers(buffers, "offsets", texts + 1),
      inverseCounts: this.#floats(buffers, texts),
      unique: this.#integers(buffers, "unique", Math.min(tokens, this.#counts.length - 1)),
      users: this.#integers(buffers, "users", tokens),
      userOffsets: this.#integers(buffers, "userOffsets", Math.min(tokens, this.#counts.length - 1) + 1),
    };
    this.#joinColumns(columns, plan);
    this.#groupByToken(plan);
    return plan;
  }

  #joinColumns(columns: readonly TokenBags[], plan: BatchPlan): void {
    const { ids, offsets, inverseCounts, pairs } = plan;
    let text = 0;
    let end = 0;
    for (const column of columns) {
      const first = column.offsets[0];
      const shift = end - first;
      ids.set(column.ids.subarray(first, column.offsets[pairs]), end);
      for (let row = 0; row < pairs; row++, text++) {
        const count = column.offsets[row + 1] - column.offsets[row];
        if (count === 0) {
          throw new RangeError(`Cannot pool: text ${row} of the batch has no token; drop empty texts`);
        }
        inverseCounts[text] = 1 / count;
        offsets[text] = column.offsets[row] + shift;
      }
      end = column.offsets[pairs] + shift;
    }
    offsets[text] = end;
  }

  /** A counting sort of the tokens by their table row. */
  #groupByToken(plan: BatchPlan): void {
    const { ids, offsets, unique, users, userOffsets, texts } = plan;
    const counts = this.#counts;
    const vocab = counts.length - 1;
    counts.fill(0);
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocab) {
        throw new RangeError(
          `Cannot pool: token id ${
            ids[i]
          } is outside the table of ${vocab} rows; use the table's own tokenizer`,
        );
      }
      counts[ids[i]]++;
    }
    let used = 0;
    let start = 0;
    for (let id = 0; id < vocab; id++) {
      if (counts[id] === 0) continue;
      unique[used] = id;
      userOffsets[used++] = start;
      start += counts[id];
      counts[id] = start - counts[id];
    }
    userOffsets[used] = start;
    plan.uniqueCount = used;
    for (let text = 0; text < texts; text++) {
      for (let i = offsets[text]; i < offsets[text + 1]; i++) users[counts[ids[i]]++] = text;
    }
  }

  #integers(
    buffers: PlanBuffers,
    name: "ids" | "offsets" | "unique" | "users" | "userOffsets",
    length: number,
  ): SharedIntegers {
    let buffer = buffers[name];
    if (buffer === undefined || buffer.length < length) {
      buffers[name] = buffer = this.#memory.int32(roomFor(length));
    }
    return buffer.subarray(0, length);
  }

  #floats(buffers: PlanBuffers, length: number): SharedFloats {
    if (buffers.inverseCounts === undefined || buffers.inverseCounts.length < length) {
      buffers.inverseCounts = this.#memory.float32(roomFor(length));
    }
    return buffers.inverseCounts.subarray(0, length);
  }
}

interface PlanBuffers {
  ids?: SharedIntegers;
  offsets?: SharedIntegers;
  unique?: SharedIntegers;
  users?: SharedIntegers;
  userOffsets?: SharedIntegers;
  inverseCounts?: SharedFloats;
}

/** Doubling, because memory that was handed out is not taken back: what is wasted stays below what is used. */
function roomFor(length: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(length, 1024)));
}

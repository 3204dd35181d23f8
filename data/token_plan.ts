import type { TokenBags } from "../text/mod.ts";

/**
 * The token ids of a batch, arranged for pooling and for its gradient: all texts of all columns are one list, and of
 * every distinct token it is known which texts have it.
 */
export interface TokenPlan<B extends ArrayBufferLike = ArrayBufferLike> {
  /** Rows of the batch (pairs, triplets). */
  pairs: number;
  /** Texts: pairs times columns; text `column * pairs + row`. */
  texts: number;
  /** Distinct tokens. */
  uniqueCount: number;
  /** int32: table row of every token; text i holds `ids[offsets[i] .. offsets[i + 1])`. */
  ids: Int32Array<B>;
  /** int32 [texts + 1]. */
  offsets: Int32Array<B>;
  /** float32 [texts]: 1 / number of tokens. */
  inverseCounts: Float32Array<B>;
  /** int32 [uniqueCount]: the distinct table rows, ascending. */
  unique: Int32Array<B>;
  /** int32: the text of every token, grouped by distinct token: `users[userOffsets[u] .. userOffsets[u + 1])`. */
  users: Int32Array<B>;
  /** int32 [uniqueCount + 1]. */
  userOffsets: Int32Array<B>;
}

/** Names of the arrays of a plan. */
export type TokenPlanArray = "ids" | "offsets" | "unique" | "users" | "userOffsets" | "inverseCounts";

/** Where a plan's arrays lie. */
export interface TokenPlanMemory<B extends ArrayBufferLike = ArrayBufferLike> {
  /** An array of so many entries, to be overwritten. */
  int32(name: TokenPlanArray, length: number): Int32Array<B>;
  /** An array of so many entries, to be overwritten. */
  float32(name: TokenPlanArray, length: number): Float32Array<B>;
}

/** Arranges batches by their tokens. */
export class TokenPlanner {
  readonly #counts: Int32Array;

  /**
   * A planner for batches of one table.
   *
   * @param vocab rows of the table; every id must be below
   */
  constructor(vocab: number) {
    this.#counts = new Int32Array(vocab);
  }

  /**
   * Arranges a batch.
   *
   * @param columns token ids of each text column; all have the same number of texts, none of them empty
   * @param memory where the plan is written
   * @throws {RangeError} if a text has no token or an id lies outside the table
   */
  plan<B extends ArrayBufferLike>(columns: readonly TokenBags[], memory: TokenPlanMemory<B>): TokenPlan<B> {
    const pairs = columns[0].offsets.length - 1;
    const texts = pairs * columns.length;
    const tokens = columns.reduce((sum, { offsets }) => sum + offsets[pairs] - offsets[0], 0);
    const ids = memory.int32("ids", tokens);
    const offsets = memory.int32("offsets", texts + 1);
    const inverseCounts = memory.float32("inverseCounts", texts);
    joinColumns(columns, { ids, offsets, inverseCounts });
    const uniqueCount = this.#count(ids);
    const unique = memory.int32("unique", uniqueCount);
    const userOffsets = memory.int32("userOffsets", uniqueCount + 1);
    const users = memory.int32("users", tokens);
    const plan = { pairs, texts, uniqueCount, ids, offsets, inverseCounts, unique, users, userOffsets };
    this.#groupByToken(plan);
    return plan;
  }

  /** Counts every token; gives the number of distinct ones. */
  #count(ids: Int32Array): number {
    const counts = this.#counts.fill(0);
    let distinct = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i];
      if (id < 0 || id >= counts.length) {
        throw new RangeError(
          `Cannot pool: token id ${id} is outside the table of ${counts.length} rows; use the table's own tokenizer`,
        );
      }
      if (counts[id]++ === 0) distinct++;
    }
    return distinct;
  }

  /** A counting sort of the tokens by their table row. */
  #groupByToken({ ids, offsets, unique, users, userOffsets, texts }: TokenPlan): void {
    const counts = this.#counts;
    let used = 0;
    let start = 0;
    for (let id = 0; id < counts.length; id++) {
      if (counts[id] === 0) continue;
      unique[used] = id;
      userOffsets[used++] = start;
      start += counts[id];
      counts[id] = start - counts[id];
    }
    userOffsets[used] = start;
    for (let text = 0; text < texts; text++) {
      for (let i = offsets[text]; i < offsets[text + 1]; i++) users[counts[ids[i]]++] = text;
    }
  }
}

/** Puts the texts of all columns one behind the other. */
function joinColumns(
  columns: readonly TokenBags[],
  { ids, offsets, inverseCounts }: Pick<TokenPlan, "ids" | "offsets" | "inverseCounts">,
): void {
  let text = 0;
  let end = 0;
  for (const column of columns) {
    const pairs = column.offsets.length - 1;
    const shift = end - column.offsets[0];
    ids.set(column.ids.subarray(column.offsets[0], column.offsets[pairs]), end);
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

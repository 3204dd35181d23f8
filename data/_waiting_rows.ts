import { grown } from "./_grown.ts";
import { HashMap64 } from "./_hash_map.ts";
import { highestLevel } from "./_highest_level.ts";
import type { OpenBatch } from "./_open_batch.ts";
import { EMPTY, RowHeaps } from "./_row_heaps.ts";

/** State of a queue: to be tried for the batch under way, or done with. */
const STATE = { READY: 0, RESTING: 1 } as const;

/**
 * Rows that were passed over, in queues: each waits for one of its texts that was in a batch. As long as that text is in
 * the batch under way none of the queue's rows needs to be looked at, and once it is not, only the first of them.
 *
 * A row is looked at again for every batch whose turn finds it at the head of its queue: that is when it is taken, when
 * the batch has the text it waits for (at most as often as rows are taken), or when another of its texts is in the batch;
 * then it moves to that text's queue.
 */
export class WaitingRows {
  readonly #rows = new RowHeaps();
  /** Queues to be tried for the batch under way, by the position of their first rows; their rows are queue numbers. */
  #ready = new RowHeaps();
  #readyTop = EMPTY;
  /** Queues that are done with for the batch under way. */
  readonly #resting: number[] = [];
  /** Queue of every text that rows wait for. */
  readonly #queueOf = new HashMap64();
  readonly #free: number[] = [];
  /** Of every queue: its text's hash, its heap of rows, how many they are, and its state. */
  #hashes = new Uint32Array(32);
  #heaps = new Int32Array(16);
  #counts = new Uint32Array(16);
  #states = new Int32Array(16);
  #used = 0;

  /** Rows that wait. */
  get count(): number {
    return this.#rows.count;
  }

  /** Texts that are waited for. */
  get queueCount(): number {
    return this.#used - this.#free.length;
  }

  /**
   * Adds a row that is kept out of the batch under way by the text of one column; it is given up if `longest` rows wait for
   * that text already.
   */
  add(
    row: number,
    position: number,
    { batch, column, longest = Infinity }: { batch: OpenBatch; column: number; longest?: number },
  ): void {
    const [low, high] = batch.hashOf(row, column);
    let queue = this.#queueOf.get(low, high);
    if (queue < 0) queue = this.#open(low, high);
    else if (this.#counts[queue] >= longest) return;
    const first = this.#heaps[queue];
    this.#heaps[queue] = this.#rows.add(first, row, position);
    this.#counts[queue]++;
    // The text is in the batch. With another first row the queue's place among the ready ones is void, too.
    if (this.#heaps[queue] !== first && this.#states[queue] === STATE.READY) this.#rest(queue);
  }

  /** Tries the rows in the order of their positions, until the batch is full or all that are left are kept out. */
  fill(batch: OpenBatch): void {
    while (!batch.isFull && this.#readyTop !== EMPTY) {
      const queue = this.#ready.rows[this.#readyTop];
      const position = this.#ready.positions[this.#readyTop];
      this.#readyTop = this.#ready.removeFirst(this.#readyTop);
      const first = this.#heaps[queue];
      if (this.#states[queue] !== STATE.READY || this.#rows.positions[first] !== position) continue;
      if (batch.has(this.#hashes[2 * queue], this.#hashes[2 * queue + 1])) {
        this.#rest(queue);
        continue;
      }
      const row = this.#rows.rows[first];
      const column = batch.take(row);
      this.#heaps[queue] = this.#rows.removeFirst(first);
      this.#counts[queue]--;
      if (column < 0 || this.#counts[queue] === 0) this.#rest(queue);
      else this.#enter(queue);
      if (column >= 0) this.add(row, position, { batch, column });
    }
  }

  /** Ends a batch: all queues may be tried for the next one. */
  endBatch(): void {
    for (const queue of this.#resting) {
      if (this.#counts[queue] > 0) this.#enter(queue);
      else this.#close(queue);
    }
    this.#resting.length = 0;
    // Places that became void are left where they are; before they could outnumber the others all are entered anew.
    if (this.#ready.count > 2 * this.queueCount + 64) {
      this.#ready = new RowHeaps();
      this.#readyTop = EMPTY;
      for (let queue = 0; queue < this.#used; queue++) if (this.#counts[queue] > 0) this.#enter(queue);
    }
  }

  /** Numbers the rows anew, from `first` on; gives the old numbers in the order of the new ones. */
  renumber(first: number): Uint32Array {
    return this.#rows.renumber(first);
  }

  /** Gives up the last rows of the longest queues, until at most `limit` rows are left. */
  trim(limit: number): void {
    const longest = Math.max(1, Math.floor(highestLevel(this.#counts, limit)));
    for (let queue = 0; queue < this.#used; queue++) {
      if (this.#counts[queue] <= longest) continue;
      this.#heaps[queue] = this.#rows.keepFirst(this.#heaps[queue], longest);
      this.#counts[queue] = longest;
    }
  }

  /** A new queue; it rests until the batch is ended. */
  #open(low: number, high: number): number {
    const queue = this.#free.pop() ?? this.#used++;
    this.#hashes = grown(this.#hashes, 2 * this.#used);
    this.#heaps = grown(this.#heaps, this.#used);
    this.#counts = grown(this.#counts, this.#used);
    this.#states = grown(this.#states, this.#used);
    this.#hashes[2 * queue] = low;
    this.#hashes[2 * queue + 1] = high;
    this.#heaps[queue] = EMPTY;
    this.#counts[queue] = 0;
    this.#queueOf.set(low, high, queue);
    this.#rest(queue);
    return queue;
  }

  #close(queue: number): void {
    this.#queueOf.delete(this.#hashes[2 * queue], this.#hashes[2 * queue + 1]);
    this.#free.push(queue);
  }

  #enter(queue: number): void {
    this.#states[queue] = STATE.READY;
    const position = this.#rows.positions[this.#heaps[queue]];
    this.#readyTop = this.#ready.add(this.#readyTop, queue, position);
  }

  #rest(queue: number): void {
    this.#states[queue] = STATE.RESTING;
    this.#resting.push(queue);
  }
}

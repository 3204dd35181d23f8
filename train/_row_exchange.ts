import type { Kernels, SharedFloats } from "../kernels/mod.ts";
import type { RowGradient } from "./_row_gradient.ts";
import type { Team } from "./team.ts";

/**
 * Adds up the row-sparse gradients of all processes. Row r belongs to process r mod size: it receives what the others
 * have of it, adds in the order of their ranks, and gives the sums to all. So every process has the same gradient, bit
 * for bit, and sends its own only once and its part of the sums to each.
 */
export class RowExchange {
  readonly #team: Team;
  readonly #kernels: Kernels;
  readonly #dim: number;
  /** Place of each row among the sums, or -1. */
  readonly #places: Int32Array;
  #received: SharedFloats;
  #sums: SharedFloats;
  #sent: Float32Array = new Float32Array(0);

  /** Of a table float32 [vocab, dim]. */
  constructor(team: Team, kernels: Kernels, { vocab, dim }: { vocab: number; dim: number }) {
    this.#team = team;
    this.#kernels = kernels;
    this.#dim = dim;
    this.#places = new Int32Array(vocab).fill(-1);
    this.#received = kernels.memory.float32(0);
    this.#sums = kernels.memory.float32(0);
  }

  /** Replaces a gradient by the sum of those of all processes; they agree on whether this step is the last. */
  async reduce(gradient: RowGradient): Promise<void> {
    const { processes } = this.#team;
    const { rank, size } = processes;
    const { rows, counts } = this.#byOwner(gradient);
    const heads = new Int32Array(size * (size + 1));
    await processes.allGather(Int32Array.of(...counts, this.#team.isAskedToStop ? 1 : 0), heads);
    const head = (from: number, place: number): number => heads[from * (size + 1) + place];
    const ranks = Array.from({ length: size }, (_, from) => from);
    const received = ranks.map((from) => head(from, rank));
    const total = received.reduce((sum, count) => sum + count, 0);
    const dim = this.#dim;
    const receivedRows = new Int32Array(total);
    await processes.allToAll(rows, counts, { out: receivedRows, received });
    this.#received = this.#reserve(this.#received, total * dim);
    const scaled = (all: readonly number[]): number[] => all.map((count) => count * dim);
    const values = this.#sent.subarray(0, rows.length * dim);
    await processes.allToAll(values, scaled(counts), {
      out: this.#received as Float32Array<ArrayBufferLike>,
      received: scaled(received),
    });
    await this.#share(this.#add(receivedRows), gradient);
    if (ranks.some((from) => head(from, size) === 1)) this.#team.stop();
  }

  /** Copies the gradient's rows to `#sent`, owner by owner; gives their numbers and how many each owner gets. */
  #byOwner(gradient: RowGradient): { rows: Int32Array; counts: number[] } {
    const { size } = this.#team.processes;
    const { rows, used, gradients } = gradient.scaled(1);
    const dim = this.#dim;
    const counts = new Array<number>(size).fill(0);
    for (let i = 0; i < used; i++) counts[rows[i] % size]++;
    const next = counts.map((_, owner) => counts.slice(0, owner).reduce((sum, count) => sum + count, 0));
    if (this.#sent.length < used * dim) this.#sent = new Float32Array(roomFor(used * dim));
    const sorted = new Int32Array(used);
    for (let i = 0; i < used; i++) {
      const place = next[rows[i] % size]++;
      sorted[place] = rows[i];
      this.#sent.set(gradients.subarray(i * dim, (i + 1) * dim), place * dim);
    }
    return { rows: sorted, counts };
  }

  /** Adds up what was received, in its order; gives the distinct rows and the squared lengths of their sums. */
  #add(received: Int32Array): { rows: Int32Array; squares: Float64Array } {
    const { memory } = this.#kernels;
    const distinct: number[] = [];
    for (const row of received) {
      if (this.#places[row] < 0) this.#places[row] = distinct.push(row) - 1;
    }
    const bags = distinct.length;
    this.#sums = this.#reserve(this.#sums, bags * this.#dim);
    const mark = memory.mark();
    const offsets = memory.int32(bags + 1);
    for (const row of received) offsets[this.#places[row] + 1]++;
    for (let i = 0; i < bags; i++) offsets[i + 1] += offsets[i];
    const next = offsets.slice();
    const ids = memory.int32(received.length);
    received.forEach((row, i) => ids[next[this.#places[row]]++] = i);
    const places = memory.int32(bags);
    for (let i = 0; i < bags; i++) places[i] = i;
    const squares = memory.float64(bags);
    const job = { source: this.#received, columns: this.#dim, ids, offsets, places, known: 0 };
    this.#kernels.poolSums({ ...job, out: this.#sums, squares, bags });
    const sums = { rows: Int32Array.from(distinct), squares: Float64Array.from(squares) };
    for (const row of distinct) this.#places[row] = -1;
    memory.release(mark);
    return sums;
  }

  /** Gives all processes the sums of this one's rows, and takes theirs into the gradient. */
  async #share(
    { rows, squares }: { rows: Int32Array; squares: Float64Array },
    gradient: RowGradient,
  ): Promise<void> {
    const { processes } = this.#team;
    const found = new Int32Array(processes.size);
    await processes.allGather(Int32Array.of(rows.length), found);
    const counts = [...found];
    const used = counts.reduce((sum, count) => sum + count, 0);
    const all = new Int32Array(used);
    await processes.allGatherVarying(rows, counts, all);
    gradient.replace(all);
    const target = gradient.scaled(1);
    await processes.allGatherVarying(squares, counts, target.squares as Float64Array<ArrayBufferLike>);
    const dim = this.#dim;
    await processes.allGatherVarying<Float32Array<ArrayBufferLike>>(
      this.#sums.subarray(0, rows.length * dim),
      counts.map((count) => count * dim),
      target.gradients,
    );
  }

  #reserve(array: SharedFloats, length: number): SharedFloats {
    return array.length >= length ? array : this.#kernels.memory.float32(roomFor(length));
  }
}

/** A quarter more than asked for: the next batch may have some more rows, and kernel memory is not taken back. */
function roomFor(length: number): number {
  return Math.ceil(length * 1.25);
}

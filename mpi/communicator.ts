import { type MpiLibrary, openMpi } from "./_library.ts";

/** Calls may come from any thread, one at a time. */
const THREAD_SERIALIZED = 2;

/** An array whose bytes are exchanged. */
export type Exchanged =
  | Int32Array<ArrayBufferLike>
  | Float32Array<ArrayBufferLike>
  | Float64Array<ArrayBufferLike>
  | Uint8Array<ArrayBufferLike>;

/**
 * The processes that `mpirun` started together. All of them call the same methods in the same order; a call ends when
 * all have.
 */
export class Communicator {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Bytes that this process has sent to each of the others so far. */
  sentBytes = 0;
  readonly #library: MpiLibrary;
  readonly #world: Deno.PointerValue;
  readonly #byte: Deno.PointerValue;

  private constructor(library: MpiLibrary) {
    this.#library = library;
    this.#world = library.handle("ompi_mpi_comm_world");
    this.#byte = library.handle("ompi_mpi_byte");
    const out = new Int32Array(1);
    library.call("MPI_Comm_rank", this.#world, out);
    this.rank = out[0];
    library.call("MPI_Comm_size", this.#world, out);
    this.size = out[0];
  }

  /**
   * Joins the processes; once a process.
   *
   * @throws {Error} if there is no Open MPI, or it allows one thread only
   */
  static join(): Communicator {
    const library = openMpi();
    const provided = new Int32Array(1);
    library.call("MPI_Init_thread", null, null, THREAD_SERIALIZED, provided);
    if (provided[0] < THREAD_SERIALIZED) {
      throw new Error(
        "Cannot join the other processes: this Open MPI allows one thread only; build it with threads",
      );
    }
    return new Communicator(library);
  }

  /**
   * Gathers arrays of the same length.
   *
   * @param own this process' numbers
   * @param out receives those of all, by rank: `size` times as many; `own` may be its part of this rank
   * @throws {RangeError} if `out` has another length
   */
  async allGather<T extends Exchanged>(own: T, out: T): Promise<void> {
    if (out.length !== own.length * this.size) {
      throw new RangeError(
        `Cannot gather ${own.length} numbers of ${this.size} processes into ${out.length}; give room for all`,
      );
    }
    const bytes = own.byteLength;
    this.sentBytes += bytes;
    // MPI forbids that what is sent overlaps what is received.
    const sent = own.buffer === out.buffer ? own.slice() : own;
    await this.#library.callAsync(
      "MPI_Allgather",
      sent,
      bytes,
      this.#byte,
      out,
      bytes,
      this.#byte,
      this.#world,
    );
  }

  /**
   * Gathers arrays of different lengths.
   *
   * @param own this process' numbers
   * @param counts how many each process gives, known to all
   * @param out receives them by rank, one after the other
   * @throws {RangeError} if lengths and counts do not fit
   */
  async allGatherVarying<T extends Exchanged>(own: T, counts: readonly number[], out: T): Promise<void> {
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (counts.length !== this.size || counts[this.rank] !== own.length || out.length < total) {
      throw new RangeError(
        `Cannot gather ${own.length} numbers by the counts ${counts} into ${out.length}; give each process's count`,
      );
    }
    const width = own.BYTES_PER_ELEMENT;
    const sizes = Int32Array.from(counts, (count) => count * width);
    const starts = new Int32Array(this.size);
    for (let i = 1; i < this.size; i++) starts[i] = starts[i - 1] + sizes[i - 1];
    this.sentBytes += own.byteLength;
    const sent = own.buffer === out.buffer ? own.slice() : own;
    await this.#library.callAsync(
      "MPI_Allgatherv",
      ...[sent, own.byteLength, this.#byte, out, sizes, starts, this.#byte, this.#world],
    );
  }

  /**
   * Makes sure that a text is the same in all processes.
   *
   * @returns the ranks whose text differs from that of rank 0; the same answer in all processes
   */
  async differing(text: string): Promise<number[]> {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    const all = new Uint8Array(digest.length * this.size);
    await this.allGather(digest, all);
    const of = (rank: number): string => all.slice(rank * digest.length, (rank + 1) * digest.length).toHex();
    return Array.from({ length: this.size }, (_, rank) => rank).filter((rank) => of(rank) !== of(0));
  }

  /** Ends all processes at once. */
  abort(status: number): void {
    this.#library.call("MPI_Abort", this.#world, status);
  }

  /** Leaves; waits until all do. */
  leave(): void {
    this.#library.call("MPI_Finalize");
  }
}

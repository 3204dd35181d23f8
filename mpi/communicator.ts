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
  /** Bytes that this process has given for others so far: what three of them receive counts three times. */
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
    checkBytes(out);
    this.sentBytes += bytes * (this.size - 1);
    const sent = apart(own, out);
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
    const total = sum(counts);
    if (counts.length !== this.size || counts[this.rank] !== own.length || out.length < total) {
      throw new RangeError(
        `Cannot gather ${own.length} numbers by the counts ${counts} into ${out.length}; give each process's count`,
      );
    }
    checkBytes(out.subarray(0, total));
    const { sizes, starts } = layout(counts, own.BYTES_PER_ELEMENT);
    this.sentBytes += own.byteLength * (this.size - 1);
    const sent = apart(own, out);
    await this.#library.callAsync(
      "MPI_Allgatherv",
      ...[sent, own.byteLength, this.#byte, out, sizes, starts, this.#byte, this.#world],
    );
  }

  /**
   * Gives each process its part of an array, and takes its own from all.
   *
   * @param own what this process gives: the part of rank 0, that of rank 1, ...
   * @param counts how many numbers it gives each
   * @param out receives the parts by the rank that they come from
   * @param received how many numbers come from each
   * @throws {RangeError} if lengths and counts do not fit
   */
  async allToAll<T extends Exchanged>(
    own: T,
    counts: readonly number[],
    { out, received }: { out: T; received: readonly number[] },
  ): Promise<void> {
    const given = sum(counts);
    const taken = sum(received);
    if (given > own.length || taken > out.length || counts.length !== this.size) {
      throw new RangeError(
        `Cannot exchange ${given} numbers of ${own.length} for ${taken} of ${out.length}; make both arrays long enough`,
      );
    }
    checkBytes(own.subarray(0, given));
    checkBytes(out.subarray(0, taken));
    const [from, to] = [counts, received].map((each) => layout(each, own.BYTES_PER_ELEMENT));
    this.sentBytes += (given - counts[this.rank]) * own.BYTES_PER_ELEMENT;
    const byte = this.#byte;
    await this.#library.callAsync(
      "MPI_Alltoallv",
      ...[apart(own, out), from.sizes, from.starts, byte, out, to.sizes, to.starts, byte, this.#world],
    );
  }

  /** The texts of all processes, by rank. */
  async gatherTexts(text: string): Promise<string[]> {
    const own = new TextEncoder().encode(text);
    const lengths = new Int32Array(this.size);
    await this.allGather(Int32Array.of(own.length), lengths);
    const out = new Uint8Array(sum([...lengths]));
    await this.allGatherVarying(own, [...lengths], out);
    let end = 0;
    return Array.from(lengths, (length) => new TextDecoder().decode(out.subarray(end, end += length)));
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

/** Bytes and first byte of each process's part. */
function layout(counts: readonly number[], width: number): { sizes: Int32Array; starts: Int32Array } {
  const sizes = Int32Array.from(counts, (count) => count * width);
  const starts = new Int32Array(counts.length);
  for (let i = 1; i < counts.length; i++) starts[i] = starts[i - 1] + sizes[i - 1];
  return { sizes, starts };
}

/** What is sent, copied if it overlaps what is received: MPI forbids that. */
function apart<T extends Exchanged>(sent: T, received: T): T {
  const overlap = sent.buffer === received.buffer &&
    sent.byteOffset < received.byteOffset + received.byteLength &&
    received.byteOffset < sent.byteOffset + sent.byteLength;
  return overlap ? sent.slice() as T : sent;
}

/** MPI counts in 32 bits. */
function checkBytes({ byteLength }: Exchanged): void {
  if (byteLength < 2 ** 31) return;
  throw new RangeError(
    `Cannot exchange ${byteLength} bytes at once: Open MPI counts to ${
      2 ** 31 - 1
    }; use a smaller batch or table`,
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

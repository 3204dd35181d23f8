/** Bytes of one WebAssembly page. */
const PAGE = 65536;

/** Pages of the largest memory that 32-bit WebAssembly can have: 4 GiB. */
const MAXIMUM_PAGES = 65536;

/** Every array starts on a cache line. */
const ALIGNMENT = 64;

/**
 * One WebAssembly memory, shared by all threads, that hands out typed arrays.
 *
 * Arrays lie one after the other and never move; {@link KernelMemory.mark} and {@link KernelMemory.release} take back
 * everything handed out since. Its address space (4 GiB) is reserved, its pages are used as they are touched.
 */
export class KernelMemory {
  /** The memory underneath, imported by the kernels. */
  readonly memory: WebAssembly.Memory;
  #top = ALIGNMENT;
  /** Everything from here on was never handed out and is zero by nature. */
  #fresh = ALIGNMENT;

  /** Makes an empty memory, or wraps one that another thread made. */
  constructor(memory?: WebAssembly.Memory) {
    this.memory = memory ?? new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared: true });
  }

  /** A zeroed array of 32-bit floats. @throws {RangeError} when 4 GiB are not enough */
  float32(length: number): Float32Array<SharedArrayBuffer> {
    const buffer = this.#buffer(length * 4);
    return new Float32Array(buffer, this.#take(length * 4), length);
  }

  /** A zeroed array of 64-bit floats. @throws {RangeError} when 4 GiB are not enough */
  float64(length: number): Float64Array<SharedArrayBuffer> {
    const buffer = this.#buffer(length * 8);
    return new Float64Array(buffer, this.#take(length * 8), length);
  }

  /** A zeroed array of 32-bit integers. @throws {RangeError} when 4 GiB are not enough */
  int32(length: number): Int32Array<SharedArrayBuffer> {
    const buffer = this.#buffer(length * 4);
    return new Int32Array(buffer, this.#take(length * 4), length);
  }

  /** The current end of what is handed out, for {@link release}. */
  mark(): number {
    return this.#top;
  }

  /** Takes back all arrays handed out since `mark`; they must not be used any more. */
  release(mark: number): void {
    this.#top = mark;
  }

  /** Makes room for `bytes` and gives the buffer, which is a new object after each growth. */
  #buffer(bytes: number): SharedArrayBuffer {
    const needed = Math.ceil((this.#top + bytes) / PAGE);
    const pages = this.memory.buffer.byteLength / PAGE;
    if (needed > MAXIMUM_PAGES) {
      const mebibytes = Math.ceil((needed * PAGE) / 2 ** 20);
      throw new RangeError(
        `Cannot allocate: ${mebibytes} MiB are needed at once, but the kernels' memory ends at 4096 MiB; ` +
          `use a smaller vocabulary, dimension or batch`,
      );
    }
    if (needed > pages) this.memory.grow(needed - pages);
    return this.memory.buffer as unknown as SharedArrayBuffer;
  }

  #take(bytes: number): number {
    const start = this.#top;
    this.#top = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT;
    const used = Math.min(this.#fresh, start + bytes);
    if (used > start) new Uint8Array(this.memory.buffer, start, used - start).fill(0);
    this.#fresh = Math.max(this.#fresh, this.#top);
    return start;
  }
}

/** Bytes of one WebAssembly page. */
const PAGE = 65536;

/** Pages of the largest memory that 32-bit WebAssembly can have: 4 GiB. */
const MAXIMUM_PAGES = 65536;

/** Every array starts on a cache line. */
const ALIGNMENT = 64;

/** Options of {@link KernelMemory}. */
export interface KernelMemoryOptions {
  /**
   * Whether other threads can work on it. A page in a browser may not be allowed to share memory; then it is not, and
   * typed arrays over it end when more is handed out: take them anew from their addresses.
   *
   * @default true
   */
  shared?: boolean;
}

/** Memories by their buffers, which are new objects after each growth. */
const memories = new WeakMap<ArrayBufferLike, KernelMemory>();

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

  /** Makes an empty memory. */
  constructor({ shared = true }: KernelMemoryOptions = {}) {
    this.memory = shared ? sharedMemory() : ownMemory();
    memories.set(this.memory.buffer, this);
  }

  /** The memory that an array was taken from, undefined if it lies elsewhere. */
  static of(array: ArrayBufferView<ArrayBufferLike>): KernelMemory | undefined {
    return memories.get(array.buffer);
  }

  /** A zeroed array of 32-bit floats. @throws {RangeError} when 4 GiB are not enough */
  float32(length: number): Float32Array<SharedArrayBuffer> {
    const at = this.#zeroed(length * 4);
    return new Float32Array(this.buffer, at, length);
  }

  /** A zeroed array of 64-bit floats. @throws {RangeError} when 4 GiB are not enough */
  float64(length: number): Float64Array<SharedArrayBuffer> {
    const at = this.#zeroed(length * 8);
    return new Float64Array(this.buffer, at, length);
  }

  /** A zeroed array of 32-bit integers. @throws {RangeError} when 4 GiB are not enough */
  int32(length: number): Int32Array<SharedArrayBuffer> {
    const at = this.#zeroed(length * 4);
    return new Int32Array(this.buffer, at, length);
  }

  /**
   * Room that is not zeroed; typed arrays over it are the caller's.
   *
   * @param bytes its size
   * @returns its address
   * @throws {RangeError} when 4 GiB are not enough
   */
  reserve(bytes: number): number {
    this.#grow(bytes);
    const start = this.#top;
    this.#top = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT;
    return start;
  }

  /** Whether other threads can work on it. */
  get isShared(): boolean {
    return !((this.memory.buffer as ArrayBufferLike) instanceof ArrayBuffer);
  }

  /** The buffer as it is now. */
  get buffer(): SharedArrayBuffer {
    return this.memory.buffer as unknown as SharedArrayBuffer;
  }

  /** The current end of what is handed out, for {@link release}. */
  mark(): number {
    return this.#top;
  }

  /** Takes back all arrays handed out since `mark`; they must not be used any more. */
  release(mark: number): void {
    this.#fresh = Math.max(this.#fresh, this.#top);
    this.#top = mark;
  }

  #zeroed(bytes: number): number {
    const start = this.reserve(bytes);
    const used = Math.min(this.#fresh, start + bytes);
    if (used > start) new Uint8Array(this.memory.buffer, start, used - start).fill(0);
    return start;
  }

  /** Makes room for `bytes` more. */
  #grow(bytes: number): void {
    const needed = Math.ceil((this.#top + bytes) / PAGE);
    const pages = this.memory.buffer.byteLength / PAGE;
    if (needed > MAXIMUM_PAGES) {
      const mebibytes = Math.ceil((needed * PAGE) / 2 ** 20);
      throw new RangeError(
        `Cannot allocate: ${mebibytes} MiB are needed at once, but the kernels' memory ends at 4096 MiB; ` +
          `use a smaller vocabulary, dimension or batch`,
      );
    }
    if (needed > pages) {
      this.memory.grow(needed - pages);
      memories.set(this.memory.buffer, this);
    }
  }
}

function sharedMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared: true });
  } catch {
    return ownMemory();
  }
}

function ownMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES });
}

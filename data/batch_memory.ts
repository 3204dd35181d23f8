/** Options of {@linkcode BatchMemory}. */
export interface BatchMemoryOptions {
  /**
   * Whether the arrays can be seen by several threads.
   *
   * @default false
   */
  shared?: boolean;
}

/** Named arrays that a batch is written into, one batch after the other: they grow and are used again. */
export class BatchMemory {
  readonly #shared: boolean;
  readonly #buffers = new Map<string, ArrayBuffer | SharedArrayBuffer>();

  /** Memory that is empty at first. */
  constructor({ shared = false }: BatchMemoryOptions = {}) {
    this.#shared = shared;
  }

  /** An array of so many entries, to be overwritten. */
  int32(name: string, length: number): Int32Array {
    return new Int32Array(this.#buffer(name, 4 * length), 0, length);
  }

  /** An array of so many entries, to be overwritten. */
  float32(name: string, length: number): Float32Array {
    return new Float32Array(this.#buffer(name, 4 * length), 0, length);
  }

  #buffer(name: string, bytes: number): ArrayBuffer | SharedArrayBuffer {
    let buffer = this.#buffers.get(name);
    if (buffer === undefined || buffer.byteLength < bytes) {
      const size = Math.max(bytes, 2 * (buffer?.byteLength ?? 128));
      buffer = this.#shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
      this.#buffers.set(name, buffer);
    }
    return buffer;
  }
}

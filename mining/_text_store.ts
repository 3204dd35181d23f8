/** Bytes of texts that are kept in memory; what follows goes to a file. */
const MEMORY_BYTES = 1 << 26;

/** Bytes that are written to the file at once. */
const WRITTEN_BYTES = 1 << 20;

/**
 * Texts by number, in memory that does not grow with them: beyond 64 MiB they lie in a file, which goes with the store.
 * A text takes 8 bytes of memory besides.
 */
export class TextStore {
  readonly #path: string;
  readonly #limit: number;
  #head = new Uint8Array(1 << 16);
  #headSize = 0;
  #file: Deno.FsFile | undefined;
  #tail = new Uint8Array(WRITTEN_BYTES);
  #tailSize = 0;
  #written = 0;
  /** Where every text begins, and where the last one ends. */
  readonly #starts: number[] = [0];
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /**
   * A store without texts.
   *
   * @param path a file that is made if it is needed
   * @param limit bytes that are kept in memory
   */
  constructor(path: string, limit: number = MEMORY_BYTES) {
    this.#path = path;
    this.#limit = limit;
  }

  /** How many texts there are. */
  get size(): number {
    return this.#starts.length - 1;
  }

  /** Adds a text; its number is the size before. */
  add(text: string): void {
    const bytes = this.#encoder.encode(text);
    const start = this.#starts[this.size];
    this.#starts.push(start + bytes.length);
    if (this.#file === undefined && start + bytes.length <= this.#limit) this.#keep(bytes);
    else this.#write(bytes);
  }

  /** The text of a number. */
  get(number: number): string {
    const start = this.#starts[number];
    const end = this.#starts[number + 1];
    if (start < this.#headSize || end === start) return this.#decoder.decode(this.#head.subarray(start, end));
    const bytes = new Uint8Array(end - start);
    this.#read(start - this.#headSize, bytes);
    return this.#decoder.decode(bytes);
  }

  /** Closes and removes the file. */
  close(): void {
    if (this.#file === undefined) return;
    this.#file.close();
    this.#file = undefined;
    Deno.removeSync(this.#path);
  }

  #keep(bytes: Uint8Array): void {
    const needed = this.#headSize + bytes.length;
    if (needed > this.#head.length) {
      const larger = new Uint8Array(Math.max(needed, Math.min(this.#limit, 2 * this.#head.length)));
      larger.set(this.#head.subarray(0, this.#headSize));
      this.#head = larger;
    }
    this.#head.set(bytes, this.#headSize);
    this.#headSize = needed;
  }

  #write(bytes: Uint8Array): void {
    this.#file ??= Deno.openSync(this.#path, { read: true, write: true, createNew: true });
    if (this.#tailSize + bytes.length > this.#tail.length) this.#flush();
    if (bytes.length > this.#tail.length) this.#append(bytes);
    else {
      this.#tail.set(bytes, this.#tailSize);
      this.#tailSize += bytes.length;
    }
  }

  #flush(): void {
    this.#append(this.#tail.subarray(0, this.#tailSize));
    this.#tailSize = 0;
  }

  #append(bytes: Uint8Array): void {
    this.#file!.seekSync(this.#written, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) at += this.#file!.writeSync(bytes.subarray(at));
    this.#written += bytes.length;
  }

  #read(place: number, out: Uint8Array): void {
    if (place >= this.#written) {
      out.set(this.#tail.subarray(place - this.#written, place - this.#written + out.length));
      return;
    }
    this.#file!.seekSync(place, Deno.SeekMode.Start);
    for (let at = 0; at < out.length;) {
      const count = this.#file!.readSync(out.subarray(at));
      if (count === null) {
        throw new RangeError(
          `Cannot read ${this.#path}: it ends too early; leave it alone until mining ends`,
        );
      }
      at += count;
    }
  }
}

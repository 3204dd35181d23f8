/** What changes when a file does. */
interface Stamp {
  size: number;
  mtime: number | undefined;
  ino: number | null;
}

/** Bytes read at once. */
const PIECE_BYTES = 1 << 18;

/**
 * A file on the disk as the client wants it: read when it is sent, never held whole, and refused if it is no longer what
 * it was when it was opened. Else its checksum would be of one content and its bytes of another.
 */
export class FileContent extends Blob {
  private constructor(
    private readonly path: string,
    private readonly stamp: Stamp,
    private readonly range: readonly [start: number, end: number],
  ) {
    super();
  }

  /**
   * Takes note of a file.
   *
   * @throws {RangeError} if it cannot be read
   */
  static async open(path: string): Promise<FileContent> {
    try {
      using file = await Deno.open(path);
      const stamp = await stampOf(file);
      return new FileContent(path, stamp, [0, stamp.size]);
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  override get size(): number {
    return this.range[1] - this.range[0];
  }

  override slice(start: number = 0, end: number = this.size): FileContent {
    const from = this.range[0] + start;
    return new FileContent(this.path, this.stamp, [from, Math.min(this.range[0] + end, this.range[1])]);
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return ReadableStream.from(this.#read());
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    return await new Response(this.stream()).arrayBuffer();
  }

  override async text(): Promise<string> {
    return await new Response(this.stream()).text();
  }

  async *#read(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const [start, end] = this.range;
    using file = await Deno.open(this.path).catch((error) => {
      throw unreadable(this.path, error);
    });
    await this.#check(file);
    await file.seek(start, Deno.SeekMode.Start);
    for (let left = end - start; left > 0;) {
      const bytes = new Uint8Array(Math.min(left, PIECE_BYTES));
      const count = await file.read(bytes);
      if (count === null) throw changed(this.path);
      left -= count;
      if (left === 0) await this.#check(file); // before the last bytes are gone
      yield bytes.subarray(0, count);
    }
  }

  async #check(file: Deno.FsFile): Promise<void> {
    const { size, mtime, ino } = await stampOf(file);
    if (size !== this.stamp.size || mtime !== this.stamp.mtime || ino !== this.stamp.ino) {
      throw changed(this.path);
    }
  }
}

async function stampOf(file: Deno.FsFile): Promise<Stamp> {
  const { size, mtime, ino } = await file.stat();
  return { size, mtime: mtime?.getTime(), ino };
}

function changed(path: string): RangeError {
  return new RangeError(`Cannot push ${path}: it changed meanwhile; push again when nobody writes it`);
}

function unreadable(path: string, cause: unknown): RangeError {
  if (cause instanceof Deno.errors.NotFound) {
    return new RangeError(`Cannot push ${path}: it is gone; push again when nobody writes that folder`, {
      cause,
    });
  }
  const { message } = cause as Error;
  return new RangeError(`Cannot push ${path}: ${message}; check that file`, { cause });
}

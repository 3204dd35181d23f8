/** What a {@linkcode SentBody} tells. */
export interface SentBodyHooks {
  /** Called with so many more bytes that went. */
  onBytes: (count: number) => void;
  /** Called when all have gone. */
  onEnd: () => void;
}

/**
 * The body of a request, counted as it goes. It is a `Blob`, not a stream, because `fetch` tells the length of blobs only,
 * and stores refuse what has none.
 */
export class SentBody extends Blob {
  /** What went wrong on this side. */
  fault: unknown;
  #sent = 0;
  #isOver = false;

  /**
   * @param content what goes
   * @param hooks who hears of it
   */
  constructor(private readonly content: Blob, private readonly hooks: SentBodyHooks) {
    super();
  }

  override get size(): number {
    return this.content.size;
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return ReadableStream.from(this.#read());
  }

  /** Tells that what went was of no use. */
  takeBack(): void {
    this.hooks.onBytes(-this.#sent);
  }

  /** Tells no more: of a request that failed, some bytes may still be on their way. */
  end(): void {
    this.#isOver = true;
  }

  async *#read(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      for await (const bytes of this.content.stream()) {
        if (this.#isOver) return;
        this.#sent += bytes.length;
        this.hooks.onBytes(bytes.length);
        yield bytes;
      }
      if (!this.#isOver) this.hooks.onEnd();
    } catch (error) {
      this.fault = error;
      throw error;
    }
  }
}

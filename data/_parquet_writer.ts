import { ByteWriter as ByteBuffer } from "hyparquet-writer";

export { type ColumnSource, ParquetWriter } from "hyparquet-writer";
export { writePageHeader } from "hyparquet-writer/src/datapage.js";

/** Collects bytes and hands them on. */
export class ByteWriter extends ByteBuffer {
  readonly #write: (bytes: Uint8Array) => void;

  /** @param write takes bytes; they are only valid until it returns */
  constructor(write: (bytes: Uint8Array) => void) {
    super(1 << 16);
    this.#write = write;
  }

  /** Hands on what was collected. */
  flush(): void {
    if (this.index > 0) this.#write(this.getBytes());
    this.index = 0;
  }

  /** Hands on the rest. */
  override finish(): void {
    this.flush();
  }
}

import { writeAll } from "./_write_all.ts";
import { removeIfThere } from "./_write_whole.ts";

/** float32 values on the disk while rows are ranked; disposing it removes the file. */
export class ValuesFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  /** Makes an empty file. */
  constructor(path: string) {
    this.#path = path;
    this.#file = Deno.openSync(path, { read: true, write: true, create: true, truncate: true });
  }

  /** Appends values. */
  append(values: Float32Array): void {
    this.#file.seekSync(0, Deno.SeekMode.End);
    writeAll(this.#file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  /** The values `from .. to`, `to` left out. */
  read(from: number, to: number): Float32Array {
    const values = new Float32Array(to - from);
    const bytes = new Uint8Array(values.buffer);
    this.#file.seekSync(4 * from, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) at += this.#file.readSync(bytes.subarray(at))!;
    return values;
  }

  /** Removes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
    removeIfThere(this.#path);
  }
}

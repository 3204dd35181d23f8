import type { Matrix } from "../model/mod.ts";
import { fileFault } from "./_file_fault.ts";
import { print, writeAll } from "./_output.ts";
import { npyHeader } from "./_npy.ts";
import { type TextRow, VECTOR_FIELD } from "./_texts.ts";

/** Where vectors go, block by block and in order. */
export interface VectorOutput {
  /** Takes the next texts and their vectors, one row a text. */
  write(rows: readonly TextRow[], vectors: Matrix): void;
  /** Completes the output; a file has its name only from now on. */
  close(): void;
  /** Takes the output back after a failure: nothing half-written stays. */
  abort(): void;
}

/** Options of {@linkcode openVectorOutput}. */
export interface VectorOutputOptions {
  /** Numbers a vector. */
  columns: number;
  /** Whether an existing file is replaced. */
  force: boolean;
}

/**
 * Opens the output of vectors: standard output (JSONL), or a file whose name says the format.
 *
 * @param path A `.npy` or `.jsonl` file; standard output if undefined.
 * @param options Size of a vector, and whether to overwrite.
 * @returns The output.
 * @throws {RangeError} If the file exists, or its folder does not.
 * @throws {TypeError} If the name says no format.
 */
export function openVectorOutput(path: string | undefined, options: VectorOutputOptions): VectorOutput {
  if (path === undefined) {
    return { write: (rows, vectors) => print(jsonLines(rows, vectors)), close() {}, abort() {} };
  }
  const isNpy = /\.npy$/i.test(path);
  if (!isNpy && !/\.(jsonl|ndjson)$/i.test(path)) {
    throw new TypeError(`Cannot write ${path}: its name says no format; end it in .npy or .jsonl`);
  }
  if (!options.force && exists(path)) {
    throw new RangeError(`Cannot write ${path}: the file exists; name another, or give --force`);
  }
  return isNpy ? npyFile(path, options.columns) : jsonlFile(path);
}

function jsonlFile(path: string): VectorOutput {
  const file = new PartialFile(path);
  const encoder = new TextEncoder();
  return {
    write: (rows, vectors) => file.write(encoder.encode(jsonLines(rows, vectors))),
    close: () => file.close(),
    abort: () => file.abort(),
  };
}

/** The number of rows is known at the end only, so the header is written twice. */
function npyFile(path: string, columns: number): VectorOutput {
  const file = new PartialFile(path);
  let count = 0;
  try {
    file.write(npyHeader(0, columns));
  } catch (error) {
    file.abort(); // nobody else can: the caller has no output yet
    throw error;
  }
  return {
    write(_rows, { data, rows }) {
      file.write(
        new Uint8Array(data.buffer, data.byteOffset, rows * columns * Float32Array.BYTES_PER_ELEMENT),
      );
      count += rows;
    },
    close() {
      file.rewind();
      file.write(npyHeader(count, columns));
      file.close();
    },
    abort: () => file.abort(),
  };
}

/** A file that has its name only when it is complete. */
class PartialFile {
  readonly #path: string;
  readonly #partial: string;
  readonly #file: Deno.FsFile;
  #isOpen = true;

  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.${Deno.pid}.partial`;
    this.#file = this.#guarded(() =>
      Deno.openSync(this.#partial, { write: true, create: true, truncate: true })
    );
  }

  write(bytes: Uint8Array): void {
    this.#guarded(() => writeAll(this.#file, bytes));
  }

  rewind(): void {
    this.#file.seekSync(0, Deno.SeekMode.Start);
  }

  close(): void {
    this.#guarded(() => this.#file.syncDataSync());
    this.#closeFile();
    this.#guarded(() => Deno.renameSync(this.#partial, this.#path));
  }

  abort(): void {
    if (this.#isOpen) this.#closeFile();
    try {
      Deno.removeSync(this.#partial);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // gone already is what was wanted
    }
  }

  #closeFile(): void {
    this.#isOpen = false;
    this.#file.close();
  }

  #guarded<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      throw new RangeError(`Cannot write ${this.#path}: ${fileFault(error)}`, { cause: error });
    }
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw new RangeError(`Cannot write ${path}: ${fileFault(error)}`, { cause: error });
  }
}

function jsonLines(rows: readonly TextRow[], { data, columns }: Matrix): string {
  return rows.map(({ record }, index) => {
    const vector = Array.from(data.subarray(index * columns, (index + 1) * columns), shortest);
    return `${record.slice(0, -1)},"${VECTOR_FIELD}":${JSON.stringify(vector)}}\n`;
  }).join("");
}

/** Nine significant digits name every float32 uniquely; the digits of a double would only be noise. */
function shortest(value: number): number {
  return Number(value.toPrecision(9));
}

import { fileFault } from "./_file_fault.ts";
import { npyBytes, npyHeader } from "./_npy.ts";
import { writeOut } from "./_output.ts";
import { PartialFile } from "./_partial_file.ts";
import { type TextBlock, VECTOR_FIELD } from "./_text_block.ts";
import type { TextInputs } from "./_text_inputs.ts";
import { codeType, type VectorCodes, type VectorPrecision } from "./_vector_codes.ts";
import { VectorLines } from "./_vector_lines.ts";

/** Formats of vectors. */
export type VectorFormat = "jsonl" | "npy" | "parquet";

/** Where vectors go, block by block and in order. */
export interface VectorOutput {
  /** Takes the next texts and their vectors, one row a text. */
  write(block: TextBlock, vectors: VectorCodes): Promise<void>;
  /** Completes the output; a file has its name only from now on. */
  close(): void;
  /** Takes the output back after a failure: nothing half-written stays. */
  abort(): void;
}

/** Options of {@linkcode openVectorOutput}. */
export interface VectorOutputOptions {
  /** Numbers, or bytes of packed bits, of a vector. */
  width: number;
  /** How they are written. */
  precision: VectorPrecision;
  /** Whether an existing file is replaced. */
  force: boolean;
  /** Where the texts are from. */
  inputs: TextInputs;
}

/**
 * The format of an output, by its name's end: JSON lines for standard output.
 *
 * @throws {TypeError} If the name says no format.
 */
export function outputFormat(path: string | undefined): VectorFormat {
  const ending = path === undefined
    ? "jsonl"
    : /\.(npy|jsonl|ndjson|parquet)$/i.exec(path)?.[1].toLowerCase();
  if (ending === "npy" || ending === "parquet") return ending;
  if (ending !== undefined) return "jsonl";
  throw new TypeError(
    `Cannot write ${path}: its name says no format; end it in .npy, .parquet or .jsonl`,
  );
}

/**
 * Opens the output of vectors: standard output (JSONL), or a file whose name says the format.
 *
 * @param path A `.npy`, `.parquet` or `.jsonl` file; standard output if undefined.
 * @param options What is written.
 * @returns The output.
 * @throws {RangeError} If the file exists, or its folder does not.
 * @throws {TypeError} If the name says no format.
 */
export async function openVectorOutput(
  path: string | undefined,
  options: VectorOutputOptions,
): Promise<VectorOutput> {
  const format = outputFormat(path);
  if (path === undefined) return lineOutput(writeOut, { close() {}, abort() {} });
  if (!options.force && exists(path)) {
    throw new RangeError(`Cannot write ${path}: the file exists; name another, or give --force`);
  }
  const file = new PartialFile(path);
  try {
    if (format === "npy") return npyOutput(file, options);
    if (format === "jsonl") return lineOutput((bytes) => file.write(bytes), file);
    return await parquetOutput(file, options);
  } catch (error) {
    file.abort(); // nobody else can: the caller has no output yet
    throw error;
  }
}

function lineOutput(
  write: (bytes: Uint8Array) => void,
  end: { close(): void; abort(): void },
): VectorOutput {
  const lines = new VectorLines(write);
  return {
    write: (block, vectors) => Promise.resolve(lines.write(block, vectors)),
    close: () => end.close(),
    abort: () => end.abort(),
  };
}

/** The number of rows is known at the end only, so the header is written twice. */
function npyOutput(file: PartialFile, { width: columns, precision }: VectorOutputOptions): VectorOutput {
  const type = codeType(precision);
  let count = 0;
  file.write(npyHeader({ rows: 0, columns, type }));
  return {
    write(_block, vectors) {
      file.write(npyBytes(vectors));
      count += vectors.rows;
      return Promise.resolve();
    },
    close() {
      file.rewind();
      file.write(npyHeader({ rows: count, columns, type }));
      file.close();
    },
    abort: () => file.abort(),
  };
}

async function parquetOutput(
  file: PartialFile,
  { width, precision, inputs }: VectorOutputOptions,
): Promise<VectorOutput> {
  const { parquetTable, RecordTable } = await import("./_vector_parquet.ts");
  const column = { name: VECTOR_FIELD, type: codeType(precision), width };
  const write = (bytes: Uint8Array): void => file.write(bytes);
  const isParquet = inputs.format === "parquet" && inputs.paths !== undefined;
  const table = isParquet
    ? await parquetTable(inputs.paths![0], write, column)
    : new RecordTable(write, column);
  return {
    write: (block, vectors) => table.write(block, vectors),
    close() {
      table.finish();
      file.close();
    },
    abort: () => file.abort(),
  };
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

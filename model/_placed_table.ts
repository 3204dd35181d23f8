import { KernelMemory, type TableKind, TextKernels } from "../kernels/mod.ts";
import { type EmbeddingTable, tableKind } from "./embedding_table.ts";

/** A table on kernel memory. */
export interface PlacedTable {
  /** The kernels of the calling thread on that memory. */
  kernels: TextKernels;
  /** Where the table lies. */
  address: number;
  /** Its element type. */
  kind: TableKind;
  /** Its columns. */
  dim: number;
  /** Number of its elements. */
  length: number;
  /** Where int32 [vocab] lies, the row of every token id; undefined if ids are rows. */
  mapping?: number;
  /** Where float64 [vocab] lies, the factor of every token's row; undefined if there is none. */
  weights?: number;
}

/** What is placed. */
export interface TableParts {
  /** [rows, dim], row-major. */
  table: EmbeddingTable;
  /** Columns of the table. */
  dim: number;
  /** int32 [vocab]: row of every token id; without it the id is the row. */
  mapping?: Int32Array;
  /** float64 [vocab]: factor of every token's row. */
  weights?: Float64Array;
}

/** Room for texts and vectors that stays free beside a table. */
const SPARE_BYTES = 2 ** 28;

/** Whether a table of so many bytes has a place on kernel memory, which is 4 GiB at most. */
export function fitsKernelMemory(bytes: number): boolean {
  return bytes <= 2 ** 32 - SPARE_BYTES;
}

/**
 * Puts a table on kernel memory, or takes it where it lies if it is on one. float16 with infinite numbers, which the
 * kernels do not know, becomes float32.
 *
 * @returns undefined if 4 GiB are too small for it
 */
export function placeTable(parts: TableParts): PlacedTable | undefined {
  if (!fitsKernelMemory(parts.table.byteLength)) return undefined;
  const memory = KernelMemory.of(parts.table);
  const placed = memory === undefined ? copiedTable(parts) : takenTable(parts, memory);
  if (placed.kind === "float16" && !placed.kernels.areFinite(placed.address, placed.length)) {
    return placeTable({ ...parts, table: new Float32Array(parts.table) });
  }
  const { memory: target } = placed.kernels;
  const { mapping, weights } = parts;
  if (mapping !== undefined) {
    const copy = target.int32(mapping.length);
    copy.set(mapping);
    placed.mapping = copy.byteOffset;
  }
  if (weights !== undefined) {
    const copy = target.float64(weights.length);
    copy.set(weights);
    placed.weights = copy.byteOffset;
  }
  return placed;
}

function takenTable({ table, dim }: TableParts, memory: KernelMemory): PlacedTable {
  // Taken first: on memory that is not shared, the array ends when the kernels take their own room.
  const { byteOffset: address, length } = table;
  return { kernels: TextKernels.alone(memory), address, kind: tableKind(table), dim, length };
}

function copiedTable({ table, dim }: TableParts): PlacedTable {
  const memory = new KernelMemory();
  const kernels = TextKernels.alone(memory);
  const address = memory.reserve(table.byteLength);
  const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
  new Uint8Array(memory.buffer, address, table.byteLength).set(bytes);
  return { kernels, address, kind: tableKind(table), dim, length: table.length };
}

/** The table of a place, as a view. */
export function tableView({ kernels, address, kind, length }: PlacedTable): EmbeddingTable {
  const { buffer } = kernels.memory;
  if (kind === "float32") return new Float32Array(buffer, address, length);
  return kind === "float16"
    ? new Float16Array(buffer, address, length)
    : new Int8Array(buffer, address, length);
}

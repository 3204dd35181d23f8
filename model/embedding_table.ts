import type { TableKind } from "../kernels/mod.ts";

/** A table as it is stored, [rows, dim], row-major: int8 holds whole numbers without a scale, as Model2Vec has them. */
export type EmbeddingTable = Float32Array | Float16Array | Int8Array;

/** The element type of a table. */
export function tableKind(table: EmbeddingTable): TableKind {
  if (table instanceof Int8Array) return "int8";
  return table instanceof Float32Array ? "float32" : "float16";
}

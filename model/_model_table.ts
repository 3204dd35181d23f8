import { KernelMemory } from "../kernels/mod.ts";
import type { TokenBags } from "../text/mod.ts";
import { type PlacedTable, placeTable, type TableParts, tableView } from "./_placed_table.ts";
import { normalizePooled, poolMean } from "./_pool.ts";
import { rowBags } from "./_row_bags.ts";
import { TablePooler, type VectorShape } from "./_table_pooler.ts";
import type { EmbeddingTable } from "./embedding_table.ts";

/** A model's table, and how token ids become vectors by it. */
export class ModelTable {
  /** Number of elements. */
  readonly length: number;
  /** Number of token ids that have a row. */
  readonly vocabSize: number;
  readonly #parts: Omit<TableParts, "table">;
  /** Id of the token that is left out of the mean. */
  readonly #dropped: number | undefined;
  /** The table as it was given, until it is placed. */
  #given: EmbeddingTable | undefined;
  #placed: PlacedTable | undefined;
  #pooler: TablePooler | undefined;
  #float32: Float32Array | undefined;

  /** A table that lies on kernel memory is used where it is; another one is copied there when it is first needed. */
  constructor({ table, ...parts }: TableParts, dropped: number | undefined) {
    this.length = table.length;
    this.vocabSize = parts.mapping?.length ?? table.length / parts.dim;
    this.#parts = parts;
    this.#dropped = dropped;
    this.#given = table;
    if (KernelMemory.of(table) !== undefined) this.place();
  }

  /** int32 [vocab]: row of every token id, where ids are not rows. */
  get mapping(): Int32Array | undefined {
    return this.#parts.mapping;
  }

  /** float64 [vocab]: factor of every token's row, where there is one. */
  get weights(): Float64Array | undefined {
    return this.#parts.weights;
  }

  /** The table as it is stored: float16 with infinite numbers became float32. */
  get stored(): EmbeddingTable {
    return this.#placed === undefined ? this.#given! : tableView(this.#placed);
  }

  /** The table as float32; widened once where it is stored in another type. */
  get float32(): Float32Array {
    const { stored } = this;
    if (stored instanceof Float32Array) return stored;
    return this.#float32 ??= new Float32Array(stored);
  }

  /** Puts the table on kernel memory; undefined if it is too large for that. */
  place(): PlacedTable | undefined {
    if (this.#placed === undefined) {
      this.#placed = placeTable({ ...this.#parts, table: this.#given! });
      if (this.#placed !== undefined) this.#given = undefined;
    }
    return this.#placed;
  }

  /**
   * Writes the means of texts.
   *
   * @param out float32 [texts, columns], row-major
   */
  pool(bags: TokenBags, shape: VectorShape, out: Float32Array): void {
    const placed = this.place();
    if (placed !== undefined) {
      this.#pooler ??= new TablePooler(placed, this.#dropped);
      this.#pooler.pool(bags, shape, out);
      return;
    }
    const { columns, normalize } = shape;
    const { dim, mapping, weights } = this.#parts;
    const rows = rowBags(bags, { mapping, weights, dropped: this.#dropped });
    poolMean(rows, { table: this.#given!, dim, columns, out });
    if (normalize) normalizePooled(out, columns);
  }
}

import type { TokenBags } from "../text/mod.ts";
import type { PlacedTable } from "./_placed_table.ts";

/** Which vectors are wanted. */
export interface VectorShape {
  /** How many columns, the first ones. */
  columns: number;
  /** Whether they are scaled to length 1. */
  normalize: boolean;
}

/** Token ids that are pooled at once; more if a single text has more. */
const TOKENS = 1 << 16;
/** Numbers that are pooled at once: what comes out stays in the processor's cache until it is copied. */
const NUMBERS = 1 << 17;

/** Means of token ids' rows by the kernels, on the calling thread. */
export class TablePooler {
  readonly #table: PlacedTable;
  readonly #dropped: number | undefined;

  /** @param dropped token id that is left out */
  constructor(table: PlacedTable, dropped: number | undefined) {
    this.#table = table;
    this.#dropped = dropped;
  }

  /**
   * Writes the vectors of texts.
   *
   * @param out float32 [texts, columns], row-major
   */
  pool(bags: TokenBags, shape: VectorShape, out: Float32Array): void {
    const { offsets } = bags;
    const texts = offsets.length - 1;
    const most = Math.max(1, Math.floor(NUMBERS / shape.columns));
    for (let start = 0; start < texts;) {
      let end = start + 1;
      while (end < texts && end - start < most && offsets[end + 1] - offsets[start] <= TOKENS) end++;
      this.#poolSome({ bags, start, end }, shape, out);
      start = end;
    }
  }

  #poolSome({ bags, start, end }: BagRange, { columns, normalize }: VectorShape, out: Float32Array): void {
    const { kernels, address: table, kind, dim: stride, mapping, weights } = this.#table;
    const { memory } = kernels;
    const texts = end - start;
    const [first, last] = [bags.offsets[start], bags.offsets[end]];
    const mark = memory.mark();
    const offsets = memory.reserve(4 * (texts + 1));
    const ids = memory.reserve(4 * (last - first));
    const vectors = memory.reserve(4 * texts * columns);
    const { buffer } = memory;
    const places = new Int32Array(buffer, offsets, texts + 1);
    for (let i = 0; i <= texts; i++) places[i] = bags.offsets[start + i] - first;
    new Int32Array(buffer, ids, last - first).set(bags.ids.subarray(first, last));
    const shape = { columns, normalize, stride, table, kind, mapping, weights, dropped: this.#dropped };
    kernels.encodeTexts({ ...shape, offsets, ids, out: vectors, texts, grain: texts });
    out.set(new Float32Array(buffer, vectors, texts * columns), start * columns);
    memory.release(mark);
  }
}

interface BagRange {
  bags: TokenBags;
  start: number;
  end: number;
}

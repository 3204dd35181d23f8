import { Kernels } from "../kernels/mod.ts";
import { normalizeRow } from "../model/mod.ts";
import { type Arithmetic, kernelArithmetic } from "./arithmetic.ts";

/** Rows that are compared with each other: anchors, positives and, if there are more columns, negatives. */
export interface MarginRows {
  /** float32 [rows, dim] for every text column, at least two. */
  vectors: readonly Float32Array[];
  /** One array a column: the 64-bit hash of row i's text is entries 2i and 2i + 1. */
  hashes: readonly Uint32Array[];
  /** Numbers in a vector. */
  dim: number;
}

/** Tells by how much a model prefers the positives of rows to their negatives. Stop it when done, which ends its threads. */
export class InBatchMargins {
  readonly #kernels: Kernels;
  readonly #arithmetic: Arithmetic;

  private constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#arithmetic = kernelArithmetic(kernels);
  }

  /** Starts the threads. */
  static async start({ threads }: { threads?: number } = {}): Promise<InBatchMargins> {
    return new InBatchMargins(await Kernels.start({ threads }));
  }

  /**
   * The margin of every row: cosine of anchor and positive less the largest cosine of the anchor and any other row's
   * positive or negative, or its own negative. Texts that are a positive of the same anchor are passed over. Without any
   * other text the largest cosine counts as -1.
   *
   * @returns float32 [rows], from -2 to 2
   */
  margins({ vectors, hashes, dim }: MarginRows): Float32Array {
    const rows = vectors[0].length / dim;
    const positivesOf = positives(hashes, rows);
    return this.#arithmetic.scoped(() => {
      const [anchors, ...others] = vectors.map((column) => this.#normalized(column, dim));
      const out = this.#arithmetic.float64(rows * rows);
      const own = new Float64Array(rows);
      const hardest = new Float64Array(rows).fill(-1);
      others.forEach((texts, c) => {
        this.#arithmetic.products({
          a: anchors,
          aRows: rows,
          b: texts,
          bRows: rows,
          columns: dim,
          sizes: [dim],
          out,
        });
        for (let i = 0; i < rows; i++) {
          if (c === 0) own[i] = out[i * rows + i];
          hardest[i] = Math.max(
            hardest[i],
            largestOther(out.subarray(i * rows, (i + 1) * rows), {
              hashes: hashes[c + 1],
              passedOver: positivesOf[i],
            }),
          );
        }
      });
      return Float32Array.from(own, (cosine, i) => cosine - hardest[i]);
    });
  }

  /** Ends the threads. */
  [Symbol.dispose](): void {
    this.#kernels.stop();
  }

  #normalized(column: Float32Array, dim: number): Float32Array {
    const out = this.#arithmetic.float32(column.length);
    for (let start = 0; start < column.length; start += dim) {
      normalizeRow(column.subarray(start, start + dim), out.subarray(start, start + dim));
    }
    return out;
  }
}

/** Texts of every row's positives: its own and those of the rows with the same anchor. */
function positives([anchors, texts]: readonly Uint32Array[], rows: number): Set<string>[] {
  const byAnchor = new Map<string, Set<string>>();
  return Array.from({ length: rows }, (_, row) => {
    const anchor = keyOf(anchors, row);
    const found = byAnchor.get(anchor) ?? new Set();
    byAnchor.set(anchor, found.add(keyOf(texts, row)));
    return found;
  });
}

/** The largest cosine of texts that are not passed over; most are told by their cosine alone. */
function largestOther(
  cosines: Float64Array,
  { hashes, passedOver }: { hashes: Uint32Array; passedOver: Set<string> },
): number {
  let largest = -1;
  for (let j = 0; j < cosines.length; j++) {
    if (cosines[j] > largest && !passedOver.has(keyOf(hashes, j))) largest = cosines[j];
  }
  return largest;
}

function keyOf(hashes: Uint32Array, row: number): string {
  return `${hashes[2 * row]} ${hashes[2 * row + 1]}`;
}

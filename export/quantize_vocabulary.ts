import { Kernels } from "../kernels/mod.ts";
import type { ExportedModel } from "./exported_model.ts";

/** Options of {@link quantizeVocabulary}. */
export interface QuantizeVocabularyOptions {
  /**
   * Threads; the result does not depend on them.
   * @default as many as the machine has cores
   */
  threads?: number;
  /**
   * Rounds of k-means at most; it ends before when no token changes its row.
   * @default 12
   */
  rounds?: number;
  /** Called after every round with its number and how many tokens changed their row. */
  onRound?: (round: number, changed: number) => void;
}

/** Rows that are compared with all centroids at once. */
const CHUNK = 128;

/**
 * Lets tokens share rows: the table shrinks to `size` rows, and every token has the number of one and a factor, as in
 * Model2Vec's vocabulary-quantised models. Rows are found by spherical k-means over the directions of the tokens' rows,
 * starting from evenly spaced ones; a token's factor is the one that brings the shared row nearest to its own.
 *
 * @param parts the model
 * @param size rows to keep, 1 to those of the table
 * @param options {@link QuantizeVocabularyOptions}
 * @throws RangeError when the model has fewer rows, shares rows already, or holds numbers that are not finite
 */
export async function quantizeVocabulary(
  parts: ExportedModel,
  size: number,
  options: QuantizeVocabularyOptions = {},
): Promise<ExportedModel> {
  checkSize(parts, size);
  using kernels = await Kernels.start({ threads: options.threads });
  const clusters = new Clusters(kernels, parts, size);
  const { rounds = 12, onRound } = options;
  for (let round = 1; round <= rounds; round++) {
    const changed = clusters.assign();
    onRound?.(round, changed);
    if (changed === 0) break;
    clusters.update();
  }
  clusters.assign();
  const { mapping, centroids, factors } = clusters;
  const weights = parts.weights === undefined
    ? factors
    : factors.map((factor, id) => factor * parts.weights![id]);
  return { ...parts, table: new Float32Array(centroids), rows: size, mapping, weights };
}

function checkSize({ table, rows, mapping }: ExportedModel, size: number): void {
  const refuse = (reason: string): never => {
    throw new RangeError(`Cannot quantise the vocabulary: ${reason}`);
  };
  if (mapping !== undefined) refuse("tokens share rows already; take the model that it was made from");
  if (!Number.isInteger(size) || size < 1 || size > rows) {
    refuse(`the model has ${rows} rows, ${size} cannot be kept; keep 1 to ${rows}`);
  }
  if (!table.every(Number.isFinite)) {
    refuse("the table holds a number that is not finite; look for a training run that diverged");
  }
}

/** The state of k-means. */
class Clusters {
  /** int32 [vocab]: the centroid of each token. */
  readonly mapping: Int32Array;
  /** float32 [size, dim], each of length 1. */
  readonly centroids: Float32Array<SharedArrayBuffer>;
  /** float64 [vocab]: product of each token's row with its centroid. */
  readonly factors: Float64Array;
  readonly #kernels: Kernels;
  readonly #dim: number;
  readonly #size: number;
  readonly #rows: number;
  readonly #directions: Float32Array<SharedArrayBuffer>;
  readonly #lengths: Float64Array;
  readonly #products: Float64Array<SharedArrayBuffer>;
  readonly #sizes: Int32Array<SharedArrayBuffer>;

  constructor(kernels: Kernels, { table, rows, dim }: ExportedModel, size: number) {
    const { memory } = kernels;
    this.#kernels = kernels;
    this.#dim = dim;
    this.#size = size;
    this.#rows = rows;
    this.#directions = memory.float32(rows * dim);
    this.#lengths = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const target = this.#directions.subarray(row * dim, (row + 1) * dim);
      target.set(table.subarray(row * dim, (row + 1) * dim));
      this.#lengths[row] = normalize(target);
    }
    this.centroids = memory.float32(size * dim);
    for (let i = 0; i < size; i++) this.#moveTo(i, Math.floor(i * rows / size));
    this.#products = memory.float64(Math.min(CHUNK, rows) * size);
    this.#sizes = memory.int32(1).fill(dim);
    this.mapping = new Int32Array(rows).fill(-1);
    this.factors = new Float64Array(rows);
  }

  /** Gives every token its nearest centroid; says how many got another one. */
  assign(): number {
    let changed = 0;
    for (let start = 0; start < this.#rows; start += CHUNK) {
      const count = Math.min(CHUNK, this.#rows - start);
      const a = this.#directions.subarray(start * this.#dim, (start + count) * this.#dim);
      const out = this.#products.subarray(0, count * this.#size);
      this.#kernels.prefixProducts({
        a,
        aRows: count,
        b: this.centroids,
        bRows: this.#size,
        columns: this.#dim,
        sizes: this.#sizes,
        out,
      });
      for (let i = 0; i < count; i++) {
        const nearest = largestAt(out, i * this.#size, this.#size);
        if (this.mapping[start + i] !== nearest) changed++;
        this.mapping[start + i] = nearest;
        this.factors[start + i] = out[i * this.#size + nearest] * this.#lengths[start + i];
      }
    }
    return changed;
  }

  /** Moves every centroid to the mean direction of its tokens; one without tokens to the token that is worst off. */
  update(): void {
    const sums = new Float64Array(this.#size * this.#dim);
    const counts = new Int32Array(this.#size);
    for (let row = 0; row < this.#rows; row++) {
      const cluster = this.mapping[row];
      counts[cluster]++;
      for (let c = 0; c < this.#dim; c++) {
        sums[cluster * this.#dim + c] += this.#directions[row * this.#dim + c];
      }
    }
    const worst = this.#worstOff();
    for (let i = 0; i < this.#size; i++) {
      const centroid = this.centroids.subarray(i * this.#dim, (i + 1) * this.#dim);
      if (counts[i] === 0) this.#moveTo(i, worst.pop()!);
      else {
        centroid.set(sums.subarray(i * this.#dim, (i + 1) * this.#dim));
        normalize(centroid);
      }
    }
  }

  #moveTo(centroid: number, row: number): void {
    const direction = this.#directions.subarray(row * this.#dim, (row + 1) * this.#dim);
    this.centroids.set(direction, centroid * this.#dim);
  }

  /** Tokens by how near their centroid is, the farthest last. */
  #worstOff(): number[] {
    const nearness = this.factors.map((factor, row) => factor / (this.#lengths[row] || 1));
    return Array.from({ length: this.#rows }, (_, row) => row).sort((a, b) =>
      nearness[b] - nearness[a] || b - a
    );
  }
}

/** Brings a vector to length 1 and gives the length that it had; a zero vector stays. */
function normalize(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (length > 0) { for (let i = 0; i < vector.length; i++) vector[i] /= length; }
  return length;
}

/** Place of the largest of `count` numbers from `start` on; of equal ones the first. */
function largestAt(values: Float64Array, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}

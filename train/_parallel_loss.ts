import type { Runtime } from "../runtime/mod.ts";
import { ChunkedLoss } from "./chunked_loss.ts";
import type { GraphSpec } from "./loss_graph.ts";
import { type LossRunner, type PooledBatch, WholeLoss } from "./loss_runner.ts";
import { isComputedByRows, lossChunkSize } from "./losses/mod.ts";
import { rowsOfRank } from "./row_range.ts";
import type { Team } from "./team.ts";

/**
 * The loss of a batch whose embeddings are spread over several processes. All get all embeddings, so that in-batch
 * negatives span the processes; each computes its rows' share of the loss, and receives what the others' shares say about
 * its own embeddings. A loss that cannot be computed by rows is computed whole by each.
 *
 * `pairs`, labels and guides are those of the whole batch, embeddings and gradients those of this process's rows.
 */
export class ParallelLoss implements LossRunner {
  readonly #team: Team;
  readonly #spec: GraphSpec;
  readonly #loss: LossRunner;
  /** Columns whose gradients come from all processes; none if each computes the whole loss. */
  readonly #competitors: readonly number[];
  readonly #byRows: boolean;
  #pooled: Float32Array<ArrayBuffer> = new Float32Array(0);
  #gradients: Float32Array<ArrayBuffer> = new Float32Array(0);

  /** Builds and loads the graphs. */
  constructor(team: Team, runtime: Runtime, spec: GraphSpec) {
    this.#team = team;
    this.#spec = spec;
    this.#byRows = isComputedByRows(spec.loss);
    if (this.#byRows) {
      const loss = new ChunkedLoss(runtime, spec, lossChunkSize(spec.loss) ?? Infinity);
      this.#loss = loss;
      this.#competitors = loss.competitors;
    } else {
      this.#loss = new WholeLoss(runtime, spec);
      this.#competitors = [];
    }
  }

  /** Gives the loss of the whole batch and writes the gradients of this process's rows. */
  async run({ pairs, pooled, gradients, extras }: PooledBatch): Promise<number> {
    const { columns, dim } = this.#spec;
    const size = columns * pairs * dim;
    if (this.#pooled.length < size) {
      this.#pooled = new Float32Array(size);
      this.#gradients = new Float32Array(size);
    }
    const whole = { pooled: this.#pooled.subarray(0, size), gradients: this.#gradients.subarray(0, size) };
    await this.#gather(pairs, pooled, whole.pooled);
    const rows = this.#team.rowsOf(pairs);
    const loss = await this.#loss.run({ pairs, ...whole, extras, rows });
    await this.#scatter(pairs, whole.gradients, gradients);
    return await this.#total(loss);
  }

  /** Gives the sessions back. */
  release(): void {
    this.#loss.release();
  }

  /** Numbers of a column that each process has. */
  #counts(pairs: number): number[] {
    const { size } = this.#team.processes;
    return Array.from(
      { length: size },
      (_, rank) => rowsOfRank(pairs, { rank, size }).count * this.#spec.dim,
    );
  }

  async #gather(
    pairs: number,
    own: Float32Array<ArrayBufferLike>,
    all: Float32Array<ArrayBufferLike>,
  ): Promise<void> {
    const { columns, dim } = this.#spec;
    const counts = this.#counts(pairs);
    const length = counts[this.#team.processes.rank];
    for (let column = 0; column < columns; column++) {
      const part = own.subarray(column * length, (column + 1) * length);
      const out = all.subarray(column * pairs * dim, (column + 1) * pairs * dim);
      await this.#team.processes.allGatherVarying(part, counts, out);
    }
  }

  /** Adds up what the processes computed for the rows of each, in the order of their ranks. */
  async #scatter(
    pairs: number,
    all: Float32Array<ArrayBufferLike>,
    own: Float32Array<ArrayBufferLike>,
  ): Promise<void> {
    const { columns, dim } = this.#spec;
    const { processes } = this.#team;
    const counts = this.#counts(pairs);
    const length = counts[processes.rank];
    const received = counts.map(() => length);
    const first = this.#team.rowsOf(pairs).first * dim;
    for (let column = 0; column < columns; column++) {
      const from = all.subarray(column * pairs * dim, (column + 1) * pairs * dim);
      const out = own.subarray(column * length, (column + 1) * length);
      if (!this.#competitors.includes(column)) {
        out.set(from.subarray(first, first + length));
        continue;
      }
      const parts = new Float32Array(length * processes.size) as Float32Array<ArrayBufferLike>;
      await processes.allToAll(from, counts, { out: parts, received });
      out.set(parts.subarray(0, length));
      for (let rank = 1; rank < processes.size; rank++) {
        const shift = rank * length;
        for (let i = 0; i < length; i++) out[i] += parts[shift + i];
      }
    }
  }

  /** The loss of all rows: the same number in all processes. */
  async #total(loss: number): Promise<number> {
    const all = new Float64Array(this.#team.processes.size);
    await this.#team.processes.allGather(Float64Array.of(loss), all);
    return this.#byRows ? all.reduce((sum, each) => sum + each, 0) : all[0];
  }
}

import { type Communicator, describeRanks } from "../mpi/mod.ts";
import type { TrainingState } from "./executor.ts";
import { type RowRange, rowsOfRank } from "./row_range.ts";
import { stateDigest } from "./_digests.ts";

/** The processes that carry out one training together: all take the same steps, on the same tables. */
export class Team {
  /** How they talk. */
  readonly processes: Communicator;
  /** Aborts in all of them after the same step. */
  readonly signal: AbortSignal;
  readonly #own: AbortSignal | undefined;
  readonly #controller = new AbortController();

  /**
   * A team of this process and all others.
   *
   * @param own what this process was asked; if it is to stop, all stop
   */
  constructor(processes: Communicator, own?: AbortSignal) {
    this.processes = processes;
    this.#own = own;
    this.signal = this.#controller.signal;
  }

  /** Whether this process was asked to stop. */
  get isAskedToStop(): boolean {
    return this.#own?.aborted ?? false;
  }

  /** Tells what the processes agreed on: to stop after this step. */
  stop(): void {
    this.#controller.abort(this.#own?.reason);
  }

  /** The rows of a batch that are this process's. */
  rowsOf(pairs: number): RowRange {
    return rowsOfRank(pairs, this.processes);
  }

  /**
   * Makes sure that all processes have the same batch.
   *
   * @param digest what tells it from others
   * @throws {RangeError} naming the ranks that differ from rank 0
   */
  async checkBatch(digest: number): Promise<void> {
    const all = new Int32Array(this.processes.size);
    await this.processes.allGather(Int32Array.of(digest), all);
    const others = [...all.keys()].filter((rank) => all[rank] !== all[0]);
    if (others.length === 0) return;
    throw new RangeError(
      `Cannot train together: ${describeRanks(others)} read other texts than rank 0; give all the same data`,
    );
  }

  /**
   * Makes sure that all processes have the same state, bit for bit.
   *
   * @throws {Error} naming the ranks that differ from rank 0
   */
  async checkState(state: TrainingState, step: number): Promise<void> {
    const others = await this.processes.differing(stateDigest(state));
    if (others.length === 0) return;
    throw new Error(
      `Cannot go on after step ${step}: the tables of ${describeRanks(others)} are not those of rank 0; ` +
        "check these machines' memory, then resume from the last checkpoint",
    );
  }
}

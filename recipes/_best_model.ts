import type { SuiteReport } from "../eval/mod.ts";
import { readFloat32Tensor, readSafetensorsHeader, writeSafetensors } from "../model/mod.ts";
import { type MetricsRecord, RUN_FILES, type RunFolder } from "./_run_folder.ts";
import { scoresAt } from "./_scoring.ts";
import type { BestModelRecipe, Filled } from "./recipe.ts";

/** The best evaluation of a run. */
export interface BestScore {
  /** Steps that were done. */
  step: number;
  /** Score. */
  score: number;
}

/**
 * Keeps the table of the best evaluation of a run, and says when it is no use to go on. What it remembers follows from the
 * run's metrics, so that a resumed run remembers the same.
 */
export class BestModel {
  /** The best evaluation so far. */
  best: BestScore | undefined;
  readonly #folder: RunFolder;
  readonly #spec: Filled<BestModelRecipe>;
  readonly #shape: readonly [vocab: number, dim: number];
  /** Evaluations since the best. */
  #since = 0;

  /**
   * Begins with what a run has written down before.
   *
   * @param shape of the table, [vocab, dim]
   */
  constructor(
    folder: RunFolder,
    { spec, shape }: { spec: Filled<BestModelRecipe>; shape: readonly [vocab: number, dim: number] },
  ) {
    this.#folder = folder;
    this.#spec = spec;
    this.#shape = shape;
  }

  /** Goes on with the evaluations that a run has written down. */
  remember(records: readonly MetricsRecord[]): void {
    const { metric } = this.#spec;
    for (const record of records) {
      if (record.kind !== "evaluation" || record.step === 0 || record.size !== this.#size) continue;
      this.#count(record.step, record.scores[metric] ?? -Infinity);
    }
  }

  /**
   * Checks that an evaluation has the score.
   *
   * @throws {RangeError} if it has not; the message lists those there are
   */
  check(report: SuiteReport): void {
    const { metric } = this.#spec;
    const names = Object.keys(scoresAt(report, this.#size));
    if (!report.sizes.includes(this.#size)) {
      throw new RangeError(
        `Cannot choose the best model: size ${this.#size} is not scored; set training.bestModel.size to one of ${
          report.sizes.join(", ")
        }`,
      );
    }
    if (names.includes(metric)) return;
    throw new RangeError(
      `Cannot choose the best model: the evaluation has no ${metric}; set training.bestModel.metric to one of ${
        names.join(", ")
      }`,
    );
  }

  /**
   * Takes an evaluation; its table is kept if it is the best.
   *
   * @returns whether it is of use to go on
   */
  async offer(step: number, report: SuiteReport, table: Float32Array<ArrayBufferLike>): Promise<boolean> {
    const { metric } = this.#spec;
    if (this.#count(step, scoresAt(report, this.#size)[metric] ?? -Infinity)) {
      const tensors = {
        embeddings: { dtype: "F32" as const, shape: this.#shape, data: table as Float32Array<ArrayBuffer> },
      };
      await writeSafetensors(this.#folder.at(RUN_FILES.best), tensors, { metadata: { step: `${step}` } });
    }
    return this.goesOn;
  }

  /** Whether it is of use to go on. */
  get goesOn(): boolean {
    const { patience } = this.#spec;
    return patience === null || this.#since < patience;
  }

  /** The table of the best evaluation, float32 [vocab, dim]. */
  async table(): Promise<Float32Array<ArrayBufferLike>> {
    return await readFloat32Tensor(
      await readSafetensorsHeader(this.#folder.at(RUN_FILES.best)),
      "embeddings",
    );
  }

  get #size(): number {
    return this.#spec.size ?? this.#shape[1];
  }

  /** Whether it is the best so far, by more than `minDelta`. */
  #count(step: number, score: number): boolean {
    const isBest = this.best === undefined || score > this.best.score + this.#spec.minDelta;
    this.#since = isBest ? 0 : this.#since + 1;
    if (isBest) this.best = { step, score };
    return isBest;
  }
}

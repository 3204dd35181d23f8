import { type CalibrationRanges, calibrationRanges, type Matrix, quantizedValues } from "../model/mod.ts";
import type { Ranking } from "./_top_k.ts";
import type { QuantizedReport } from "./suite_report.ts";
import { VectorRanker, type VectorRankerOptions } from "./vector_ranker.ts";

/** How a {@link RetrievalPass} ranks. */
export interface RetrievalPassOptions extends Omit<VectorRankerOptions, "rescoring"> {
  /** Precisions to score beside float32. */
  precisions?: readonly QuantizedReport["precision"][];
}

/** Rankings of quantised vectors: for every size one a query. */
export interface QuantizedRankings {
  precision: QuantizedReport["precision"];
  rescored: boolean;
  rankings: Ranking[][];
}

/**
 * Documents that int8 is calibrated on: the first ones, all where there are fewer. As many wait before any is ranked.
 */
const CALIBRATION_DOCUMENTS = 10_000;

/** Ranks documents as they come, by float32 and by quantised vectors at once, at every size. */
export class RetrievalPass {
  readonly #queries: Matrix;
  readonly #options: RetrievalPassOptions;
  readonly #float: VectorRanker;
  readonly #binary: VectorRanker | undefined;
  #int8: VectorRanker | undefined;
  #ranges: CalibrationRanges | undefined;
  /** Documents that wait for the calibration. */
  #waiting: Matrix[] = [];
  #waitingRows = 0;

  /** @throws RangeError when a query vector is not finite */
  constructor(queries: Matrix, options: RetrievalPassOptions) {
    this.#queries = queries;
    this.#options = options;
    this.#float = new VectorRanker(queries, options);
    if (options.precisions?.includes("binary")) this.#binary = this.#quantizedRanker("binary");
  }

  /** Ranks more documents. @throws RangeError when a vector is not finite */
  add(documents: Matrix): void {
    this.#float.add(documents);
    this.#binary?.add(quantizedValues(documents, "binary"));
    if (!this.#options.precisions?.includes("int8")) return;
    if (this.#int8 !== undefined) return this.#addInt8(documents);
    this.#waiting.push(documents);
    this.#waitingRows += documents.rows;
    this.#ranges = calibrationRanges(documents, this.#ranges);
    if (this.#waitingRows >= CALIBRATION_DOCUMENTS) this.#startInt8();
  }

  /** The rankings by float32, for every size one a query. */
  rankings(): Ranking[][] {
    return this.#float.rankings();
  }

  /** The rankings by quantised vectors, each before and after the second look. */
  quantized(): QuantizedRankings[] {
    if (this.#int8 === undefined && this.#ranges !== undefined) this.#startInt8();
    return (this.#options.precisions ?? []).flatMap((precision) => {
      const ranker = precision === "int8" ? this.#int8 : this.#binary;
      if (ranker === undefined) return [];
      return [
        { precision, rescored: false, rankings: ranker.rankings() },
        { precision, rescored: true, rankings: ranker.rescoredRankings() },
      ];
    });
  }

  #startInt8(): void {
    this.#int8 = this.#quantizedRanker("int8");
    for (const documents of this.#waiting) this.#addInt8(documents);
    this.#waiting = [];
  }

  #addInt8(documents: Matrix): void {
    this.#int8?.add(quantizedValues(documents, "int8", this.#ranges));
  }

  #quantizedRanker(precision: QuantizedReport["precision"]): VectorRanker {
    const queries = quantizedValues(this.#queries, precision, this.#ranges);
    return new VectorRanker(queries, { ...this.#options, rescoring: { queries: this.#queries } });
  }
}

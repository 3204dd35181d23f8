import { type CalibrationRanges, calibrationRanges, type Matrix, quantizedValues } from "../model/mod.ts";
import { type Scored, type ScoringTask, sizeReport, truncationFor } from "./_scored.ts";
import { scorerOf, type VectorCollection } from "./_scorers.ts";
import { checkedSizes } from "./_sizes.ts";
import type { QuantizedReport } from "./suite_report.ts";

/** Scores an encoder on a collection whose texts are all encoded before anything is compared. */
export async function scoreVectors(collection: VectorCollection, task: ScoringTask): Promise<Scored> {
  const scorer = scorerOf(collection);
  const { encoding, arithmetic, perItem, precisions } = task;
  const vectors: Matrix[] = [];
  for (const texts of scorer.texts(collection)) {
    vectors.push(await encoding.all(texts));
    checkedSizes(truncationFor(task, vectors[0].columns), vectors[0].columns);
  }
  const options = { truncate: truncationFor(task, vectors[0].columns), arithmetic };
  const { sizes, notes } = arithmetic.scoped(() => scorer.evaluate(collection, vectors, options));
  const quantized = (scorer.quantizable ? precisions : []).flatMap((precision) => {
    const ranges = vectors.reduce<CalibrationRanges | undefined>(
      (before, matrix) => calibrationRanges(matrix, before),
      undefined,
    );
    const values = vectors.map((matrix) => quantizedValues(matrix, precision, ranges));
    const { sizes } = arithmetic.scoped(() => scorer.evaluate(collection, values, options));
    return sizes.map((size): QuantizedReport => ({
      ...sizeReport(size, { precision, perItem }),
      precision,
      rescored: false,
    }));
  });
  const items = perItem ? scorer.items?.(collection) : undefined;
  return {
    mainMetric: collection.mainMetric ?? scorer.mainMetric,
    counts: scorer.counts(collection),
    sizes: sizes.map((size) => sizeReport(size, { precision: "float32", perItem })),
    ...(quantized.length > 0 ? { quantized } : {}),
    ...(items ? { items } : {}),
    notes,
  };
}

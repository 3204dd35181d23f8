import type { CollectionReport, SizeReport, SuiteReport } from "../suite_report.ts";
import { membersOf } from "./_entries.ts";

/** The main score of a collection or of a mean, under the name by which recipes ask for it. */
export interface NamedScore {
  /** `NanoSciFact_cosine_ndcg@10`, `NanoBEIR_mean_cosine_ndcg@10`. */
  name: string;
  /** Name of the score in reports, `cosine_ndcg@10`. */
  metric: string;
  /** Scores at every size, ascending. */
  sizes: readonly SizeReport[];
  /** The collection, or those that the mean is taken over. */
  collections: readonly CollectionReport[];
}

/**
 * The main score of every collection, then of every mean.
 *
 * @param report result of a suite
 */
export function namedScores(report: SuiteReport): NamedScore[] {
  return [
    ...report.collections.map((one) => ({
      name: `${one.name}_${one.mainMetric}`,
      metric: one.mainMetric,
      sizes: one.sizes,
      collections: [one],
    })),
    ...report.means.map((mean) => ({
      name: `${mean.benchmark}_mean_${mean.mainMetric}`,
      metric: mean.mainMetric,
      sizes: mean.sizes,
      collections: membersOf(mean, report),
    })),
  ];
}

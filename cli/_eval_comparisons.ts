import { UsageError } from "./_args.ts";
import { type ComparedReports, compareReports, type ReportSubject } from "../eval/mod.ts";

/** How models are compared. */
export interface ComparisonsOptions {
  /** Seed of the draws. */
  seed: number;
  /** Sizes that were asked for; without them every model counts with its largest. */
  sizes: readonly number[] | undefined;
}

/**
 * Compares every model with the first; one model alone, its smaller sizes with the largest.
 *
 * @param subjects What was scored, the one compared with first.
 * @param options How.
 */
export function comparisonsOf(
  subjects: readonly ReportSubject[],
  { seed, sizes }: ComparisonsOptions,
): ComparedReports[] {
  const [{ report: first }, ...others] = subjects;
  if (others.length === 0) return sizesCompared(subjects[0], seed);
  return others.flatMap(({ report }) => {
    if (sizes === undefined) {
      return [compareReports(
        { name: first.subject, report: first },
        { name: report.subject, report },
        { seed },
      )];
    }
    return sizes.map((size) =>
      compareReports({ name: `${first.subject} at ${size}`, report: first, size }, {
        name: `${report.subject} at ${size}`,
        report,
        size,
      }, { seed })
    );
  });
}

function sizesCompared({ report }: ReportSubject, seed: number): ComparedReports[] {
  if (report.sizes.length < 2) {
    throw new UsageError(
      `Cannot compare ${report.subject} with nothing: name another model, or two sizes with --truncate 32,256`,
    );
  }
  const largest = report.sizes[report.sizes.length - 1];
  return report.sizes.filter((size) => size !== largest).map((size) =>
    compareReports({ name: `${largest} dimensions`, report, size: largest }, {
      name: `${size} dimensions`,
      report,
      size,
    }, { seed })
  );
}

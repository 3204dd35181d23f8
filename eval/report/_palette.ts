import { type LegendEntry, seriesStyle } from "./_figure.ts";
import { subjectName } from "./_names.ts";
import type { ScoreRow } from "./score_rows.ts";

/** The look of every model and baseline, the same in all charts of a page. */
export interface Palette {
  /** All of them, models first. */
  subjects: string[];
  /** The look of one. */
  styleOf(subject: string): LegendEntry;
}

/**
 * Gives every model and baseline a look.
 *
 * @param rows all rows of the page
 */
export function paletteOf(rows: readonly ScoreRow[]): Palette {
  const named = (isBaseline: boolean): string[] =>
    rows.filter((row) => row.isBaseline === isBaseline).map(({ subject }) => subject);
  const subjects = [...new Set([...named(false), ...named(true)])];
  return {
    subjects,
    styleOf: (subject) => ({
      name: subjectName(subject),
      ...seriesStyle(Math.max(0, subjects.indexOf(subject))),
    }),
  };
}

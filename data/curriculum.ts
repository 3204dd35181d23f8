import { admittedShare, type Pacing } from "./pacing.ts";

/** In which order the rows of every data set come in, by their difficulty. */
export interface Curriculum {
  /** How the share of the rows that are drawn grows. */
  pacing: Pacing;
  /** At which end it begins. */
  order: "easyFirst" | "hardFirst";
  /**
   * Null: no row is drawn before its time. Else it is drawn even before, as often as (share admitted / place)^weightPower
   * of the time, its place being the share of the rows up to it. Above 0.
   */
  weightPower: number | null;
  /** Epochs that are the whole training, above 0; not a whole number if it ends within one. */
  epochs: number;
}

/**
 * Rows that may be drawn: the admitted share, rounded up, and never fewer than fill a batch.
 *
 * @param progress share of the training that is over, 0 or more
 */
export function admittedRows(
  pacing: Pacing,
  { rowCount, batchSize }: { rowCount: number; batchSize: number },
  progress: number,
): number {
  const rows = Math.ceil(rowCount * admittedShare(pacing, progress));
  return Math.min(rowCount, Math.max(batchSize, rows));
}

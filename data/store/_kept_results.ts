import { join } from "node:path";
import { readSideFile, writeSideFile } from "./_side_file.ts";
import type { HeldOutChoice } from "./held_out_choice.ts";
import type { TextRow } from "./_jobs.ts";
import type { StoreOptions } from "./store_options.ts";
import type { StoreSummary } from "./_summary.ts";

/** The rows held out, if their texts were kept; undefined if they are still to be found. */
export function readHeldOutRows(folder: string, choice: HeldOutChoice | undefined): TextRow[] | undefined {
  if (choice === undefined) return [];
  return readSideFile(join(folder, heldOutName(choice))) as TextRow[] | undefined;
}

/** Keeps the rows held out and their texts. */
export function keepHeldOutRows(folder: string, choice: HeldOutChoice, rows: readonly TextRow[]): void {
  writeSideFile(join(folder, heldOutName(choice)), rows);
}

/** What the rows to train on amount to, if it was counted; undefined if it is still to be counted. */
export function readSummary(folder: string, options: StoreOptions): StoreSummary | undefined {
  const kept = readSideFile(join(folder, summaryName(options))) as Kept | undefined;
  if (kept?.checksum === undefined) return undefined;
  return {
    ...kept,
    groupRows: Uint32Array.from(kept.groupRows),
    groupBytes: Float64Array.from(kept.groupBytes),
    groupRepeats: Uint32Array.from(kept.groupRepeats),
  };
}

/** Keeps what the rows to train on amount to. */
export function keepSummary(folder: string, options: StoreOptions, summary: StoreSummary): void {
  const { groupRows, groupBytes, groupRepeats } = summary;
  const kept: Kept = {
    ...summary,
    groupRows: [...groupRows],
    groupBytes: [...groupBytes],
    groupRepeats: [...groupRepeats],
  };
  writeSideFile(join(folder, summaryName(options)), kept);
}

/** A summary as JSON holds it. */
type Kept = {
  [K in keyof StoreSummary]: StoreSummary[K] extends ArrayLike<number> ? number[] : StoreSummary[K];
};

function heldOutName({ count, key }: HeldOutChoice): string {
  return `held-out-${count}-${key.map((word) => word.toString(16).padStart(8, "0")).join("")}.json`;
}

function summaryName({ duplicates, heldOut }: StoreOptions): string {
  return heldOut === undefined
    ? `summary-${duplicates}.json`
    : `summary-${duplicates}-${heldOutName(heldOut)}`;
}

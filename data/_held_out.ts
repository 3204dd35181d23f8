import type { Tokenizer } from "../text/mod.ts";
import type { ColumnRoles } from "./columns.ts";
import type { Random } from "./random.ts";
import { RowFilter } from "./_row_filter.ts";
import { readColumnNames, readRows } from "./rows.ts";
import { resolveSource, type ResolveSourceOptions } from "./source.ts";
import { assignColumns } from "./columns.ts";

/** Rows kept back for evaluation. */
export interface HeldOut {
  /** Texts of every text column, in the order of the columns. */
  texts: string[][];
  /** float32 [rows, n], row-major, if the data set has labels. */
  labels?: Float32Array;
}

/** Draws rows at random from a stream of unknown length. */
export interface HeldOutDraw {
  /** Rows wanted. */
  readonly count: number;
  /** Offers the next row. */
  offer(row: number, texts: string[], labels: readonly number[]): void;
  /** The rows drawn, ascending, with their texts by column. */
  finish(columns: number): { rows: Uint32Array; texts: string[][]; labels: Float32Array };
}

/**
 * Draws `count` rows, every set of rows equally likely, while only so many are kept (Vitter 1985, algorithm R).
 *
 * @param random generator; it advances by one number a row
 */
export function drawHeldOut(count: number, random: Random): HeldOutDraw {
  const drawn: { row: number; texts: string[]; labels: readonly number[] }[] = [];
  return {
    count,
    offer(row: number, texts: string[], labels: readonly number[]): void {
      if (count === 0) return;
      const place = drawn.length < count ? drawn.length : random.below(row + 1);
      if (place < count) drawn[place] = { row, texts, labels };
    },
    finish(columns: number): { rows: Uint32Array; texts: string[][]; labels: Float32Array } {
      drawn.sort((a, b) => a.row - b.row);
      const texts = Array.from({ length: columns }, (_, c) => drawn.map((one) => one.texts[c]));
      return {
        rows: Uint32Array.from(drawn, ({ row }) => row),
        texts,
        labels: Float32Array.from(drawn.flatMap(({ labels }) => labels)),
      };
    },
  };
}

/** The usable rows of another split, all of them. */
export async function readHeldOutSplit(
  { source, config, split }: { source: string; config?: string; split: string },
  options: ResolveSourceOptions & { roles: ColumnRoles; tokenizer: Tokenizer },
): Promise<HeldOut> {
  const resolved = await resolveSource(source, { ...options, config, split });
  const { texts, label } = options.roles;
  const wanted = label === undefined ? texts : [...texts, label];
  assignColumns(await readColumnNames(resolved), wanted);
  const filter = new RowFilter(options.roles, options.tokenizer, "keep");
  const columns: string[][] = texts.map(() => []);
  const labels: number[] = [];
  for await (const rows of readRows(resolved, { columns: wanted })) {
    for (const row of filter.accept(rows)) {
      row.texts.forEach((text, c) => columns[c].push(text));
      labels.push(...row.labels);
    }
  }
  return label === undefined ? { texts: columns } : { texts: columns, labels: Float32Array.from(labels) };
}

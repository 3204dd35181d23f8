import type { Tokenizer } from "../text/mod.ts";
import { assignColumns, type ColumnRoles } from "./columns.ts";
import { RowFilter } from "./row_filter.ts";
import { readColumnNames, readRows } from "./rows.ts";
import { resolveSource, type ResolveSourceOptions } from "./source.ts";

/** Rows kept back for evaluation. */
export interface HeldOut {
  /** Texts of every text column, in the order of the columns. */
  texts: string[][];
  /** float32 [rows, n], row-major, if the data set has labels. */
  labels?: Float32Array;
}

/** The usable rows of another split, all of them. */
export async function readHeldOutSplit(
  { source, ...spec }: { source: string; config?: string; revision?: string; split: string },
  options: ResolveSourceOptions & { roles: ColumnRoles; tokenizer: Tokenizer },
): Promise<HeldOut> {
  const resolved = await resolveSource(source, { ...options, ...spec });
  const { roles, tokenizer, hub } = options;
  const { texts, label } = roles;
  const wanted = label === undefined ? texts : [...texts, label];
  assignColumns(await readColumnNames(resolved, { hub }), wanted);
  const filter = new RowFilter(roles, undefined);
  const columns: string[][] = texts.map(() => []);
  const labels: number[] = [];
  for await (const rows of readRows(resolved, { columns: wanted, hub })) {
    const usable = filter.accept(rows, tokenizer);
    usable.texts.forEach((column, c) => {
      for (const text of column) columns[c].push(text);
    });
    for (const each of usable.labels) labels.push(each);
  }
  return label === undefined ? { texts: columns } : { texts: columns, labels: Float32Array.from(labels) };
}

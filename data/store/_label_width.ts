import type { Hub } from "../../hub/mod.ts";
import type { ColumnRoles } from "../columns.ts";
import { RowFilter } from "../row_filter.ts";
import { readRows } from "../rows.ts";
import type { ResolvedSource } from "../source.ts";

/** Labels of the first row that has any; 0 if there is no column of labels or nothing in it. */
export async function readLabelWidth(
  source: ResolvedSource,
  { label }: ColumnRoles,
  hub: Hub | undefined,
): Promise<number> {
  if (label === undefined) return 0;
  const filter = new RowFilter({ texts: [], roles: [], label }, undefined);
  for await (const rows of readRows(source, { columns: [label], hub })) {
    filter.check(rows);
    if (filter.labelWidth !== undefined) return filter.labelWidth;
  }
  return 0;
}

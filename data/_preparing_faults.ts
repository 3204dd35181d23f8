import type { ColumnRoles } from "./columns.ts";
import { noRows } from "./_no_rows.ts";
import type { ResolvedSource } from "./source.ts";
import type { PreparedStore } from "./store/mod.ts";

/** More rows are to be held out than there are. */
export function tooFew(name: string, count: number, usable: number): RangeError {
  const problem = `it has only ${usable} different rows that can be used`;
  const cure = "lower heldOut so that some are left to train on";
  return new RangeError(`Cannot hold out ${count} rows of data set ${name}: ${problem}; ${cure}`);
}

/** What is known of a data set without a row that can be used. */
interface Unusable {
  source: ResolvedSource;
  roles: ColumnRoles;
  facts: PreparedStore["manifest"]["facts"];
}

/** No row can be used, or there is none. */
export function nothingUsable(name: string, { source, roles, facts }: Unusable): RangeError {
  const { read, dropped } = facts;
  if (read === 0) return noRows(source);
  const reasons = Object.entries(dropped).map(([reason, count]) => `${count} with ${reason}`).join(", ");
  const problem = `none of its ${read} rows can be used (${reasons})`;
  const cure = `check columns ${roles.texts.join(", ")}`;
  return new RangeError(`Cannot prepare data set ${name}: ${problem}; ${cure}`);
}

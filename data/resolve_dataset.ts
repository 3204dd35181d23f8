import { assignColumns, type ColumnRoles } from "./columns.ts";
import type { DatasetSpec } from "./dataset_spec.ts";
import { readColumnNames } from "./rows.ts";
import { type ResolvedSource, resolveSource, type ResolveSourceOptions } from "./source.ts";

/** Where a data set's rows come from. */
export interface ResolvedDataset {
  /** The rows that are read. */
  source: ResolvedSource;
  /** What the columns are for. */
  roles: ColumnRoles;
}

/**
 * Finds the files of a data set and reads the names of their columns.
 *
 * @param name name of the data set, for messages
 * @throws {RangeError} if the source, a config, split or column is missing; the message lists what there is
 */
export async function resolveDataset(
  name: string,
  spec: DatasetSpec,
  options: ResolveSourceOptions,
): Promise<ResolvedDataset> {
  const { config, revision, split, difficulty, columns } = spec;
  const source = firstRows(
    await resolveSource(spec.source, { ...options, config, revision, split }),
    spec.take,
  );
  const there = await readColumnNames(source, { hub: options.hub });
  if (difficulty !== undefined && !there.includes(difficulty)) {
    const problem = `there is no such column; choose from ${there.join(", ")}`;
    throw new RangeError(`Cannot rank ${name} by column "${difficulty}": ${problem}`);
  }
  return {
    source,
    roles: assignColumns(columns ? there : there.filter((each) => each !== difficulty), columns),
  };
}

function firstRows(source: ResolvedSource, take = Infinity): ResolvedSource {
  const { start, end } = source.range;
  return { ...source, range: { start, end: Math.min(end, start + take) } };
}

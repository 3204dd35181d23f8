import type { ScoreRow } from "./score_rows.ts";

/** Rows of one sort of score, which may stand in one chart. */
export interface ScoreFamily {
  /** What was scored. */
  kind: ScoreRow["kind"];
  /** Name of the score. */
  metric: string;
  /** Rows in their order. */
  rows: ScoreRow[];
}

/** Rows by what was scored and by the model's main score, in the order of the report. */
export function families(rows: readonly ScoreRow[]): ScoreFamily[] {
  const found = new Map<string, ScoreFamily>();
  const metrics = new Map(
    rows.filter(({ isBaseline }) => !isBaseline).map((row) => [row.collection, row.metric]),
  );
  for (const row of rows) {
    const metric = metrics.get(row.collection) ?? row.metric;
    const key = `${row.kind} ${metric}`;
    const family = found.get(key) ?? { kind: row.kind, metric, rows: [] };
    family.rows.push(row);
    found.set(key, family);
  }
  return [...found.values()];
}

/** The rows that a reader sees first: those of means, and those of collections that belong to no mean. */
export function headlineRows(rows: readonly ScoreRow[]): ScoreRow[] {
  const key = ({ benchmark, kind }: ScoreRow): string => `${kind} ${benchmark}`;
  const averaged = new Set(rows.filter(({ isMean }) => isMean).map(key));
  return rows.filter((row) => row.isMean || !averaged.has(key(row)));
}

/** Names in the order of the rows, each once; means last. */
export function collectionNames(rows: readonly ScoreRow[]): string[] {
  const names = (isMean: boolean): string[] =>
    rows.filter((row) => row.isMean === isMean).map(({ collection }) => collection);
  return [...new Set([...names(false), ...names(true)])];
}

/** Rows of plain vectors of a model, and at the end those of baselines: what truncation curves show. */
export function isPlain({ precision, rescored }: ScoreRow): boolean {
  return (precision === null || precision === "float32") && !rescored;
}

/** The rows of every subject at its largest size, baselines included. */
export function largestRows(rows: readonly ScoreRow[]): ScoreRow[] {
  const plain = rows.filter(isPlain);
  return plain.filter((row) =>
    !plain.some((other) =>
      other.collection === row.collection && other.subject === row.subject &&
      (other.size ?? 0) > (row.size ?? 0)
    )
  );
}

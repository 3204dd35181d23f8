import type { Leaderboard, LeaderboardEntry, LeaderboardLine, RunState } from "./leaderboard.ts";

/** What the states are called. */
const STATE_NAMES: Record<RunState, string> = {
  finished: "",
  dropped: "dropped",
  unfinished: "not finished",
  failed: "failed",
};

/** How an entry stands, in a word or two; nothing for one that is finished. */
export function stateName({ state }: { state: RunState }): string {
  return STATE_NAMES[state];
}

/** The score that counts, in words. */
export function scoreName({ metric, size }: Pick<Leaderboard, "metric" | "size">): string {
  return `${metric ?? "mean of the main scores"} at ${size === null ? "full size" : `${size} dimensions`}`;
}

/**
 * What paths are called in tables: their last part where that tells them apart.
 *
 * @param paths such as `training.learningRate`
 */
export function fieldNames(paths: readonly string[]): string[] {
  const last = (path: string): string => path.slice(path.lastIndexOf(".") + 1);
  return paths.map((path) =>
    paths.filter((other) => last(other) === last(path)).length > 1 ? path : last(path)
  );
}

/** A field's value as one writes it. */
export function fieldText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

/** An entry in words: `learningRate 0.1, dim 64`. */
export function entryName({ fields }: LeaderboardEntry, paths: readonly string[]): string {
  const names = fieldNames(paths);
  return paths.map((path, i) => `${names[i]} ${fieldText(fields[path])}`).join(", ") || "all seeds";
}

/** A share of the steps: `all`, `1/4`, `0.3`; nothing where there was no score. */
export function shareText(share: number): string {
  if (share === 0) return "";
  const parts = 1 / share;
  return share === 1
    ? "all"
    : Math.abs(parts - Math.round(parts)) < 1e-9
    ? `1/${Math.round(parts)}`
    : `${share}`;
}

/** Whether some runs were left behind or are on their way: then it matters after which steps they were scored. */
export function hasShares({ entries }: Leaderboard): boolean {
  return entries.some(({ share }) => share > 0 && share < 1);
}

/** Every run that failed. */
export function failedRuns({ entries }: Leaderboard): LeaderboardLine[] {
  return entries.flatMap(({ runs }) => runs.filter(({ state }) => state === "failed"));
}

/** The sum of what is known; null where nothing is. */
export function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

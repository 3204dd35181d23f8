import {
  bootstrapP,
  holm,
  type Interval,
  intervalOf,
  type RepeatSpread,
  repeatSpread,
} from "../uncertainty/mod.ts";
import type { Verdict } from "./compare_reports.ts";
import { differenceDraws, type JointDraws, meanDraws } from "./_seed_draws.ts";
import type { ScoreDraws } from "./score_draws.ts";

/**
 * How a run stands: all its steps are done, halving left it behind, it is not done yet or was never begun, or it cannot
 * be finished.
 */
export type RunState = "finished" | "dropped" | "unfinished" | "failed";

/** A run of a sweep. */
export interface LeaderboardRun {
  /** Its name in the sweep. */
  name: string;
  /** Its folder. */
  folder: string;
  /** Fields that the sweep sets, by their paths; without the seed. */
  fields: Readonly<Record<string, unknown>>;
  /** Its seed, where the sweep runs over seeds; else null. */
  seed: number | null;
  /** How it stands. */
  state: RunState;
  /** Share of its steps after which it was scored, 0 to 1; 0 where it was not. */
  share: number;
  /** The score that counts; null where there is none. */
  score: ScoreDraws | null;
  /** Steps that were done; null where that is not known. */
  steps: number | null;
  /** Seconds that they took; null where that is not known. */
  seconds: number | null;
  /** Rows trained on a second; null where that is not known. */
  pairsPerSecond: number | null;
  /** Why it failed; null where it did not. */
  message: string | null;
}

/** A run on the leaderboard: its score is a number. */
export interface LeaderboardLine extends Omit<LeaderboardRun, "fields" | "score"> {
  /** The score; null where there is none. */
  score: number | null;
}

/** How an entry differs from the first. */
export interface LeaderboardDifference {
  /** Its score less the first's, with the 95 % interval of the paired bootstrap over items. */
  items: Interval;
  /** The same over the seeds that both have; null where there is no second one. */
  seeds: RepeatSpread | null;
  /** p value of the paired bootstrap, adjusted for the number of entries by Holm's method; null where undefined. */
  adjustedP: number | null;
  /** Whether it is worse, or may be noise. */
  verdict: Verdict;
}

/** What one choice of fields comes to, over all its seeds. */
export interface LeaderboardEntry {
  /** The fields by their paths. */
  fields: Readonly<Record<string, unknown>>;
  /** How its runs stand: as the one that is furthest from being finished. */
  state: RunState;
  /** Share of the steps after which it was scored; 0 where it was not. */
  share: number;
  /** Its score, the mean over its seeds, with the 95 % interval over items; null where there is none. */
  score: Interval | null;
  /** The score over its seeds; null where the sweep does not run over seeds, or there is none. */
  seeds: RepeatSpread | null;
  /** How it differs from the first entry; null for the first and where nothing was scored alike. */
  difference: LeaderboardDifference | null;
  /** Its runs. */
  runs: LeaderboardLine[];
}

/** The runs of a sweep in order, the best first. */
export interface Leaderboard {
  /** What was swept. */
  title: string;
  /** The score that counts; null for the mean of main scores. */
  metric: string | null;
  /** Size that it is taken at; null for the largest of each run. */
  size: number | null;
  /** Paths of the fields, in the order of the grid. */
  fields: string[];
  /** Whether the sweep runs over seeds. */
  hasSeeds: boolean;
  /** The best first; what failed last. */
  entries: LeaderboardEntry[];
}

/** What a leaderboard is called and by what it ranks. */
export type LeaderboardHead = Pick<Leaderboard, "title" | "metric" | "size" | "fields">;

/** From which adjusted p value on a difference counts as noise. */
const ALPHA = 0.05;

/**
 * Ranks the runs of a sweep. Runs that differ in their seed alone are one entry. Entries that were scored after more of
 * their steps come first, among them the higher score, those with a failed run last. Each is compared with the first on
 * the same items: it counts as worse where the p value, adjusted for the number of entries, is below 5 % and the
 * intervals over items and over seeds leave out 0.
 *
 * @param head {@link LeaderboardHead}
 * @param runs all runs of the sweep
 */
export function leaderboard(head: LeaderboardHead, runs: readonly LeaderboardRun[]): Leaderboard {
  const groups = [...Map.groupBy(runs, ({ fields }) => JSON.stringify(fields)).values()];
  const ranked = groups.map(contenderOf).sort(inOrder);
  const [first] = ranked;
  const compared = ranked.map((one) => one === first ? null : differenceOf(first, one));
  const adjusted = holm(compared.map((one) => one?.p ?? null));
  const entries = ranked.map(({ entry }, i): LeaderboardEntry => {
    const difference = compared[i];
    if (difference === null) return entry;
    const { items, seeds } = difference;
    const verdict = verdictOf(items, seeds, adjusted[i]);
    return { ...entry, difference: { items, seeds, adjustedP: adjusted[i], verdict } };
  });
  return { ...head, hasSeeds: runs.some(({ seed }) => seed !== null), entries };
}

/** An entry, and the runs that its score is made of. */
interface Contender {
  entry: LeaderboardEntry;
  scored: { seed: number | null; score: ScoreDraws; value: number }[];
}

/** From what is nearest to being finished to what is furthest. */
const STATES: readonly RunState[] = ["finished", "dropped", "unfinished", "failed"];

function contenderOf(runs: readonly LeaderboardRun[]): Contender {
  const share = Math.max(...runs.map((run) => run.score === null ? 0 : run.share));
  const scored = runs.filter((run) => run.share === share).flatMap(({ seed, score }) =>
    score === null || score.value === null ? [] : [{ seed, score, value: score.value }]
  );
  const spread = scored.length === 0 ? null : repeatSpread(scored.map(({ value }) => value));
  const entry: LeaderboardEntry = {
    fields: runs[0].fields,
    state: STATES.findLast((state) => runs.some((run) => run.state === state))!,
    share,
    score: spread && scoreOf(spread.mean, meanDraws(scored.map(({ score }) => score))),
    seeds: runs[0].seed === null ? null : spread,
    difference: null,
    runs: runs.map(({ fields: _, score, ...run }) => ({ ...run, score: score?.value ?? null })),
  };
  return { entry, scored };
}

function scoreOf(value: number, draws: JointDraws | null): Interval {
  if (draws === null) return { value, low: null, high: null, items: 0, note: "scored without items" };
  return { ...intervalOf(draws.result, draws), value };
}

function inOrder({ entry: a }: Contender, { entry: b }: Contender): number {
  const failed = Number(a.state === "failed") - Number(b.state === "failed");
  return failed || b.share - a.share || (b.score?.value ?? -Infinity) - (a.score?.value ?? -Infinity) || 0;
}

function differenceOf(
  first: Contender,
  second: Contender,
): { items: Interval; seeds: RepeatSpread | null; p: number | null } | null {
  if (first.entry.share !== second.entry.share) return null;
  const pairs = second.scored.flatMap((one) => {
    const other = first.scored.find(({ seed }) => seed === one.seed);
    return other === undefined ? [] : [[other, one] as const];
  });
  if (pairs.length === 0) return null;
  const spread = repeatSpread(pairs.map(([a, b]) => b.value - a.value));
  const draws = differenceDraws(pairs.map(([a, b]) => [a.score, b.score]));
  const seeds = pairs.length > 1 ? spread : null;
  if (draws === null) {
    const note = "the two were not scored on the same items";
    return { items: { value: spread.mean, low: null, high: null, items: 0, note }, seeds, p: null };
  }
  const alike = `the difference is the same on every ${draws.unit}`;
  return {
    items: intervalOf(draws.result, { ...draws, alike }),
    seeds,
    p: bootstrapP(draws.result),
  };
}

function verdictOf(items: Interval, seeds: RepeatSpread | null, p: number | null): Verdict {
  if (p === null) return "unknown";
  const holdsZero = ({ low, high }: { low: number | null; high: number | null }): boolean =>
    low === null || high === null || (low <= 0 && high >= 0);
  if (p >= ALPHA || holdsZero(items) || (seeds !== null && holdsZero(seeds))) return "noise";
  return items.value! > 0 ? "better" : "worse";
}

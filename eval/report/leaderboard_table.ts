import type { Leaderboard, LeaderboardEntry } from "./leaderboard.ts";
import {
  failedRuns,
  fieldNames,
  fieldText,
  hasShares,
  scoreName,
  shareText,
  stateName,
  sumOf,
} from "./_leaderboard_names.ts";
import {
  formatCount,
  formatDifference,
  formatDifferenceEnds,
  formatEnds,
  formatP,
  formatScore,
} from "./_names.ts";
import { textTable } from "./_text_table.ts";

/** A column of the table. */
interface Column {
  head: string;
  cell: (entry: LeaderboardEntry) => string;
}

/**
 * A leaderboard as a table of fixed width: a line for every entry with its fields, its score and interval, the spread
 * over its seeds, and its difference from the first; below it the sentences of the runs that failed.
 *
 * @param board a leaderboard
 * @returns lines that end in a line feed
 */
export function leaderboardTable(board: Leaderboard): string {
  const columns = columnsOf(board).filter(({ cell }, i) =>
    i < board.fields.length || board.entries.some((entry) => cell(entry) !== "")
  );
  const rows = board.entries.map((entry, i) => {
    return [entry.score === null ? "-" : `${i + 1}`, ...columns.map(({ cell }) => cell(entry))];
  });
  const words = 1 + board.fields.length;
  const table = textTable(["", ...columns.map(({ head }) => head)], rows, { words });
  const failed = failedRuns(board).map(({ name, message }) => `${name}: ${message}\n`);
  const parts = [`${board.title}, by ${scoreName(board)}\n`, table];
  return [...parts, ...(failed.length > 0 ? [failed.join("")] : [])].join("\n");
}

function columnsOf(board: Leaderboard): Column[] {
  const { fields, hasSeeds, entries } = board;
  const names = fieldNames(fields);
  const isUneven = entries.some(({ state }) => state !== "finished");
  return [
    ...fields.map((path, i): Column => ({ head: names[i], cell: (entry) => fieldText(entry.fields[path]) })),
    { head: "score", cell: ({ score }) => score === null ? "" : formatScore(score.value) },
    { head: "95 %", cell: ({ score }) => score === null ? "" : formatEnds(score) },
    ...(hasSeeds ? SEED_COLUMNS : []),
    {
      head: "difference",
      cell: ({ difference }) => difference ? formatDifference(difference.items.value) : "",
    },
    { head: "95 %", cell: ({ difference }) => difference ? formatDifferenceEnds(difference.items) : "" },
    ...(hasSeeds
      ? [{
        head: "95 %, seeds",
        cell: ({ difference }: LeaderboardEntry) =>
          difference?.seeds ? formatDifferenceEnds(difference.seeds) : "",
      }]
      : []),
    { head: "p", cell: ({ difference }) => difference ? formatP(difference.adjustedP) : "" },
    {
      head: "",
      cell: ({ difference }) => difference && difference.verdict !== "unknown" ? difference.verdict : "",
    },
    ...(hasShares(board)
      ? [{ head: "scored after", cell: ({ share }: LeaderboardEntry) => shareText(share) }]
      : []),
    { head: "seconds", cell: ({ runs }) => numberText(sumOf(runs.map(({ seconds }) => seconds))) },
    ...(isUneven ? [{ head: "state", cell: stateName }] : []),
  ];
}

const SEED_COLUMNS: readonly Column[] = [
  { head: "seeds", cell: ({ seeds, runs }) => seedCount(seeds?.count ?? 0, runs.length) },
  {
    head: "error",
    cell: ({ seeds }) => seeds?.standardError == null ? "" : formatScore(seeds.standardError),
  },
];

function seedCount(scored: number, all: number): string {
  return scored === all ? `${all}` : `${scored} of ${all}`;
}

/** Whole numbers, but one decimal below 10. */
function numberText(value: number | null): string {
  return value === null ? "" : value < 10 ? value.toFixed(1) : formatCount(value);
}

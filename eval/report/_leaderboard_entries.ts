import type { Leaderboard, LeaderboardEntry } from "./leaderboard.ts";
import { fieldNames, fieldText, hasShares, shareText, stateName } from "./_leaderboard_names.ts";
import { Markup, markup, type MarkupValue } from "./_markup.ts";
import { formatDifference, formatDifferenceEnds, formatEnds, formatP, formatScore } from "./_names.ts";
import { table } from "./_table.ts";

/** A column of the table. */
interface Column {
  head: string;
  cell: (entry: LeaderboardEntry, number: number) => MarkupValue;
}

/** The entries of a leaderboard with their fields, scores and differences. */
export function entriesTable(board: Leaderboard): Markup {
  const columns = columnsOf(board);
  return table({
    caption: "Scores and differences from the first, with 95 % intervals",
    columns: columns.map(({ head }) => head),
    words: 1 + board.fields.length,
    rows: board.entries.map((entry, i) => columns.map(({ cell }) => cell(entry, i))),
  });
}

function columnsOf(board: Leaderboard): Column[] {
  const { fields, hasSeeds, entries } = board;
  const names = fieldNames(fields);
  const when = (condition: boolean, ...columns: Column[]): Column[] => condition ? columns : [];
  return [
    { head: "rank", cell: ({ score }, i) => score === null ? "-" : i + 1 },
    ...fields.map((path, i): Column => ({ head: names[i], cell: (entry) => fieldText(entry.fields[path]) })),
    { head: "score", cell: scoreCell },
    ...when(hasSeeds, { head: "seeds", cell: ({ seeds }) => seeds?.count }, {
      head: "standard error",
      cell: ({ seeds }) => seeds?.standardError == null ? "" : formatScore(seeds.standardError),
    }),
    { head: "difference", cell: differenceCell },
    ...when(hasSeeds, {
      head: "over seeds",
      cell: ({ difference }) => difference?.seeds ? formatDifferenceEnds(difference.seeds) : "",
    }),
    { head: "p, adjusted", cell: ({ difference }) => difference && formatP(difference.adjustedP) },
    { head: "verdict", cell: verdictCell },
    ...when(hasShares(board), { head: "scored after", cell: ({ share }) => shareText(share) }),
    ...when(entries.some(({ state }) => state !== "finished"), { head: "state", cell: stateName }),
  ];
}

function scoreCell({ score }: LeaderboardEntry): MarkupValue {
  return score && markup`${formatScore(score.value)}<small>${formatEnds(score) || score.note}</small>`;
}

function differenceCell({ difference }: LeaderboardEntry): MarkupValue {
  if (difference === null) return "";
  const { items } = difference;
  return markup`${formatDifference(items.value)}<small>${formatDifferenceEnds(items) || items.note}</small>`;
}

function verdictCell({ difference }: LeaderboardEntry): MarkupValue {
  if (difference === null || difference.verdict === "unknown") return "";
  return markup`<span class="${difference.verdict}">${difference.verdict}</span>`;
}

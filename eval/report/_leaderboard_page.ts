import { drawBars } from "./_bars.ts";
import { drawDifferences } from "./_differences.ts";
import { figure, seriesStyle } from "./_figure.ts";
import type { Leaderboard, LeaderboardEntry } from "./leaderboard.ts";
import { entriesTable } from "./_leaderboard_entries.ts";
import { entryName, failedRuns, fieldNames, fieldText, scoreName, stateName } from "./_leaderboard_names.ts";
import type { LeaderboardReportOptions } from "./leaderboard_report.ts";
import { Markup, markup } from "./_markup.ts";
import { formatCount, formatDifference, formatDifferenceEnds, formatScore } from "./_names.ts";
import { page, type Section } from "./_page.ts";
import { table } from "./_table.ts";

/** Most entries that are drawn; the table has all. */
const MOST_DRAWN = 30;

/** The page of a leaderboard. */
export function leaderboardPage(board: Leaderboard, { facts = [] }: LeaderboardReportOptions): string {
  const failed = failedRuns(board);
  const [first] = board.entries;
  const best = first?.score
    ? markup` The best: <strong>${entryName(first, board.fields)}</strong>, ${
      formatScore(first.score.value)
    }.`
    : "";
  const sections = [
    { id: "leaderboard", title: "Leaderboard", body: entriesTable(board) },
    differencesSection(board),
    fieldsSection(board),
    runsSection(board),
    failed.length === 0 ? null : {
      id: "failed",
      title: "Failed",
      body: markup`<ul>${failed.map(({ name, message }) => markup`<li>${name}: ${message}</li>\n`)}</ul>`,
    },
  ];
  return page({
    title: board.title,
    intro: markup`<p>Ranked by ${scoreName(board)}.${best}${facts.map((fact) => ` ${fact}`)}</p>`,
    sections: sections.filter((section) => section !== null),
    footer:
      markup`<p>Made by Lathe. Intervals are 95 % bootstrap intervals over queries or pairs, seeded; those over seeds are
Student's. The best of many runs is flattered by chance: judge it on data that it was not chosen by.</p>`,
  });
}

function differencesSection({ entries, fields }: Leaderboard): Section | null {
  const compared = entries.filter(({ difference }) => difference?.items.value != null).slice(0, MOST_DRAWN);
  if (compared.length === 0) return null;
  const title = `Differences from ${entryName(entries[0], fields)}`;
  const differences = compared.map((entry) => {
    const { items: { value, low, high }, verdict } = entry.difference!;
    return { name: entryName(entry, fields), value: value!, low, high, verdict };
  });
  const description = differences.map(({ name, value }) => `${name}: ${formatDifference(value)}.`).join(" ");
  const body = figure({
    title,
    note: "A full circle is a difference that counts, a hollow one may be noise.",
    chart: drawDifferences({ id: "differences-0", title, description }, {
      xLabel: "difference",
      differences,
    }),
    table: {
      caption: title,
      columns: ["entry", "difference", "95 % interval", "verdict"],
      rows: differences.map((each) => [
        each.name,
        formatDifference(each.value),
        formatDifferenceEnds(each),
        each.verdict,
      ]),
    },
  });
  return { id: "differences", title: "Differences", body: markup`<div class="charts">${body}</div>` };
}

/** The best and the mean score at every value of a field, of the entries that were scored after all of their steps. */
function fieldsSection({ entries, fields }: Leaderboard): Section | null {
  const names = fieldNames(fields);
  const scored = entries.filter(({ score, share }) => score?.value != null && share === 1);
  const figures = fields.flatMap((path, i) => {
    const groups = [...Map.groupBy(scored, (entry) => fieldText(entry.fields[path]))]
      .sort(([a], [b]) => Number(a) - Number(b) || 0);
    return groups.length < 2 ? [] : [fieldFigure(names[i], groups, i)];
  });
  if (figures.length === 0) return null;
  const body =
    markup`<p>Over all values of the other fields; entries that halving left behind are not among them.</p>
<div class="charts">${figures}</div>`;
  return { id: "fields", title: "Fields", body };
}

function fieldFigure(name: string, groups: [string, LeaderboardEntry[]][], number: number): Markup {
  const rows = groups.map(([value, entries]) => {
    const scores = entries.map(({ score }) => score!.value!);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return { value, best: Math.max(...scores), mean, count: scores.length };
  });
  const series = ["best", "mean"] as const;
  const legend = series.map((each, i) => ({ name: each, color: seriesStyle(i).color }));
  const bars = rows.flatMap((row) =>
    series.map((each, i) => ({ group: row.value, ...legend[i], value: row[each], low: null, high: null }))
  );
  const title = `Score by ${name}`;
  const description = rows.map(({ value, best }) => `${value}: ${formatScore(best)} at best.`).join(" ");
  return figure({
    title,
    legend,
    chart: drawBars({ id: `field-${number}`, title, description }, {
      bars,
      names: [...series],
      xLabel: "score",
    }),
    table: {
      caption: title,
      columns: [name, "best", "mean", "entries"],
      rows: rows.map((row) => [row.value, formatScore(row.best), formatScore(row.mean), row.count]),
    },
  });
}

function runsSection({ entries }: Leaderboard): Section {
  return {
    id: "runs",
    title: "Runs",
    body: table({
      caption: "Every run; its folder holds its recipe, its model and training.html",
      columns: ["folder", "score", "steps", "seconds", "pairs a second", "state"],
      rows: entries.flatMap(({ runs }) =>
        runs.map((run) => [
          run.folder,
          run.score === null ? "" : formatScore(run.score),
          run.steps === null ? "" : formatCount(run.steps),
          run.seconds === null ? "" : run.seconds.toFixed(1),
          run.pairsPerSecond === null ? "" : formatCount(run.pairsPerSecond),
          stateName(run),
        ])
      ),
    }),
  };
}

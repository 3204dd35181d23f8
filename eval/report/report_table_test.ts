import assert from "node:assert/strict";
import { comparisonTable } from "./comparison_table.ts";
import { compareReports } from "./compare_reports.ts";
import { frontierTable } from "./frontier_table.ts";
import { reportTable } from "./report_table.ts";
import { scoreRows } from "./score_rows.ts";
import { keptSentence, sizesThatKeep } from "./sizes_that_keep.ts";
import { speedTable } from "./speed_table.ts";
import { testReport } from "./_test_report.ts";

Deno.test("reportTable: a line a collection, its interval below, a column a size, BM25 beside, notes below", () => {
  const lines = reportTable(testReport()).split("\n");
  assert.deepEqual(lines.map((line) => line.replaceAll(/\d\.\d+/g, "#")), [
    "collection     score               2            4         BM25",
    "-------------  --------  -----------  -----------  -----------",
    "letters        NDCG@10        #       #       #",
    "                         #–#  #–#  #–#",
    "words          NDCG@10        #       #       #",
    "                         #–#  #–#  #–#",
    "pairs          Spearman       #       #",
    "                         #–#  #–#",
    "mean of Small  NDCG@10        #       #       #",
    "                         #–#  #–#  #–#",
    "note: words: 1 of 41 queries have no relevant document and do not count",
    "",
  ]);
});

Deno.test("reportTable: without items there are no intervals, undefined scores are dashes", () => {
  const report = testReport();
  const [letters, , pairs] = report.collections;
  for (const { metrics } of pairs.sizes) metrics.spearman_cosine = null;
  const bare = [letters, pairs].map(({ items: _, ...rest }) => rest);
  const table = reportTable({ ...report, collections: bare, means: [] });
  assert.deepEqual(table.replaceAll(/0\.\d+/g, "######").split("\n"), [
    "collection  score          2       4    BM25",
    "----------  --------  ------  ------  ------",
    "letters     NDCG@10   ######  ######  ######",
    "pairs       Spearman       -       -",
    "",
  ]);
});

Deno.test("reportTable: another model beside has lines of its own", () => {
  const report = testReport();
  const [letters] = report.collections;
  const beside = {
    ...letters.baselines[0],
    name: "random",
    sizes: letters.sizes,
    mainMetric: letters.mainMetric,
  };
  const table = reportTable({ ...report, collections: [{ ...letters, baselines: [beside] }], means: [] });
  assert.match(table, /^collection {2}model {9}score {3}/);
  assert.match(table, /\nletters {5}runs\/small {4}NDCG@10 /);
  assert.match(table, /\nletters {5}random table {2}NDCG@10 /);
});

Deno.test("reportTable says why a score has no interval", () => {
  const report = testReport();
  const [letters] = report.collections;
  for (const each of [...letters.sizes, ...letters.baselines]) {
    each.items = {
      kind: "mean",
      values: Object.fromEntries(Object.keys(each.metrics).map((name) => [name, [1]])),
    };
  }
  const collections = [{ ...letters, quantized: [], items: { unit: "query" as const, ids: ["q"] } }];
  const table = reportTable({ ...report, collections, means: [] });
  assert.match(table, /\nnote: interval: letters: one query says nothing about others\n$/);
});

Deno.test("frontierTable: the fewest bytes first, only where quantised vectors were scored", () => {
  const rows = scoreRows(testReport());
  const numbers = frontierTable(rows).trimEnd().split("\n").slice(2).map((line) =>
    line.split(/ {2,}/).slice(0, 3)
  );
  assert.deepEqual(numbers, [
    ["binary", "1", "2"],
    ["binary, rescored", "1", "4"],
    ["float32", "8", "2"],
    ["float32", "16", "4"],
  ]);
  assert.equal(frontierTable(rows.filter(({ precision }) => precision !== "binary")), "");
});

Deno.test("comparisonTable says which differences are noise", () => {
  const [first, better] = [testReport(), testReport({ subject: "runs/better", shift: 0.2 })];
  const found = compareReports({ name: "first", report: first }, { name: "better", report: better });
  const table = comparisonTable(found);
  assert.match(
    table,
    /^better against first: significantly better on letters, words, mean of Small; the rest is noise \(pairs\)\.\n\n/,
  );
  assert.match(
    table,
    /\nletters {8}NDCG@10 {3}better {3}0\.\d{4} {2}0\.\d{4} {5}\+0\.\d{4} +\+0\.\d{4} to \+0\.\d{4} +<0\.001/,
  );
  const same = compareReports({ name: "first", report: first }, { name: "again", report: first });
  assert.match(
    comparisonTable(same),
    /^again against first: no significant difference; all of it may be noise\.\n/,
  );
});

Deno.test("sizesThatKeep: the smallest size from which on up no more than 1 and 5 % are lost", () => {
  const report = testReport();
  const [letters] = report.collections;
  const scores: [number, number][] = [[32, 0.94], [64, 0.96], [128, 0.951], [256, 0.995], [512, 1]];
  const sizes = scores.map(([size, score]) => ({
    size,
    bytes: 4 * size,
    metrics: { "cosine_ndcg@10": score },
  }));
  const [kept] = sizesThatKeep(scoreRows({ ...report, collections: [{ ...letters, sizes }], means: [] }));
  assert.deepEqual([kept.full, kept.within1Percent, kept.within5Percent], [512, 256, 64]);
  assert.equal(
    keptSentence({ ...kept, within1Percent: 512 }),
    "letters: NDCG@10 stays within 1 % at no smaller size and within 5 % down to 64 of that at 512 dimensions",
  );
});

Deno.test("speedTable: medians with their spread, and what is known of the model", () => {
  const all = (median: number): { median: number; low: number; high: number } => ({
    median,
    low: median / 2,
    high: median * 2,
  });
  const table = speedTable({
    texts: 2000,
    tokens: 60_000,
    repeats: 7,
    sizes: [{
      size: 256,
      textsPerSecond: all(20_000),
      tokensPerSecond: all(1e6),
      textMilliseconds: all(0.05),
    }],
    modelBytes: 31_254_528,
    startMilliseconds: all(250),
  });
  assert.match(
    table,
    /20,000 \(10,000–40,000\) {2}1,000,000 \(500,000–2,000,000\) {2}0\.0500 \(0\.0250–0\.100\) +1\.02 GB\n/,
  );
  assert.match(
    table,
    /\nmedians of 7 runs over 2,000 texts; model 31\.3 MB; from a process's start .* 250 \(125–500\) ms\n$/,
  );
});

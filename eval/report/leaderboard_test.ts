import assert from "node:assert/strict";
import { compareReports } from "./compare_reports.ts";
import { type Leaderboard, leaderboard, type LeaderboardRun } from "./leaderboard.ts";
import { leaderboardReport } from "./leaderboard_report.ts";
import { leaderboardTable } from "./leaderboard_table.ts";
import { mainItems, withoutItems } from "./main_items.ts";
import { scoreRows } from "./score_rows.ts";
import { drawScore, type ScoreDrawsOptions } from "./score_draws.ts";
import { testReport } from "./_test_report.ts";

const MEAN = "Small_mean_cosine_ndcg@10";
const HEAD = { title: "sweeps/test", metric: MEAN, size: null, fields: ["training.rate", "model.dim"] };

/** A run whose queries score so much more than usual. */
function run(
  rate: number,
  shift: number | null,
  { seed = null, ...more }: Partial<LeaderboardRun> & { draws?: ScoreDrawsOptions } = {},
): LeaderboardRun {
  const name = `rate-${rate}${seed === null ? "" : `_seed-${seed}`}`;
  const options = { metric: MEAN, resamples: 500, ...more.draws };
  return {
    name,
    folder: `runs/${name}`,
    fields: { "training.rate": rate, "model.dim": 64 },
    seed,
    state: shift === null ? "unfinished" : "finished",
    share: shift === null ? 0 : 1,
    score: shift === null ? null : drawScore(testReport({ shift }), options),
    steps: 10,
    seconds: 2,
    pairsPerSecond: 5,
    message: null,
    ...more,
  };
}

function ratesOf({ entries }: Leaderboard): unknown[] {
  return entries.map(({ fields }) => fields["training.rate"]);
}

Deno.test("leaderboard puts the best first, then what was left behind, what is not done, and failures", () => {
  const board = leaderboard(HEAD, [
    run(1, null, { state: "failed", message: "Cannot continue: the loss is NaN" }),
    run(2, null),
    run(3, 0.1, { state: "dropped", share: 0.5 }),
    run(4, -0.1),
    run(5, 0.05),
    run(6, 0.2, { state: "dropped", share: 0.25 }),
  ]);
  assert.deepEqual(ratesOf(board), [5, 4, 3, 6, 2, 1]);
  const [first, second, dropped] = board.entries;
  assert.equal(first.difference, null);
  assert.equal(second.difference?.verdict, "worse");
  assert.equal(dropped.difference, null, "what was scored after other steps is not compared");
});

Deno.test("leaderboard's intervals are those of the report, its differences those of a comparison", () => {
  const [better, worse] = [testReport({ shift: 0.05 }), testReport()];
  const board = leaderboard(
    HEAD,
    [run(1, 0, { draws: {} }), run(2, 0.05, { draws: {} })].map((each, i) => ({
      ...each,
      score: drawScore(i === 0 ? worse : better, { metric: MEAN }),
    })),
  );
  const row = scoreRows(better).find(({ isMean, size, precision }) =>
    isMean && size === 4 && precision === "float32"
  );
  assert.deepEqual(board.entries[0].score, row!.score);
  const compared = compareReports({ name: "a", report: better }, { name: "b", report: worse });
  const { comparison } = compared.rows.find(({ isMean }) => isMean)!;
  const { items, adjustedP } = board.entries[1].difference!;
  // The two take the difference before and after the mean over queries: sums in another order.
  for (const end of ["value", "low", "high"] as const) {
    assert.ok(Math.abs(items[end]! - comparison!.difference[end]!) < 1e-12, end);
  }
  assert.equal(adjustedP, comparison!.bootstrapP);
});

Deno.test("leaderboard takes runs that differ in their seed as one entry with the spread over seeds", () => {
  const shifts = [[0, 0.02, 0.04], [0.05, 0.06, 0.1]];
  const runs = shifts.flatMap((each, i) => each.map((shift, seed) => run(i, shift, { seed })));
  const board = leaderboard(HEAD, runs);
  assert.deepEqual([board.hasSeeds, ratesOf(board)], [true, [1, 0]]);
  const [first, second] = board.entries;
  const values = first.runs.map(({ score }) => score!);
  assert.equal(first.seeds!.count, 3);
  assert.ok(Math.abs(first.score!.value! - values.reduce((a, b) => a + b) / 3) < 1e-12);
  const differences = second.runs.map(({ score }, i) => score! - values[i]);
  assert.ok(Math.abs(second.difference!.seeds!.mean - differences.reduce((a, b) => a + b) / 3) < 1e-12);
  assert.ok(second.difference!.items.low! < second.difference!.items.high!);
});

Deno.test("leaderboard calls noise what one of the seeds denies", () => {
  // Every query agrees, the seeds do not: t of one degree makes the interval over seeds wide.
  const runs = [
    run(1, 0.1, { seed: 1 }),
    run(1, 0.3, { seed: 2 }),
    run(2, 0.09, { seed: 1 }),
    run(2, 0, { seed: 2 }),
  ];
  const { items, seeds, verdict } = leaderboard(HEAD, runs).entries[1].difference!;
  assert.ok(items.high! < 0 && seeds!.high! > 0);
  assert.equal(verdict, "noise");
});

Deno.test("leaderboard compares only what was scored on the same texts", () => {
  const texts = (checksum: string): { draws: ScoreDrawsOptions } => ({
    draws: { texts: { letters: checksum } },
  });
  const { items, verdict } = leaderboard(HEAD, [run(1, 0.1, texts("a")), run(2, 0, texts("b"))]).entries[1]
    .difference!;
  assert.equal(verdict, "unknown");
  assert.deepEqual([items.low, items.note], [null, "the two were not scored on the same items"]);
  assert.ok(items.value! < 0);
});

Deno.test("a run without items has a score and no interval", () => {
  const score = drawScore(withoutItems(testReport()), { metric: MEAN });
  const [entry] = leaderboard(HEAD, [run(1, 0, { score })]).entries;
  assert.deepEqual([entry.score!.low, entry.score!.note], [null, "scored without items"]);
  assert.ok(entry.score!.value! > 0);
});

Deno.test("drawScore takes the mean of the main scores, or one by its name and size, and refuses others", () => {
  const report = testReport();
  const mains = report.collections.map(({ mainMetric, sizes }) => sizes.at(-1)!.metrics[mainMetric]!);
  const mean = drawScore(report, { resamples: 10 });
  assert.equal(mean.value, mains.reduce((a, b) => a + b) / 3);
  assert.deepEqual(mean.collections.map(({ name }) => name), ["letters", "words", "pairs"]);
  const words = drawScore(report, { metric: "words_cosine_ndcg@10", size: 2, resamples: 10 });
  assert.equal(words.value, report.collections[1].sizes[0].metrics["cosine_ndcg@10"]);
  assert.throws(() => drawScore(report, { metric: "words_map" }), {
    name: "RangeError",
    message:
      /^Cannot rank by words_map: .* choose one of letters_cosine_ndcg@10, .*, Small_mean_cosine_ndcg@10$/,
  });
  assert.throws(() => drawScore(report, { size: 3 }), /Cannot rank by size 3: .* choose one of 2, 4/);
});

Deno.test("mainItems keeps what a score is drawn from", () => {
  const report = testReport();
  const small = mainItems(report);
  for (const metric of [undefined, MEAN, "pairs_spearman_cosine"]) {
    assert.deepEqual(
      drawScore(small, { metric, resamples: 20 }),
      drawScore(report, { metric, resamples: 20 }),
    );
  }
  assert.deepEqual(Object.keys(small.collections[0].sizes[0].metrics), ["cosine_ndcg@10"]);
  assert.doesNotMatch(JSON.stringify(small), /bm25|worst|binary/);
  assert.doesNotMatch(JSON.stringify(withoutItems(report)), /"items"/);
});

Deno.test("leaderboardTable has a line an entry, only the columns that say something, and why runs failed", () => {
  const failed = run(9, null, { state: "failed", message: "Cannot continue at step 3: the loss is NaN" });
  const board = leaderboard(HEAD, [run(1, 0), run(2, 0.1), failed]);
  const lines = leaderboardTable(board).split("\n");
  assert.equal(lines[0], `sweeps/test, by ${MEAN} at full size`);
  assert.match(lines[2], /^ +rate +dim +score +95 % +difference +95 % +p +seconds +state$/);
  assert.match(lines[4], /^1 +2 +64 +0\.\d{4} +0\.\d{3}–0\.\d{3} +2\.0$/);
  assert.match(lines[5], /^2 +1 +64 .* -0\.\d{4} +-0\.\d{4} to -0\.\d{4} +0\.00\d +worse +2\.0$/);
  assert.match(lines[6], /^- +9 +64 +2\.0 +failed$/);
  assert.equal(lines[8], "rate-9: Cannot continue at step 3: the loss is NaN");
});

Deno.test("leaderboardReport is one page without script or address, whatever a run is called", async () => {
  const odd = run(3, 0.05, { name: "<script>", fields: { "training.rate": "<b>", "model.dim": [1, 2] } });
  const failed = run(9, null, { state: "failed", message: "Cannot <go> on" });
  const half = run(4, 0, { state: "dropped", share: 0.5 });
  const board = leaderboard(HEAD, [run(1, 0), run(2, 0.1), odd, failed, half]);
  const page = await leaderboardReport(board, { facts: ["4 of 5 runs are done."] });
  assert.match(page, /default-src &#39;none&#39;/);
  assert.doesNotMatch(page, /<script|<b>|https?:\/\/(?!www\.w3\.org)|NaN|undefined|\[object/);
  for (const id of ["leaderboard", "differences", "fields", "runs", "failed"]) {
    assert.match(page, new RegExp(`id="${id}"`));
  }
  assert.match(page, /The best: <strong>rate 2, dim 64<\/strong>/);
  assert.match(page, />1\/2</);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length, "ids are unique");
  const empty = await leaderboardReport(leaderboard(HEAD, [run(1, null)]));
  assert.doesNotMatch(empty, /NaN|undefined|id="differences"|id="fields"/);
});

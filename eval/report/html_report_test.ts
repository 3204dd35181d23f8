import assert from "node:assert/strict";
import { compareReports } from "./compare_reports.ts";
import { htmlReport } from "./html_report.ts";
import { markup } from "./_markup.ts";
import { scoreRows } from "./score_rows.ts";
import { testReport } from "./_test_report.ts";
import { thinned } from "./_thinned.ts";
import { trainingReport } from "./training_report.ts";

async function pageOf(): Promise<string> {
  const reports = [testReport({ subject: "<b>bold</b>" }), testReport({ subject: "runs/other", shift: 0.2 })];
  return await htmlReport({
    title: "a & b",
    subjects: reports.map((report) => ({ report, rows: scoreRows(report, { resamples: 200 }) })),
    comparisons: [
      compareReports({ name: "a", report: reports[0] }, { name: "b", report: reports[1] }, {
        resamples: 200,
      }),
    ],
  });
}

Deno.test("markup escapes values, joins lists and leaves out what is not there", () => {
  const title = `<&"'>`;
  assert.equal(
    markup`<p title="${title}">${[markup`<b>${1}</b>`, "x"]}${null}${undefined}${false}</p>`.text,
    '<p title="&lt;&amp;&quot;&#39;&gt;"><b>1</b>x</p>',
  );
});

Deno.test("htmlReport: one file without script or address, names and texts escaped", async () => {
  const page = await pageOf();
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.match(page, /default-src &#39;none&#39;/);
  assert.doesNotMatch(page, /<script|<b>bold|https?:\/\/(?!www\.w3\.org)|NaN|undefined|\[object/);
  assert.match(page, /what is a &lt;script&gt;lathe/);
  assert.match(page, /&lt;b&gt;bold&lt;\/b&gt;/);
});

Deno.test("htmlReport: every chart has a title, a description and the table of its numbers", async () => {
  const page = await pageOf();
  const charts = [
    ...page.matchAll(/<svg role="img" aria-labelledby="([\w-]+)" aria-describedby="([\w-]+)"/g),
  ];
  assert.ok(charts.length >= 8, `${charts.length} charts`);
  for (const [, title, description] of charts) {
    assert.match(
      page,
      new RegExp(`<title id="${title}">[^<]+</title><desc id="${description}">[^<]+</desc>`),
    );
  }
  assert.equal(page.match(/<details><summary>Numbers<\/summary>/g)?.length, charts.length);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length, "ids are unique");
});

Deno.test("htmlReport: the same report gives the same bytes", async () => {
  assert.equal(await pageOf(), await pageOf());
});

Deno.test("trainingReport: curves of what was logged, scores by size; refreshes itself only while it runs", async () => {
  const records = [
    { kind: "evaluation" as const, step: 0, size: 32, scores: { "words_cosine_ndcg@10": 0.1, flat: null } },
    ...[10, 20].map((step) => ({
      kind: "train" as const,
      step,
      loss: 3 - step / 10,
      learningRate: 0.1,
      gradientNorm: 1,
      pairsPerSecond: 5000,
    })),
    { kind: "evaluation" as const, step: 20, size: 32, scores: { "words_cosine_ndcg@10": 0.3, flat: null } },
  ];
  const running = await trainingReport(records, { title: "run", totalSteps: 40, refreshSeconds: 5 });
  assert.match(running, /Step 20 of 40, loss 1\.0000\./);
  assert.match(running, /<noscript><meta http-equiv="refresh" content="5"><\/noscript>/);
  assert.match(running, /script-src &#39;sha256-/);
  assert.match(running, /words_cosine_ndcg@10 over steps/);
  assert.doesNotMatch(running, /NaN|>undefined/);
  const ended = await trainingReport(records, { title: "run", refreshSeconds: null });
  assert.doesNotMatch(ended, /<script|refresh/);
  assert.match(await trainingReport([], { title: "run" }), /Nothing was logged yet/);
});

Deno.test("thinned keeps the first and the last", () => {
  assert.deepEqual(thinned([1, 2, 3, 4, 5, 6, 7], 3), [1, 4, 7]);
  assert.deepEqual(thinned([1, 2], 3), [1, 2]);
});

import assert from "node:assert/strict";
import { compareReports } from "./compare_reports.ts";
import { testReport } from "./_test_report.ts";

Deno.test("compareReports pairs items, adjusts p values, and compares means over the same collections", () => {
  const [first, second] = [testReport(), testReport({ subject: "runs/better", shift: 0.2 })];
  const { rows } = compareReports({ name: "a", report: first }, { name: "b", report: second });
  assert.deepEqual(rows.map(({ collection, verdict }) => [collection, verdict]), [
    ["letters", "better"],
    ["words", "better"],
    ["pairs", "noise"],
    ["mean of Small", "better"],
  ]);
  for (const { first, second, comparison, adjustedP } of rows.slice(0, 2)) {
    const { difference, p } = comparison!;
    // The report's scores and those of the items are sums of the same numbers.
    assert.ok(Math.abs(difference.value! - (second! - first!)) < 1e-12);
    assert.ok(difference.low! <= difference.value! && difference.value! <= difference.high!);
    assert.ok(adjustedP! >= p!);
  }
});

Deno.test("compareReports compares sizes of one model, and a model with a baseline", () => {
  const report = testReport();
  const sizes = compareReports({ name: "4", report }, { name: "2", report, size: 2 });
  assert.deepEqual(sizes.rows.map(({ verdict }) => verdict), ["worse", "worse", "worse", "worse"]);
  const [letters, , pairs] =
    compareReports({ name: "bm25", report, baseline: "bm25" }, { name: "model", report }).rows;
  assert.equal(letters.verdict, "better");
  assert.deepEqual([pairs.verdict, pairs.note], ["unknown", "one side was not scored"]);
});

Deno.test("compareReports says what cannot be compared", () => {
  const [first, second] = [testReport(), testReport()];
  second.collections[0].items!.ids.reverse();
  second.collections[1].sizes[1].metrics["cosine_ndcg@10"] = null;
  delete second.collections[2].items;
  const { rows } = compareReports({ name: "a", report: first }, { name: "b", report: second });
  assert.deepEqual(rows.map(({ note, verdict }) => [note, verdict]), [
    ["the two were not scored on the same items", "unknown"],
    ["undefined", "unknown"],
    ["it has no items to compare one by one", "unknown"],
    ["not all of it can be compared", "unknown"],
  ]);
  const other = testReport();
  other.collections = [];
  other.means = [];
  assert.deepEqual(compareReports({ name: "a", report: first }, { name: "b", report: other }).rows, []);
});

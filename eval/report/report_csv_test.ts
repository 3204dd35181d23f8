import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { reportCsv } from "./report_csv.ts";
import { scoreRows } from "./score_rows.ts";
import { testReport } from "./_test_report.ts";

Deno.test("reportCsv holds every score once, main ones with their interval, and survives commas and quotes", () => {
  const report = testReport({ subject: 'runs/"a", b' });
  const rows = scoreRows(report);
  const read: Record<string, string>[] = parse(reportCsv(report, rows), { columns: true });
  const [row] = read.filter(({ collection, size, metric }) =>
    collection === "letters" && size === "4" && metric === "cosine_ndcg@10"
  );
  const known = rows.find(({ collection, size, precision }) =>
    collection === "letters" && size === 4 && precision === "float32"
  )!;
  assert.equal(row.subject, 'runs/"a", b');
  assert.deepEqual([row.score, row.low, row.high, row.items], [
    String(known.score.value),
    String(known.score.low),
    String(known.score.high),
    "40",
  ]);
  const keys = read.map((each) =>
    [each.subject, each.collection, each.metric, each.size, each.numbers, each.rescored].join()
  );
  assert.equal(new Set(keys).size, keys.length);
  const other = read.find(({ metric }) => metric === "cosine_mrr@10")!;
  assert.deepEqual([other.low, other.high], ["", ""]);
  assert.equal(reportCsv(report, rows, { head: false }).split("\r\n").length, read.length + 1);
});

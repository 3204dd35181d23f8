import assert from "node:assert/strict";
import { judge } from "./judgments.ts";

const qrels = (entries: Record<string, Record<string, number>>) =>
  new Map(Object.entries(entries).map(([query, grades]) => [query, new Map(Object.entries(grades))]));

Deno.test("judge: queries without a relevant document are left out, unknown ids are noted", () => {
  const judgments = judge({
    queryIds: ["q0", "q1", "q2", "q3"],
    documentIds: ["d0", "d1"],
    qrels: qrels({ q1: { d1: 2, gone: 1 }, q2: { d0: 0, d1: -1 }, q3: { gone: 1 }, stranger: { d0: 1 } }),
  });
  assert.deepEqual(judgments.queryIds, ["q1", "q3"]);
  assert.deepEqual(judgments.queries, [1, 3]);
  // A relevant document outside the collection still counts as one to be found.
  assert.deepEqual(judgments.relevant, [2, 1]);
  assert.deepEqual(judgments.grades, [new Map([[1, 2]]), new Map()]);
  assert.deepEqual(judgments.notes, [
    "2 of 4 queries have no relevant document and do not count",
    "2 relevant documents are not in the collection and count as not found",
    "judgments of 1 queries that are not there were ignored",
  ]);
});

Deno.test("judge refuses ids that occur twice and collections in which nothing is relevant", () => {
  const one = qrels({ q: { d: 1 } });
  assert.throws(
    () => judge({ queryIds: ["q", "q"], documentIds: ["d"], qrels: one }),
    /query id 'q' occurs twice/,
  );
  assert.throws(
    () => judge({ queryIds: ["q"], documentIds: ["d", "e", "d"], qrels: one }),
    /\(entries 0 and 2\)/,
  );
  assert.throws(
    () => judge({ queryIds: ["x"], documentIds: ["d"], qrels: one }),
    /none of 1 queries has a relevant document .*; check that queries and judgments share their ids/,
  );
  assert.throws(
    () => judge({ queryIds: ["q"], documentIds: [], qrels: one }, "tiny"),
    /^RangeError: Cannot score tiny: it has no documents; /,
  );
});

import assert from "node:assert/strict";
import { columnValues, recordColumns } from "./_record_columns.ts";

const RECORDS = [
  { text: "a", id: 1, score: 1, is: true, tags: ["x"], none: null },
  { text: "b", id: null, score: 0.5, is: false, tags: "y", more: "z" },
];

Deno.test("recordColumns takes the narrowest kind that all values fit", () => {
  assert.deepEqual(recordColumns(RECORDS).map(({ name, type }) => `${name} ${type}`), [
    "text STRING",
    "id INT64",
    "score DOUBLE",
    "is BOOLEAN",
    "tags JSON",
    "none JSON",
    "more STRING",
  ]);
  assert.throws(
    () => recordColumns([{ id: 2 ** 60 }]),
    /^RangeError: .*: id has whole numbers above 2\^53, which would be rounded; write \.jsonl$/,
  );
});

Deno.test("columnValues gives null for what is missing, and refuses what does not fit", () => {
  const columns = recordColumns(RECORDS);
  assert.deepEqual(columnValues(RECORDS, columns, 1), [
    ["a", "b"],
    [1n, null],
    [1, 0.5],
    [true, false],
    [["x"], "y"],
    [null, null],
    [null, "z"],
  ]);
  const later = (record: Record<string, unknown>): unknown => columnValues([{}, record], columns, 100);
  assert.throws(
    () => later({ text: 1 }),
    /record 101 has another kind of value in text than the first records/,
  );
  assert.throws(() => later({ new: 1 }), /record 101 has a field new that the first records lack; write/);
});

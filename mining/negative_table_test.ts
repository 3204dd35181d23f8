import assert from "node:assert/strict";
import { assignColumns, readColumnNames, readRows, resolveSource, type Row } from "../data/mod.ts";
import type { MinedAnchor } from "./mined_anchor.ts";
import type { NegativeFormat } from "./negative_format.ts";
import { NegativeTable } from "./negative_table.ts";

const WHOLE: MinedAnchor = {
  anchor: "a",
  positives: [{ text: "p", score: 0.5 }, { text: "q", score: 1 }],
  negatives: [{ text: "m", score: 0.4 }, { text: "n", score: 0.25 }],
};
const PART: MinedAnchor = {
  anchor: "b",
  positives: [{ text: "r", score: 0.5 }],
  negatives: [{ text: "m", score: 0 }],
};
const NONE: MinedAnchor = { anchor: "c", positives: [{ text: "s", score: 0.5 }], negatives: [] };

async function written(format: NegativeFormat): Promise<{ rows: Row[]; names: string[] }> {
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  const file = await Deno.open(path, { write: true });
  const table = new NegativeTable({ format, negatives: 2, write: (bytes) => file.writeSync(bytes) });
  for (const mined of [WHOLE, PART, NONE]) table.add(mined);
  table.finish();
  file.close();
  const source = await resolveSource(path);
  const rows: Row[] = [];
  for await (const some of readRows(source)) rows.push(...some);
  const names = await readColumnNames(source);
  await Deno.remove(path);
  assert.equal(table.rows, rows.length);
  return { rows, names };
}

/** Values of the rows; whole numbers of 64 bits do not occur. */
function valuesOf({ rows }: { rows: Row[] }): unknown[][] {
  return rows.map((row) => Object.values(row));
}

Deno.test("triplets: a row for every positive and negative, whose scores no recipe takes for texts", async () => {
  const triplets = await written("triplet");
  assert.deepEqual(valuesOf(triplets), [
    ["a", "p", "m", 0.5, 0.4],
    ["a", "p", "n", 0.5, 0.25],
    ["a", "q", "m", 1, 0.4],
    ["a", "q", "n", 1, 0.25],
    ["b", "r", "m", 0.5, 0],
  ]);
  const { texts, label } = assignColumns(triplets.names);
  assert.deepEqual([texts, label], [["anchor", "positive", "negative"], undefined]);
});

Deno.test("tuples: a row for every positive of the anchors that have all negatives", async () => {
  const tuples = await written("n-tuple");
  assert.deepEqual(valuesOf(tuples), [["a", "p", "m", "n", 0.5, 0.4, 0.25], [
    "a",
    "q",
    "m",
    "n",
    1,
    0.4,
    0.25,
  ]]);
  assert.deepEqual(assignColumns(tuples.names).texts, ["anchor", "positive", "negative_1", "negative_2"]);
  const scored = await written("n-tuple-scores");
  assert.deepEqual(valuesOf(scored), [["a", "p", "m", "n", [0.5, 0.4, 0.25]], ["a", "q", "m", "n", [
    1,
    0.4,
    0.25,
  ]]]);
  assert.equal(assignColumns(scored.names).label, "scores");
});

Deno.test("labelled pairs keep positives without negatives; labelled lists need one", async () => {
  const pairs = await written("labelled-pair");
  assert.deepEqual(valuesOf(pairs), [
    ["a", "p", 1, 0.5],
    ["a", "q", 1, 1],
    ["a", "m", 0, 0.4],
    ["a", "n", 0, 0.25],
    ["b", "r", 1, 0.5],
    ["b", "m", 0, 0],
    ["c", "s", 1, 0.5],
  ]);
  const { texts, label } = assignColumns(pairs.names);
  assert.deepEqual([texts, label], [["anchor", "text"], "label"]);
  assert.deepEqual(valuesOf(await written("labelled-list")), [
    ["a", ["p", "m", "n"], [1, 0, 0], [0.5, 0.4, 0.25]],
    ["a", ["q", "m", "n"], [1, 0, 0], [1, 0.4, 0.25]],
    ["b", ["r", "m"], [1, 0], [0.5, 0]],
  ]);
});

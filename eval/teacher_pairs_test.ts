import assert from "node:assert/strict";
import { matrixFromRows } from "../model/mod.ts";
import type { TeacherVectors } from "./collection.ts";
import { heldOutVectorCollections } from "./held_out_vectors.ts";
import { teacherPairs } from "./teacher_pairs.ts";

const ROWS = [[1, 0], [0, 1], [2, 0.2], [0.1, 3]];

function vectorsOf(rows: number[][]): TeacherVectors {
  return { kind: "mse", name: "t", texts: rows.map((_, i) => `text ${i}`), vectors: matrixFromRows(rows) };
}

Deno.test("teacherPairs() pairs each text with its nearest and with another, judged by the teacher's cosine", () => {
  const pairs = teacherPairs(vectorsOf(ROWS))!;
  assert.equal(pairs.name, "t-pairs");
  const numbers = pairs.first.map((text, i) => [text, pairs.second[i]].map((each) => Number(each.slice(5))));
  assert.deepEqual(numbers, [[0, 2], [1, 3], [2, 0], [3, 1], [0, 2], [1, 3], [2, 0], [3, 1]]);
  // cos of (1, 0) and (2, 0.2), of float32 numbers.
  assert.ok(Math.abs(pairs.scores[0] - 2 / Math.hypot(2, 0.2)) < 1e-7);
});

Deno.test("teacherPairs() takes a thousand of more texts, and none of too few", () => {
  assert.equal(teacherPairs(vectorsOf(ROWS.slice(1))), undefined);
  const many = Array.from({ length: 2500 }, (_, i) => [Math.cos(i), Math.sin(i)]);
  const pairs = teacherPairs(vectorsOf(many))!;
  assert.deepEqual([pairs.first.length, new Set(pairs.first).size], [2000, 1000]);
});

Deno.test("heldOutVectorCollections() gives the first rows as vectors and as pairs", () => {
  const rows = { name: "rows", texts: ["a", "b", "c", "d", "e"], vectors: matrixFromRows([...ROWS, [1, 1]]) };
  const [vectors, pairs] = heldOutVectorCollections(rows, { limit: 4 });
  assert.ok(vectors.kind === "mse" && pairs.kind === "similarity");
  assert.deepEqual([vectors.texts.length, vectors.vectors.rows, pairs.first.length], [4, 4, 8]);
  assert.equal(heldOutVectorCollections(rows, { limit: 3 }).length, 1);
});

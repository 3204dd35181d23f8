import assert from "node:assert/strict";
import { quantizedParts, testParts } from "./_test_parts.ts";
import { quantizeVocabulary } from "./quantize_vocabulary.ts";
import type { ExportedModel } from "./exported_model.ts";

/** The rows that tokens come to: the shared row times the factor. */
function tokenRows({ table, dim, mapping, weights }: ExportedModel): number[][] {
  return Array.from(
    mapping!,
    (row, id) => [...table.subarray(row * dim, (row + 1) * dim)].map((x) => x * weights![id]),
  );
}

/** Share of the rows' squared lengths that is lost. */
function lossOf(parts: ExportedModel, quantized: ExportedModel): number {
  let lost = 0;
  let all = 0;
  tokenRows(quantized).forEach((row, id) =>
    row.forEach((value, c) => {
      const original = parts.table[id * parts.dim + c];
      lost += (value - original) ** 2;
      all += original ** 2;
    })
  );
  return lost / all;
}

/** 60 tokens in four directions, of different lengths, and one row of zeros. */
function fourDirections(): ExportedModel {
  const directions = [[1, 0, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, -1, 2], [-1, -1, 0, 0, 0]];
  const rows = Array.from(
    { length: 61 },
    (_, i) => directions[i * 7 % 4].map((x) => i === 60 ? 0 : x * (1 + i / 10)),
  );
  return testParts({ rows: 61, table: Float32Array.from(rows.flat()) });
}

Deno.test("quantizeVocabulary finds the directions that there are", async () => {
  const parts = fourDirections();
  const quantized = await quantizeVocabulary(parts, 4, { threads: 1 });
  assert.equal(quantized.table.length, 4 * 5);
  assert.equal(quantized.mapping!.length, 61);
  assert.ok(lossOf(parts, quantized) < 1e-12, "float32 rounds to 6e-8, squared");
});

Deno.test("quantizeVocabulary with as many rows as tokens loses nothing, with fewer less and less", async () => {
  const parts = testParts({ rows: 64, table: Float32Array.from({ length: 320 }, (_, i) => Math.sin(i * i)) });
  const losses = await Promise.all(
    [64, 32, 8, 1].map(async (size) => lossOf(parts, await quantizeVocabulary(parts, size, { threads: 1 }))),
  );
  assert.ok(losses[0] < 1e-12);
  assert.deepEqual(losses, losses.toSorted((a, b) => a - b));
  assert.ok(losses[3] < 1);
});

Deno.test("quantizeVocabulary gives the same on any number of threads, and keeps the model's own factors", async () => {
  const parts = fourDirections();
  const one = await quantizeVocabulary(parts, 3, { threads: 1 });
  assert.deepEqual(await quantizeVocabulary(parts, 3, { threads: 2 }), one);
  const weights = new Float64Array(61).fill(2);
  const weighted = await quantizeVocabulary({ ...parts, weights }, 3, { threads: 1 });
  assert.deepEqual(weighted.weights, one.weights!.map((factor) => 2 * factor));
});

Deno.test("quantizeVocabulary refuses sizes and models that it cannot do", async () => {
  for (const size of [0, 9, 1.5]) {
    await assert.rejects(quantizeVocabulary(testParts(), size), {
      name: "RangeError",
      message: /keep 1 to 8/,
    });
  }
  await assert.rejects(quantizeVocabulary(quantizedParts(), 2), /share rows already/);
  await assert.rejects(
    quantizeVocabulary(testParts({ table: new Float32Array(40).fill(NaN) }), 2),
    /not finite/,
  );
});

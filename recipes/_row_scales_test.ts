import assert from "node:assert/strict";
import { rowScales } from "./_row_scales.ts";

/** Tokens 0 to 3 occur 8, 2, 1 and 1 times over all data sets, token 4 never; 12 tokens on 5 rows are 2.4 a row. */
const DATASETS = [Float64Array.of(6, 2, 1, 0, 0), Float64Array.of(2, 0, 0, 1, 0)];

function assertScales(power: number, expected: readonly number[]): void {
  const found = rowScales(DATASETS, 5, power)!;
  assert.equal(found.length, expected.length);
  // A power in float64, rounded to float32.
  expected.forEach((scale, row) =>
    assert.ok(Math.abs(found[row] / scale - 1) < 1e-7, `row ${row}: ${found[row]}`)
  );
}

Deno.test("rowScales of power 0 are none at all", () => {
  assert.equal(rowScales(DATASETS, 5, 0), undefined);
});

Deno.test("rowScales are (count / mean)^-power over all data sets and columns; a token not seen counts once", () => {
  assertScales(1, [2.4 / 8, 2.4 / 2, 2.4, 2.4, 2.4]);
  assertScales(0.5, [2.4 / 8, 2.4 / 2, 2.4, 2.4, 2.4].map(Math.sqrt));
});

Deno.test("rowScales stay between a tenth and ten", () => {
  const frequent = new Float64Array(100);
  frequent.set([9999, 1]);
  assert.deepEqual([...rowScales([frequent], 100, 2)!.slice(0, 3)], [0.1, 10, 10].map(Math.fround));
});

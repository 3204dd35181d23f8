import assert from "node:assert/strict";
import { rowScales } from "./_row_scales.ts";
import { datasetOf } from "./_test_datasets.ts";

/** Tokens 0 to 3 occur 8, 2, 1 and 1 times over all texts, token 4 never; 12 tokens on 5 rows are 2.4 a row. */
const DATASETS = [
  datasetOf("pairs", [[[0, 0, 0, 0], [1, 1]], [[0, 0], [2]]]),
  datasetOf("texts", [[[0, 3, 0]]]),
];

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
  const frequent = datasetOf("frequent", [[Array.from({ length: 9999 }, () => 0), [1]]]);
  assert.deepEqual([...rowScales([frequent], 100, 2)!.slice(0, 3)], [0.1, 10, 10].map(Math.fround));
});

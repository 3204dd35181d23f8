import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { type Batch, BatchSequence, type BatchSequenceOptions, type BatchSource, hashText } from "./mod.ts";

/** A data set with one column of texts, of which one in ten is repeated. */
function source(rowCount: number, name: string): BatchSource {
  const hashes = new Uint32Array(2 * rowCount);
  for (let row = 0; row < rowCount; row++) hashText(`${name} ${row % 10 === 9 ? 0 : row}`, hashes, 2 * row);
  return { rowCount, hashes: [hashes] };
}

const SOURCES = [source(100, "a"), source(35, "b"), source(7, "c")];

function batches(options: Partial<BatchSequenceOptions>, fromStep = 0): Batch[] {
  return [...new BatchSequence(SOURCES, { batchSize: 10, seed: 12, ...options }).iterate(fromStep)];
}

for (const mixing of ["proportional", "roundRobin"] as const) {
  for (const batchSampler of ["noDuplicates", "batch"] as const) {
    Deno.test(`BatchSequence.iterate(n) gives what iterate() gives from step n on: ${mixing}, ${batchSampler}`, () => {
      const options = { mixing, batchSampler, epochs: 3 };
      const all = batches(options);
      strictEqual(all.length, new BatchSequence(SOURCES, { batchSize: 10, seed: 12, ...options }).totalSteps);
      all.forEach((batch, i) => strictEqual(batch.step, i));
      for (let step = 0; step <= all.length; step++) deepStrictEqual(batches(options, step), all.slice(step));
    });
  }
}

Deno.test("BatchSequence gives every row once an epoch with plain proportional batches, in another order each time", () => {
  const all = batches({ batchSampler: "batch", epochs: 2 });
  const orders = [0, 1].map((epoch) => {
    const rows = all.filter((batch) => batch.epoch === epoch).flatMap(({ dataset, rows }) => {
      return [...rows].map((row) => `${dataset} ${row}`);
    });
    strictEqual(rows.length, 142);
    strictEqual(new Set(rows).size, 142);
    return rows.join();
  });
  notDeepStrictEqual(orders[0], orders[1]);
});

Deno.test("BatchSequence counts batches as ceil(rows / batchSize) and says what goes unused", () => {
  const plan = new BatchSequence(SOURCES, { batchSize: 10, seed: 12 });
  deepStrictEqual(plan.batchCounts, [10, 4, 1]);
  strictEqual(plan.stepsPerEpoch, 15);
  const unused = plan.unusedRows(0);
  const used = [0, 0, 0];
  for (const { dataset, rows } of plan.iterate()) used[dataset] += rows.length;
  deepStrictEqual(unused, SOURCES.map(({ rowCount }, i) => rowCount - used[i]));
  // Ten rows of data set 0 share a text and there are ten batches: each can take one, so that little is left.
  ok(unused[0] < 10);
});

Deno.test("BatchSequence takes the data sets in turn until the smallest is used up with roundRobin", () => {
  deepStrictEqual(batches({ mixing: "roundRobin", epochs: 2 }).map(({ dataset }) => dataset), [
    0,
    1,
    2,
    0,
    1,
    2,
  ]);
});

Deno.test("BatchSequence draws the order of data sets at random in proportion to their batches", () => {
  const order = batches({ epochs: 1 }).map(({ dataset }) => dataset);
  deepStrictEqual([...order].sort(), [...new Array(10).fill(0), 1, 1, 1, 1, 2]);
  notDeepStrictEqual(order, [...order].sort());
});

Deno.test("BatchSequence gives the same batches for the same seed, others for another", () => {
  deepStrictEqual(batches({ seed: 5 }), batches({ seed: 5 }));
  notDeepStrictEqual(batches({ seed: 5 }), batches({ seed: 6 }));
});

Deno.test("BatchSequence refuses a batch larger than every data set, and other impossible plans", () => {
  throws(
    () => batches({ batchSize: 101 }),
    /batch size 101 is larger than every data set; the largest has 100 rows/,
  );
  strictEqual(batches({ batchSize: 100 }).length, 3);
  for (const options of [{ batchSize: 0 }, { batchSize: 1.5 }, { epochs: 0 }]) {
    throws(() => batches(options), RangeError);
  }
  throws(() => new BatchSequence([], { batchSize: 1, seed: 1 }), RangeError);
  throws(() => new BatchSequence([source(0, "d")], { batchSize: 1, seed: 1 }), RangeError);
  throws(() => batches({}, 16), RangeError);
  throws(() => batches({}, -1), RangeError);
});

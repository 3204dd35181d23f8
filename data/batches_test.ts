import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { hashesOf, numberOf, sourceOf } from "./_test_source.ts";
import { BatchSequence, type BatchSequenceOptions, type BatchSource, type RowSource } from "./mod.ts";

/** A data set with one column of texts, of which one in ten is repeated, in groups of 5 rows. */
function source(rowCount: number, name: string): RowSource {
  const texts = Array.from({ length: rowCount }, (_, row) => row % 10 === 9 ? 0 : row);
  const groupRows = Array.from({ length: Math.ceil(rowCount / 5) }, (_, g) => Math.min(5, rowCount - 5 * g));
  return sourceOf([hashesOf(texts)], { name, groupRows });
}

const SOURCES = [source(100, "a"), source(35, "b"), source(7, "c")];
const WEIGHTED = { kind: "weighted", temperature: 2 } as const;

/** A batch with the numbers of its rows. */
interface Numbered {
  dataset: number;
  epoch: number;
  step: number;
  pass: number;
  numbers: number[];
  unusedRows?: number;
}

interface Plan extends Partial<BatchSequenceOptions> {
  sources?: readonly RowSource[];
  weights?: readonly number[];
}

function sequenceOf({ sources = SOURCES, weights, ...options }: Plan): BatchSequence {
  const datasets: BatchSource[] = sources.map(({ rowCount }, i) => ({ rowCount, weight: weights?.[i] }));
  return new BatchSequence(datasets, { batchSize: 10, seed: 12, ...options });
}

function batches(plan: Plan, fromStep = 0): Numbered[] {
  return Array.from(
    sequenceOf(plan).iterate(plan.sources ?? SOURCES, fromStep),
    ({ window, rows, ...batch }) => ({ ...batch, numbers: Array.from(rows, (row) => numberOf(window, row)) }),
  );
}

for (const mixing of ["proportional", "roundRobin", WEIGHTED] as const) {
  for (const batchSampler of ["noDuplicates", "batch"] as const) {
    for (const memory of [1000, 40]) {
      const name = `${JSON.stringify(mixing)}, ${batchSampler}, ${memory} bytes`;
      Deno.test(`BatchSequence.iterate(n) gives what iterate() gives from step n on: ${name}`, () => {
        const plan = { mixing, batchSampler, memory, epochs: 3 };
        const all = batches(plan);
        strictEqual(all.length, sequenceOf(plan).totalSteps);
        all.forEach(({ step }, i) => strictEqual(step, i));
        for (let step = 0; step <= all.length; step++) {
          deepStrictEqual(batches(plan, step), all.slice(step));
        }
      });
    }
  }
}

Deno.test("BatchSequence reads the same rows in many parts, with few of them in memory", () => {
  for (const memory of [1000, 40, 1]) {
    const all = batches({ batchSampler: "batch", memory });
    const rows = all.flatMap(({ dataset, numbers }) => numbers.map((number) => `${dataset} ${number}`));
    strictEqual(new Set(rows).size, 142);
    strictEqual(rows.length, 142);
    const sizes = all.filter(({ dataset }) => dataset === 0).map(({ numbers }) => numbers.length);
    deepStrictEqual(sizes, new Array(10).fill(10));
  }
});

Deno.test("BatchSequence gives every row once an epoch with plain proportional batches, in another order each time", () => {
  const all = batches({ batchSampler: "batch", epochs: 2 });
  const orders = [0, 1].map((epoch) => {
    const rows = all.filter((batch) => batch.epoch === epoch).flatMap(({ dataset, numbers }) => {
      return numbers.map((row) => `${dataset} ${row}`);
    });
    strictEqual(rows.length, 142);
    strictEqual(new Set(rows).size, 142);
    return rows.join();
  });
  notDeepStrictEqual(orders[0], orders[1]);
});

Deno.test("BatchSequence gives no batch a text twice, also where a batch is of two parts", () => {
  for (const { dataset, numbers } of batches({ memory: 40, epochs: 3 })) {
    const texts = numbers.map((row) => row % 10 === 9 ? 0 : row);
    strictEqual(new Set(texts).size, texts.length, `data set ${dataset}: ${numbers}`);
  }
});

Deno.test("BatchSequence counts batches as ceil(rows / batchSize) and says with a pass's last one what goes unused", () => {
  const plan = sequenceOf({});
  deepStrictEqual(plan.batchCounts, [10, 4, 1]);
  strictEqual(plan.stepsPerEpoch, 15);
  const all = batches({ epochs: 2 });
  for (const [dataset, { rowCount }] of SOURCES.entries()) {
    for (const pass of [0, 1]) {
      const there = all.filter((batch) => batch.dataset === dataset && batch.pass === pass);
      const used = there.reduce((sum, { numbers }) => sum + numbers.length, 0);
      deepStrictEqual(there.map(({ unusedRows }) => unusedRows), [
        ...new Array(there.length - 1).fill(undefined),
        rowCount - used,
      ]);
      // Of the eleven rows that share a text each of the ten batches can take one, so that little is left.
      ok(rowCount - used <= 3);
    }
  }
});

Deno.test("BatchSequence takes the data sets in turn with roundRobin, and goes on with their other rows in the next epoch", () => {
  const all = batches({ mixing: "roundRobin", epochs: 4 });
  deepStrictEqual(all.map(({ dataset }) => dataset), [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  deepStrictEqual(all.filter(({ dataset }) => dataset === 2).map(({ pass }) => pass), [0, 1, 2, 3]);
  const first = all.filter(({ dataset }) => dataset === 0).flatMap(({ numbers }) => numbers);
  strictEqual(new Set(first).size, 40);
});

Deno.test("BatchSequence draws the order of data sets at random in proportion to their batches", () => {
  const order = batches({ epochs: 1 }).map(({ dataset }) => dataset);
  deepStrictEqual([...order].sort(), [...new Array(10).fill(0), 1, 1, 1, 1, 2]);
  notDeepStrictEqual(order, [...order].sort());
});

Deno.test("BatchSequence goes through a data set again where its weight asks for more than it has", () => {
  const plan = {
    mixing: { kind: "weighted" },
    weights: [1, 1, 100],
    batchSampler: "batch",
    epochs: 2,
  } as const;
  deepStrictEqual(sequenceOf(plan).batchCounts, [2, 1, 12]);
  const all = batches(plan);
  const small = all.filter(({ dataset }) => dataset === 2);
  deepStrictEqual(small.map(({ pass }) => pass), Array.from({ length: 24 }, (_, i) => i));
  small.forEach(({ numbers }) => deepStrictEqual([...numbers].sort(), [0, 1, 2, 3, 4, 5, 6]));
  ok(new Set(small.map(({ numbers }) => numbers.join())).size > 20, "every pass has an order of its own");
  const large = all.filter(({ dataset }) => dataset === 0).flatMap(({ numbers }) => numbers);
  strictEqual(new Set(large).size, 40, "an epoch goes on where the one before ended");
});

Deno.test("BatchSequence begins a pass again when it runs out of rows because many were given up", () => {
  // One text in all rows: a batch has one row. Of the 400 rows few are kept, for the 40 batches of a pass.
  const texts = hashesOf(new Array(400).fill(1));
  const sources = [sourceOf([texts], { groupRows: new Array(80).fill(5) })];
  const all = batches({ sources, memory: 20 });
  strictEqual(all.length, 40);
  all.forEach(({ numbers }) => strictEqual(numbers.length, 1));
});

Deno.test("BatchSequence gives the same batches for the same seed, others for another seed or name", () => {
  deepStrictEqual(batches({ seed: 5 }), batches({ seed: 5 }));
  notDeepStrictEqual(batches({ seed: 5 }), batches({ seed: 6 }));
  const renamed = SOURCES.map((each) => ({ ...each, name: `another ${each.name}` }));
  notDeepStrictEqual(batches({ seed: 5 }), batches({ seed: 5, sources: renamed }));
});

Deno.test("BatchSequence refuses a batch larger than every data set, other rows, and other impossible plans", () => {
  throws(
    () => batches({ batchSize: 101 }),
    /batch size 101 is larger than every data set; the largest has 100 rows/,
  );
  strictEqual(batches({ batchSize: 100 }).length, 3);
  for (const options of [{ batchSize: 0 }, { batchSize: 1.5 }, { epochs: 0 }]) {
    throws(() => batches(options), RangeError);
  }
  const plan = (rowCount: number): BatchSequence =>
    new BatchSequence([{ rowCount }], { batchSize: 1, seed: 1 });
  throws(() => new BatchSequence([], { batchSize: 1, seed: 1 }), RangeError);
  throws(() => plan(0), RangeError);
  throws(() => plan(2 ** 32), /a data set has 4294967296 rows; take at most 4294967295 of it/);
  throws(() => batches({}, 16), RangeError);
  throws(() => batches({}, -1), RangeError);
  throws(() => [...plan(8).iterate([source(7, "c")])], {
    name: "RangeError",
    message: "Cannot make batches: the data sets have 7 rows and were planned with 8; give those of the plan",
  });
});

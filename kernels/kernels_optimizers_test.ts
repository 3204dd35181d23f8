/** The optimizers' kernels against the same steps in float64. */
import assert from "node:assert/strict";
import { assertNear, drawFloats, generator, sharedIntegers, WIDTHS } from "./_test_arrays.ts";
import { type KernelMemory, Kernels } from "./mod.ts";

type Floats = Float32Array<SharedArrayBuffer>;

const ROWS = 50;

/** Settings of an AdamW step in the order of the kernel's `hyper`. */
const HYPER = {
  factor: 0.5,
  beta1: 0.9,
  beta2: 0.999,
  size: 0.02,
  correction: 5,
  epsilon: 1e-6,
  decay: 0.99,
};

/** A few float32 roundings of numbers around 1: 6e-8 each, and the settings are rounded once. */
const MOMENT_TOLERANCE = 5e-7;

/** A small second moment makes the quotient large; its rounding is relative. */
const TABLE_TOLERANCE = (expected: number): number => 1e-6 * Math.max(1, Math.abs(expected));

/** What the kernels work on; every fourth row, from the second on, has a gradient. */
interface Inputs {
  table: Floats;
  first: Floats;
  second: Floats;
  gradients: Floats;
  slots: Int32Array<SharedArrayBuffer>;
}

function drawInputs(memory: KernelMemory, columns: number, rows = ROWS): Inputs {
  const random = generator(columns);
  const fill = (count: number, draw: () => number): Floats => drawFloats(memory, count * columns, draw);
  const signed = (): number => random() * 2 - 1;
  const used = Math.floor(rows / 5);
  const slots = memory.int32(rows).fill(-1);
  for (let slot = 0; slot < used; slot++) slots[slot * 4 + 1] = used - 1 - slot;
  return {
    table: fill(rows, signed),
    first: fill(rows, signed),
    second: fill(rows, random),
    gradients: fill(used, signed),
    slots,
  };
}

function adamwHyper(memory: KernelMemory): Floats {
  const { factor, beta1, beta2, size, correction, epsilon, decay } = HYPER;
  const hyper = memory.float32(9);
  hyper.set([factor, beta1, 1 - beta1, beta2, 1 - beta2, size, correction, epsilon, decay]);
  return hyper;
}

/** Element `i` of a row's gradient, 0 where it has none. */
function gradientAt({ gradients, slots }: Inputs, row: number, i: number): number {
  const columns = gradients.length / Math.floor(slots.length / 5);
  return slots[row] < 0 ? 0 : gradients[slots[row] * columns + i];
}

/** What a step does to one element: the rows' numbers are given and returned in the order of `arrays`. */
type ElementStep = (values: number[], row: number, column: number) => number[];

/** Carries out a step in float64 on some rows; the others stay. */
function plainStep(
  arrays: readonly Floats[],
  { rows, columns }: { rows: readonly number[]; columns: number },
  step: ElementStep,
): Float64Array[] {
  const copies = arrays.map((values) => Float64Array.from(values));
  for (const row of rows) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      step(copies.map((values) => values[at]), row, column).forEach((value, i) => copies[i][at] = value);
    }
  }
  return copies;
}

/** AdamW in float64. */
function plainAdamw(
  inputs: Inputs,
  range: { rows: readonly number[]; columns: number },
  scaleOf: (row: number) => number,
): Float64Array[] {
  const { table, first, second } = inputs;
  return plainStep([table, first, second], range, ([p, m, v], row, column) => {
    const g = gradientAt(inputs, row, column) * HYPER.factor;
    const newFirst = m * HYPER.beta1 + g * (1 - HYPER.beta1);
    const newSecond = v * HYPER.beta2 + g * g * (1 - HYPER.beta2);
    const denominator = Math.sqrt(newSecond) * HYPER.correction + HYPER.epsilon;
    const step = HYPER.size * scaleOf(row) * newFirst / denominator;
    return [p * HYPER.decay - step, newFirst, newSecond];
  });
}

const ALL = Array.from({ length: ROWS }, (_, row) => row);
/** Some rows in no order, with and without gradient, the first and the last among them. */
const SOME = [49, 1, 0, 17, 5, 30, 44, 2];

for (const columns of WIDTHS) {
  for (const list of [undefined, SOME]) {
    for (const scaled of [false, true]) {
      const name = `${list ? "on a list of rows" : "on all rows"}${scaled ? ", each at its own rate" : ""}`;
      Deno.test(`Kernels.adamw makes a step of ${columns} columns ${name}`, async () => {
        using kernels = await Kernels.start({ threads: 1 });
        const { memory } = kernels;
        const inputs = drawInputs(memory, columns);
        const scales = scaled ? drawFloats(memory, ROWS, generator(columns + 7)) : undefined;
        const range = { rows: list ?? ALL, columns };
        const [table, first, second] = plainAdamw(inputs, range, (row) => scales?.[row] ?? 1);
        const rows = list && sharedIntegers(memory, list);
        const hyper = adamwHyper(memory);
        kernels.adamw({ ...inputs, columns, rows, hyper, scales, items: range.rows.length });
        assertNear(inputs.first, first, MOMENT_TOLERANCE);
        assertNear(inputs.second, second, MOMENT_TOLERANCE);
        assertNear(inputs.table, table, TABLE_TOLERANCE);
      });
    }
  }

  Deno.test(`Kernels.catchUp makes up for steps of ${columns} columns, and leaves rows that are up to date`, async () => {
    for (const [list, scaled] of [[undefined, false], [SOME, true]] as const) {
      using kernels = await Kernels.start({ threads: 1 });
      const { memory } = kernels;
      const { table, first, second } = drawInputs(memory, columns);
      const now = 6;
      const lastSteps = drawFloats(memory, ROWS, (() => ((row) => () => row++ % (now + 1))(0))());
      const random = generator(3);
      const coefficients = drawFloats(memory, 7 * now, () => 0.25 + random());
      const scales = scaled ? drawFloats(memory, ROWS, random) : undefined;
      const hyper = memory.float32(2);
      hyper.set([now, 1e-3]);
      const rows = list ?? ALL;
      const before = lastSteps.slice();
      const expected = plainStep([table, first, second], { rows, columns }, ([p, m, v], row) => {
        const last = lastSteps[row];
        if (last === now) return [p, m, v];
        const [decay, sum1, root1, sum2, root2, decay1, decay2] = coefficients.slice(7 * last, 7 * last + 7);
        const root = Math.sqrt(v);
        const factor = sum1 / (root1 * root + hyper[1]) + sum2 / (root2 * root + hyper[1]);
        return [p * decay - (scales?.[row] ?? 1) * m * factor, m * decay1, v * decay2];
      });
      const given = list && sharedIntegers(memory, [...list]);
      const job = { table, first, second, rows: given, lastSteps, coefficients, scales, hyper, columns };
      kernels.catchUp({ ...job, items: rows.length });
      // Roots of moments near 0 make factors of up to 2e3, whose rounding is relative.
      assertNear(table, expected[0], (x) => 2e-6 * Math.max(1, Math.abs(x)));
      assertNear(first, expected[1], MOMENT_TOLERANCE);
      assertNear(second, expected[2], MOMENT_TOLERANCE);
      assert.deepEqual([...lastSteps], [...before].map((last, row) => rows.includes(row) ? now : last));
    }
  });

  Deno.test(`Kernels.sgd makes a step of ${columns} columns with momentum and decay`, async () => {
    for (const scaled of [false, true]) {
      using kernels = await Kernels.start({ threads: 1 });
      const { memory } = kernels;
      const inputs = drawInputs(memory, columns);
      const { table, first: buffer, gradients, slots } = inputs;
      const [factor, momentum, weightDecay, rate] = [0.5, 0.9, 0.01, 0.3];
      const hyper = memory.float32(4);
      hyper.set([factor, momentum, weightDecay, rate]);
      const scales = scaled ? drawFloats(memory, ROWS, generator(columns + 7)) : undefined;
      const expected = plainStep([table, buffer], { rows: ALL, columns }, ([p, b], row, column) => {
        const moved = momentum * b + factor * gradientAt(inputs, row, column) + weightDecay * p;
        return [p - rate * (scales?.[row] ?? 1) * moved, moved];
      });
      kernels.sgd({ table, buffer, slots, gradients, hyper, scales, columns, items: ROWS });
      assertNear(table, expected[0], MOMENT_TOLERANCE);
      assertNear(buffer, expected[1], MOMENT_TOLERANCE);
    }
  });

  Deno.test(`Kernels.rowwiseAdagrad makes a step of ${columns} columns on the rows with a gradient`, async () => {
    for (const scaled of [false, true]) {
      using kernels = await Kernels.start({ threads: 1 });
      const { memory } = kernels;
      const job = adagradJob(memory, columns, { scaled });
      const { table, accumulators, rows, gradients, squares, scales } = job;
      const [factor, rate, epsilon] = ADAGRAD;
      const sums = Float64Array.from(accumulators);
      rows.forEach((row, i) => sums[row] += factor * factor * squares[i] / columns);
      const [expected] = plainStep([table], { rows: [...rows], columns }, ([p], row, column) => {
        const g = factor * gradients[rows.indexOf(row) * columns + column];
        return [p - rate * (scales?.[row] ?? 1) * g / (Math.sqrt(sums[row]) + epsilon)];
      });
      kernels.rowwiseAdagrad(job);
      assertNear(accumulators, sums, MOMENT_TOLERANCE);
      assertNear(table, expected, TABLE_TOLERANCE);
    }
  });
}

/** Gradient factor, learning rate, epsilon. */
const ADAGRAD = [0.5, 0.2, 1e-6] as const;

/** Ten rows with gradients, in no order. */
function adagradJob(
  memory: KernelMemory,
  columns: number,
  { scaled, rowCount = ROWS }: { scaled: boolean; rowCount?: number },
): Parameters<Kernels["rowwiseAdagrad"]>[0] {
  const { table, gradients, slots } = drawInputs(memory, columns, rowCount);
  const used = gradients.length / columns;
  const rows = sharedIntegers(
    memory,
    Array.from({ length: used }, (_, slot) => slots.indexOf(slot)),
  );
  const squares = memory.float64(used);
  gradients.forEach((g, i) => squares[Math.floor(i / columns)] += g * g);
  const hyper = memory.float32(3);
  hyper.set(ADAGRAD);
  const random = generator(columns + 7);
  const scales = scaled ? drawFloats(memory, rowCount, random) : undefined;
  const accumulators = drawFloats(memory, rowCount, random);
  return { table, accumulators, rows, gradients, squares, hyper, scales, columns, items: used };
}

Deno.test("moments below the smallest normal float32 become 0, so that those of unused rows end there; a NaN stays", async () => {
  const columns = 5; // one vector and one number more
  const smallest = 2 ** -126;
  const kept = (value: number): number => Math.abs(value) < smallest ? 0 : value;
  for (const start of [1e-40, -1e-40, 2 ** -149, smallest, -2 * smallest, 1e-3, 0, NaN, Infinity]) {
    using kernels = await Kernels.start({ threads: 1 });
    const { memory } = kernels;
    const rows = (value: number): Floats => memory.float32(2 * columns).fill(value);
    const [table, first, second, buffer] = [rows(1), rows(start), rows(Math.abs(start)), rows(start)];
    const unused = { gradients: memory.float32(columns), slots: memory.int32(2).fill(-1), columns, items: 2 };
    kernels.adamw({ ...unused, table, first, second, hyper: adamwHyper(memory) });
    const sgdHyper = memory.float32(4);
    sgdHyper.set([1, HYPER.beta1, 0, 0.3]);
    kernels.sgd({ ...unused, table: rows(1), buffer, hyper: sgdHyper });
    const decayed = (value: number, decay: number): number =>
      kept(Math.fround(Math.fround(value) * Math.fround(decay)));
    const all = (value: number): number[] => new Array(2 * columns).fill(value);
    const found = [first, second, buffer].map((values) => [...values].map((value) => value + 0)); // -0 is 0
    assert.deepEqual(found, [
      all(decayed(start, HYPER.beta1)),
      all(decayed(Math.abs(start), HYPER.beta2)),
      all(decayed(start, HYPER.beta1)),
    ]);
  }
});

Deno.test("the optimizers' kernels give the same bits with one thread, with two and with three", async () => {
  // Far more rows than one thread takes at a time.
  const rowCount = 1000;
  const columns = 67;
  const results = await Promise.all([1, 2, 3].map(async (threads) => {
    using kernels = await Kernels.start({ threads });
    const { memory } = kernels;
    const inputs = drawInputs(memory, columns, rowCount);
    const hyper = adamwHyper(memory);
    const scales = drawFloats(memory, rowCount, generator(4));
    const sgdHyper = memory.float32(4);
    sgdHyper.set([0.5, 0.9, 0.01, 0.3]);
    const buffer = memory.float32(rowCount * columns);
    const lastSteps = memory.float32(rowCount);
    const coefficients = drawFloats(memory, 7 * 20, generator(5));
    const catchUpHyper = memory.float32(2);
    const list = sharedIntegers(memory, Array.from({ length: 700 }, (_, i) => i * 7 % rowCount));
    const adagrad = adagradJob(memory, columns, { scaled: true, rowCount });
    for (let turn = 0; turn < 20; turn++) {
      const { table, first, second } = inputs;
      catchUpHyper.set([turn, 1e-3]);
      const catching = { table, first, second, lastSteps, coefficients, scales, hyper: catchUpHyper };
      kernels.catchUp({ ...catching, rows: list, columns, items: list.length });
      kernels.adamw({ ...inputs, columns, hyper, scales, items: rowCount });
      kernels.adamw({ ...inputs, columns, hyper, rows: list, items: list.length });
      const { gradients, slots } = inputs;
      kernels.sgd({ table, buffer, slots, gradients, hyper: sgdHyper, scales, columns, items: rowCount });
      kernels.rowwiseAdagrad(adagrad);
    }
    const { table, first, second } = inputs;
    const { table: adagradTable, accumulators } = adagrad;
    const all = [table, first, second, buffer, lastSteps, adagradTable, accumulators];
    assert.ok(all.every((values) => values.every(Number.isFinite)));
    return all.map((values) => [...values]);
  }));
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
});

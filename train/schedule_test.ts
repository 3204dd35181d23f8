import assert from "node:assert/strict";
import { learningRateAt, type ScheduleSpec, warmupStepsOf } from "./schedule.ts";

/** The first `count` rates; values by hand, equal to 1e-15 because a product may round differently. */
function assertRates(spec: ScheduleSpec, expected: readonly number[]): void {
  expected.forEach((rate, step) => {
    const found = learningRateAt(spec, step);
    assert.ok(Math.abs(found - rate) < 1e-15, `step ${step}: ${found}, not ${rate}`);
  });
}

Deno.test("learningRateAt, linear: up from 0 in the warm-up, then down to 0", () => {
  const spec = { kind: "linear", learningRate: 0.2, warmupSteps: 4, totalSteps: 10 } as const;
  assertRates(spec, [0, 0.05, 0.1, 0.15, 0.2, 1 / 6, 2 / 15, 0.1, 1 / 15, 1 / 30, 0, 0]);
});

Deno.test("learningRateAt, linear without warm-up: the first step has the full rate", () => {
  assertRates({ kind: "linear", learningRate: 1, warmupSteps: 0, totalSteps: 4 }, [1, 0.75, 0.5, 0.25, 0]);
});

Deno.test("learningRateAt, constant: up in the warm-up, then the same", () => {
  assertRates({ kind: "constant", learningRate: 0.3, warmupSteps: 2, totalSteps: 4 }, [
    0,
    0.15,
    0.3,
    0.3,
    0.3,
  ]);
});

Deno.test("learningRateAt: a warm-up as long as the training, and one step", () => {
  assertRates({ kind: "linear", learningRate: 1, warmupSteps: 2, totalSteps: 2 }, [0, 0.5, 0]);
  assertRates({ kind: "linear", learningRate: 1, warmupSteps: 0, totalSteps: 1 }, [1, 0]);
});

Deno.test("learningRateAt, cosine: up in the warm-up, then half a cosine down to 0", () => {
  const root = Math.SQRT1_2; // cos(pi / 4)
  assertRates(
    { kind: "cosine", learningRate: 0.2, warmupSteps: 2, totalSteps: 6 },
    [0, 0.1, 0.2, 0.1 * (1 + root), 0.1, 0.1 * (1 - root), 0, 0],
  );
});

Deno.test("learningRateAt, cosine without warm-up: the first step has the full rate", () => {
  // cos(pi / 3) = 1 / 2
  assertRates({ kind: "cosine", learningRate: 1, warmupSteps: 0, totalSteps: 3 }, [1, 0.75, 0.25, 0]);
});

Deno.test("learningRateAt, warmupStableDecay: up, the same, then a line down to 0", () => {
  assertRates(
    { kind: "warmupStableDecay", learningRate: 0.4, warmupSteps: 2, totalSteps: 10, decaySteps: 4 },
    [0, 0.2, 0.4, 0.4, 0.4, 0.4, 0.4, 0.3, 0.2, 0.1, 0, 0],
  );
});

Deno.test("learningRateAt, warmupStableDecay: a tenth of the steps decay, rounded up; with none the rate stays", () => {
  const spec = { kind: "warmupStableDecay", learningRate: 1, warmupSteps: 0, totalSteps: 11 } as const;
  assertRates(spec, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5, 0]);
  assertRates({ ...spec, totalSteps: 3, decaySteps: 0 }, [1, 1, 1]);
  assertRates({ ...spec, totalSteps: 4, decaySteps: 4 }, [1, 0.75, 0.5, 0.25, 0]);
});

Deno.test("warmupStepsOf rounds up", () => {
  assert.deepEqual(
    [[0.1, 93], [0.1, 90], [0, 5], [1, 5]].map(([ratio, steps]) => warmupStepsOf(ratio, steps)),
    [
      10,
      9,
      0,
      5,
    ],
  );
});

import assert from "node:assert/strict";
import { catchUpCoefficients, type CaughtUpAdamWSpec } from "./caught_up_adamw.ts";

const SPEC: CaughtUpAdamWSpec = {
  kind: "caughtUpAdamw",
  betas: [0.9, 0.999],
  epsilon: 1e-8,
  weightDecay: 0.01,
  denseSteps: 0,
};

/** A rate that changes from step to step. */
const rateAt = (step: number): number => 0.1 / (1 + step / 7);

interface Weight {
  p: number;
  m: number;
  v: number;
}

/** AdamW steps without gradient, one after the other. */
function stepByStep(
  { p, m, v }: Weight,
  { spec, last, now }: { spec: CaughtUpAdamWSpec; last: number; now: number },
): Weight {
  const [beta1, beta2] = spec.betas;
  for (let t = last + 1; t <= now; t++) {
    m *= beta1;
    v *= beta2;
    const step = rateAt(t) / (1 - beta1 ** t) * m / (Math.sqrt(v / (1 - beta2 ** t)) + spec.epsilon);
    p = p * (1 - rateAt(t) * spec.weightDecay) - step;
  }
  return { p, m, v };
}

/** The same by the coefficients. */
function atOnce(
  { p, m, v }: Weight,
  { spec, last, now }: { spec: CaughtUpAdamWSpec; last: number; now: number },
): Weight {
  const { decay, groups, first, second } = catchUpCoefficients(spec, rateAt, { last, now });
  const moved = groups.reduce(
    (sum, { sum: c, root }) => sum + c * m / (root * Math.sqrt(v) + spec.epsilon),
    0,
  );
  return { p: p * decay - moved, m: m * first, v: v * second };
}

const SPANS = [[1, 2], [1, 3], [3, 10], [100, 101], [100, 500], [2, 2]].map(([last, now]) => ({ last, now }));

for (const epsilon of [1e-30, 1e6]) {
  const which = epsilon < 1 ? "negligible" : "all that counts";
  Deno.test(`catchUpCoefficients give the missed steps exactly where epsilon is ${which}`, () => {
    const spec = { ...SPEC, epsilon };
    for (const span of SPANS) {
      const start = { p: 0.7, m: epsilon * 1e-2, v: 0.04 };
      if (epsilon < 1) start.m = 0.3;
      const [found, expected] = [atOnce(start, { spec, ...span }), stepByStep(start, { spec, ...span })];
      for (const name of ["p", "m", "v"] as const) {
        const error = Math.abs(found[name] / expected[name] - 1);
        // Terms below 1e-10 of the first are left out; sqrt(v) counts for 2e-7 beside the epsilon of 1e6.
        assert.ok(error < 1e-8, `${name} from ${span.last} to ${span.now}: ${error}`);
      }
    }
  });
}

Deno.test("catchUpCoefficients come close to the missed steps where epsilon and the root are alike", () => {
  const spec = { ...SPEC, epsilon: 0.1 };
  for (const span of SPANS) {
    const start = { p: 0.7, m: 0.05, v: 0.01 };
    const expected = stepByStep(start, { spec, ...span }).p;
    const share = Math.abs(atOnce(start, { spec, ...span }).p - expected) / Math.abs(start.p - expected);
    if (span.last === span.now) continue;
    // In the first steps the roots of a group lie far from each other; after a hundred within a tenth.
    assert.ok(share < (span.last < 10 ? 1e-2 : 1e-4), `from ${span.last} to ${span.now}: off by ${share}`);
  }
});

Deno.test("catchUpCoefficients of no step change nothing, and rates of 0 move nothing", () => {
  const none = catchUpCoefficients(SPEC, rateAt, { last: 4, now: 4 });
  assert.deepEqual([none.decay, none.first, none.second, none.groups.map(({ sum }) => sum)], [1, 1, 1, [
    0,
    0,
  ]]);
  const still = catchUpCoefficients(SPEC, () => 0, { last: 0, now: 3 });
  assert.deepEqual([still.decay, still.groups], [1, [{ sum: 0, root: 1 }, { sum: 0, root: 1 }]]);
});

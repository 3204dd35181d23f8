import assert from "node:assert/strict";
import { adamwHyper, adamwStep } from "./adamw.ts";

const SPEC = { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0.1 } as const;

function assertNear(found: number, expected: number): void {
  assert.ok(Math.abs(found / expected - 1) < 1e-12, `${found}, not ${expected}`);
}

Deno.test("adamwStep corrects the bias of both moments", () => {
  const first = adamwStep(SPEC, { step: 1, learningRate: 0.2 });
  assertNear(first.step_size, 0.2 / 0.1);
  assertNear(first.correction, 1 / Math.sqrt(0.001));
  assertNear(first.decay, 0.98);
  const second = adamwStep(SPEC, { step: 2, learningRate: 0.1 });
  assertNear(second.step_size, 0.1 / 0.19);
  assertNear(second.correction, 1 / Math.sqrt(0.001999));
});

Deno.test("adamwHyper puts the numbers in the kernel's order", () => {
  const found = adamwHyper(SPEC, { step_size: 2, correction: 3, decay: 0.98 }, 0.5);
  const expected = [0.5, 0.9, 0.1, 0.999, 0.001, 2, 3, 1e-8, 0.98];
  assert.equal(found.length, expected.length);
  found.forEach((number, i) => assertNear(number, expected[i]));
});

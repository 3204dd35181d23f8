import { ok, strictEqual } from "node:assert/strict";
import { admittedRows, admittedShare, type Pacing } from "./mod.ts";

const KINDS = ["linear", "root", "exponential", "step"] as const;

/** Shares by the papers' formulas with start 0.2 and until 0.5, a quarter of the way on and half of it. */
const EXPECTED = {
  linear: [0.4, 0.6],
  root: [Math.sqrt(0.28), Math.sqrt(0.52)],
  exponential: [0.2 ** 0.75, 0.2 ** 0.5],
  step: [0.2, 0.2],
} as const;

for (const kind of KINDS) {
  const pacing: Pacing = { kind, start: 0.2, until: 0.5 };

  Deno.test(`admittedShare() goes from start to 1 by the papers' formulas: ${kind}`, () => {
    // Rounding of a few float64 operations.
    const near = (progress: number, share: number): void =>
      ok(Math.abs(admittedShare(pacing, progress) - share) < 1e-15, `${progress}`);
    near(0, 0.2);
    near(0.125, EXPECTED[kind][0]);
    near(0.25, EXPECTED[kind][1]);
    for (const progress of [0.5, 0.7, 1, 3]) strictEqual(admittedShare(pacing, progress), 1);
  });

  Deno.test(`admittedShare() never falls and stays between start and 1: ${kind}`, () => {
    for (const start of [1e-6, 0.3, 1]) {
      for (const until of [0.001, 0.9, 1]) {
        let before = start;
        for (let i = 0; i <= 1000; i++) {
          const share = admittedShare({ kind, start, until }, i / 1000);
          // start ** (1 - way) may be rounded down by one unit.
          ok(share >= before * (1 - 1e-15) && share <= 1, `${start} ${until} ${i}`);
          before = share;
        }
        strictEqual(before, 1);
      }
    }
  });
}

Deno.test("admittedRows() rounds up, admits as many rows as fill a batch, and never more than there are", () => {
  const pacing: Pacing = { kind: "linear", start: 0.101, until: 1 };
  strictEqual(admittedRows(pacing, { rowCount: 1000, batchSize: 10 }, 0), 101);
  strictEqual(admittedRows(pacing, { rowCount: 1005, batchSize: 10 }, 0), 102);
  strictEqual(admittedRows(pacing, { rowCount: 1000, batchSize: 300 }, 0), 300);
  strictEqual(admittedRows(pacing, { rowCount: 20, batchSize: 300 }, 0), 20);
  strictEqual(admittedRows(pacing, { rowCount: 1000, batchSize: 10 }, 1), 1000);
});

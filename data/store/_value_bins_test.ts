import { ok, strictEqual } from "node:assert/strict";
import { Random } from "../random.ts";
import { binOf, VALUE_BINS } from "./_value_bins.ts";

Deno.test("binOf() keeps the order of float32 values, of both signs and all sizes", () => {
  const random = new Random(1);
  const values = [0, -0, 1e-45, -1e-45, 3.4e38, -3.4e38, 1, -1];
  for (let i = 0; i < 5000; i++) values.push(Math.fround(random.normal() * 10 ** (random.below(60) - 30)));
  values.sort((a, b) => a - b);
  values.forEach((value, i) => {
    const bin = binOf(value);
    ok(bin >= 0 && bin < VALUE_BINS && Number.isInteger(bin), `${value}`);
    if (i > 0) ok(bin >= binOf(values[i - 1]), `${values[i - 1]} and ${value}`);
  });
  strictEqual(binOf(-0), binOf(0));
});

Deno.test("binOf() tells whole numbers up to 4,096 apart, and others that differ by more than 1 in 2,048", () => {
  const bins = Array.from({ length: 8193 }, (_, i) => binOf(i - 4096));
  strictEqual(new Set(bins).size, bins.length);
  const random = new Random(2);
  for (let i = 0; i < 5000; i++) {
    const value = random.normal();
    ok(binOf(value) !== binOf(value * (1 + 1 / 2000)), `${value}`);
  }
});

import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { planSegments, SEGMENT_LEVELS, SEGMENT_WIDTHS, type SegmentPlan } from "./segment_plan.ts";

/** What the graph does with a plan, in plain numbers: level after level, chunk after chunk. */
function sumByPlan(items: readonly number[], plan: SegmentPlan): number[] {
  const all: number[] = [];
  let source = items;
  let at = 0;
  for (let level = 0; level < SEGMENT_LEVELS; level++) {
    const sums: number[] = [];
    SEGMENT_WIDTHS.forEach((width, i) => {
      const size = Number(plan.sizes[level * SEGMENT_WIDTHS.length + i]);
      assert.equal(size % width, 0, "whole chunks");
      for (let left = size; left > 0; left -= width, at += width) {
        const chunk = [...plan.indices.subarray(at, at + width)];
        assert.ok(chunk.every((index) => index >= 0 && index < source.length), "indices of the level before");
        sums.push(chunk.reduce((sum, index) => sum + source[index], 0));
      }
    });
    source = sums;
    all.push(...sums);
  }
  assert.equal(at, plan.indices.length, "sizes cover all indices");
  return [...plan.order].map((place) => all[place]);
}

function assertPlans(lengths: readonly number[], random: Random): void {
  const offsets = Int32Array.of(0, ...lengths);
  for (let i = 1; i < offsets.length; i++) offsets[i] += offsets[i - 1];
  const total = offsets[lengths.length];
  const values = Array.from({ length: Math.max(1, total >> 1) }, () => random.below(1000));
  const items = Int32Array.from({ length: total }, () => random.below(values.length));
  const expected = lengths.map((_, s) =>
    items.subarray(offsets[s], offsets[s + 1]).reduce((sum, item) => sum + values[item], 0)
  );
  assert.deepEqual(sumByPlan(values, planSegments(items, offsets)), expected);
}

Deno.test("planSegments: any segments sum to what their items sum to", () => {
  const random = new Random(1);
  for (let turn = 0; turn < 60; turn++) {
    const largest = [2, 9, 40, 300][turn % 4];
    assertPlans(Array.from({ length: 1 + random.below(40) }, () => 1 + random.below(largest)), random);
  }
});

Deno.test("planSegments: every length up to 300, and lengths that need each level", () => {
  const random = new Random(2);
  assertPlans(Array.from({ length: 300 }, (_, i) => i + 1), random);
  for (const length of [128, 129, 128 * 8, 128 * 128, 128 * 128 + 1, 128 ** 2 * 9]) {
    assertPlans([1, length, 3], random);
  }
});

Deno.test("planSegments: a short segment takes at most two chunks, and unused widths one each", () => {
  const many = 1000; // Segments enough that no width in use has a single chunk.
  for (let length = 1; length <= 15; length++) {
    const offsets = Int32Array.from({ length: many + 1 }, (_, i) => i * length);
    const { sizes } = planSegments(new Int32Array(many * length), offsets);
    const chunks = SEGMENT_WIDTHS.map((width, i) => Number(sizes[i]) / width);
    assert.ok(chunks.every((count) => count === 1 || count % many === 0), `chunks ${chunks}`);
    const used = chunks.filter((count) => count > 1);
    assert.ok(used.reduce((sum, count) => sum + count, 0) <= 2 * many, `${length} items in chunks ${chunks}`);
    assert.ok(sizes.every((size) => size > 0n), "no block is empty");
  }
});

Deno.test("planSegments refuses an empty segment by its number", () => {
  assert.throws(() => planSegments(Int32Array.of(1, 2), Int32Array.of(0, 1, 1, 2)), {
    name: "RangeError",
    message: "Cannot plan: segment 1 is empty; leave empty segments out",
  });
});

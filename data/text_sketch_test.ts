import assert from "node:assert/strict";
import { hashText } from "./hash.ts";
import { TextSketch } from "./text_sketch.ts";

/** A sketch of the texts with numbers from .. to. */
function sketchOf(from: number, to: number, capacity?: number): TextSketch {
  const sketch = new TextSketch(capacity);
  const hash = new Uint32Array(2);
  for (let i = from; i < to; i++) {
    hashText(`text ${i}`, hash, 0);
    sketch.add(hash[0], hash[1]);
    if (i % 3 === 0) sketch.add(hash[0], hash[1]); // a repeated text counts once
  }
  return sketch;
}

Deno.test("TextSketch counts shared texts while both fit", () => {
  assert.deepEqual(sketchOf(0, 1000).sharedWith(sketchOf(600, 2000)), { texts: 400, isExact: true });
  assert.deepEqual(sketchOf(0, 10).sharedWith(sketchOf(10, 20)), { texts: 0, isExact: true });
  assert.equal(sketchOf(0, 1000).texts, 1000);
  assert.deepEqual(new TextSketch().sharedWith(sketchOf(0, 5)), { texts: 0, isExact: true });
});

Deno.test("TextSketch estimates shared texts from a sample once they are many", () => {
  const [a, b] = [sketchOf(0, 60_000, 4096), sketchOf(40_000, 60_000, 4096)];
  const { texts, isExact } = a.sharedWith(b);
  assert.equal(isExact, false);
  // Of 20,000 shared texts a share of at least 2048 / 60,000 is seen: some 680, so that 15 % is four deviations.
  assert.ok(Math.abs(texts - 20_000) < 0.15 * 20_000, `${texts}`);
  assert.ok(Math.abs(a.texts - 60_000) < 0.1 * 60_000, `${a.texts}`);
  assert.deepEqual(a.sharedWith(b), b.sharedWith(a));
});

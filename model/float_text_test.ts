import assert from "node:assert/strict";
import { LONGEST_FLOAT_TEXT, writeFloats } from "./float_text.ts";

function textOf(vector: Float32Array): string {
  const out = new Uint8Array(vector.length * LONGEST_FLOAT_TEXT + 2);
  return new TextDecoder().decode(out.subarray(0, writeFloats(vector, out, 0)));
}

/** One float32 for every exponent and each of some mantissas, with both signs, and numbers of a fixed pattern. */
function awkwardFloats(): Float32Array {
  const mantissas = [0, 1, 2, 0x3fffff, 0x400000, 0x7ffffe, 0x7fffff];
  const bits: number[] = [];
  for (let exponent = 0; exponent < 255; exponent++) {
    for (const mantissa of mantissas) {
      bits.push(exponent << 23 | mantissa, 1 << 31 | exponent << 23 | mantissa);
    }
  }
  for (let i = 0, state = 1; i < 100_000; i++) {
    state = Math.imul(state, 0x2c1b3c6d) + 0x297a2d39 | 0;
    if ((state >>> 23 & 0xff) !== 255) bits.push(state);
  }
  return new Float32Array(Int32Array.from(bits).buffer);
}

Deno.test("writeFloats names every float32 uniquely, read as float64 and cast", () => {
  const floats = awkwardFloats();
  const back = Float32Array.from(JSON.parse(textOf(floats)) as number[]);
  assert.deepEqual(new Uint32Array(back.buffer), new Uint32Array(floats.buffer));
});

Deno.test("writeFloats stays nearer to its float32 than half the way to the next: no reader can round astray", () => {
  const floats = awkwardFloats();
  const bits = new Uint32Array(floats.buffer);
  const texts = textOf(floats).slice(1, -1).split(",");
  const next = new Float32Array(1);
  const nextBits = new Uint32Array(next.buffer);
  floats.forEach((value, i) => {
    if ((bits[i] & 0x7fffffff) === 0) return;
    nextBits[0] = bits[i] - 1; // towards zero, where the neighbour is nearest
    assert.ok(
      Math.abs(Number(texts[i]) - value) <= 0.5 * Math.abs(next[0] - value),
      `${value} as ${texts[i]}`,
    );
  });
});

Deno.test("writeFloats keeps the sign of zero, and writes short numbers", () => {
  assert.equal(
    textOf(Float32Array.of(0, -0, 0.5, 1, -2.5, 2 ** 100)),
    "[0.0,-0.0,0.500000000,1.00000000,-2.5000000,126765060e22]",
  );
  assert.equal(textOf(new Float32Array(0)), "[]");
});

Deno.test("writeFloats refuses what JSON has no word for", () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    assert.throws(() => textOf(Float32Array.of(1, value)), { name: "RangeError", message: /is not finite/ });
  }
});

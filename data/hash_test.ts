import { notDeepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { hashText } from "./mod.ts";

function hash(text: string): [number, number] {
  const out = new Uint32Array(2);
  hashText(text, out, 0);
  return [out[0], out[1]];
}

Deno.test("hashText() tells 300,000 similar texts apart, in either half almost", () => {
  const seen = new Set<string>();
  const low = new Set<number>();
  const high = new Set<number>();
  for (let i = 0; i < 300_000; i++) {
    const [a, b] = hash(`row ${i % 3 === 0 ? "" : " "}${i}`);
    seen.add(`${a} ${b}`);
    low.add(a);
    high.add(b);
  }
  strictEqual(seen.size, 300_000);
  // n^2 / 2^33 = 10.5 collisions are expected among 32-bit halves; 40 are nine standard deviations off.
  ok(low.size > 299_960 && high.size > 299_960);
});

Deno.test("hashText() tells texts apart that differ by NUL, order, case or a surrogate", () => {
  const texts = ["", "\0", "\0\0", "a", "a\0", "ab", "ba", "A", "\ud800", "\udc00", "ab\0\0", "\ufffd"];
  strictEqual(new Set(texts.map((text) => hash(text).join())).size, texts.length);
});

Deno.test("hashText() flips half of the bits when one bit of the text changes", () => {
  let flipped = 0;
  for (let i = 0; i < 1000; i++) {
    const [a, b] = [hash(`text ${i} a`), hash(`text ${i} c`)];
    for (const half of [0, 1]) flipped += (a[half] ^ b[half]).toString(2).replace(/[-0]/g, "").length;
  }
  // 64,000 bits, standard deviation 126; the count of ones of a negative number in signed notation is off by little.
  ok(flipped / 64_000 > 0.4 && flipped / 64_000 < 0.6, String(flipped / 64_000));
});

Deno.test("hashText() writes where it is told to", () => {
  const out = new Uint32Array(6);
  hashText("text", out, 2);
  notDeepStrictEqual([...out.subarray(2, 4)], [0, 0]);
  strictEqual(out[0] + out[1] + out[4] + out[5], 0);
});

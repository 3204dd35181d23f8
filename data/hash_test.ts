import { notDeepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { hashWords } from "./hash.ts";
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

Deno.test("hashWords() tells sequences apart that differ in one word, two neighbours, their order or length", () => {
  const base = Uint32Array.from({ length: 6 }, (_, i) => i * 0x9e3779b9);
  const sequences = [base, base.slice(0, 5), base.toReversed(), new Uint32Array(6), new Uint32Array(7)];
  for (let at = 0; at < 6; at++) {
    for (let bit = 0; bit < 32; bit++) {
      sequences.push(base.with(at, base[at] ^ 1 << bit));
      if (at > 0) sequences.push(base.with(at, base[at] ^ 1 << bit).with(at - 1, base[at - 1] ^ 1 << bit));
    }
  }
  const hashes = sequences.map((words) => {
    const out = new Uint32Array(3);
    hashWords(words, out, 1);
    return out.join();
  });
  strictEqual(new Set(hashes).size, sequences.length);
});

Deno.test("hashWords() spreads consecutive numbers evenly over the top 10 bits of the high half", () => {
  const groups = new Uint32Array(1024);
  const out = new Uint32Array(2);
  for (let i = 0; i < 102_400; i++) {
    hashWords(Uint32Array.of(i, 0, 7, 7), out, 0);
    groups[out[1] >>> 22]++;
  }
  // Chi-squared with 1,023 degrees of freedom: mean 1,023, standard deviation 45; five of them.
  const chi = groups.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
  ok(Math.abs(chi - 1023) < 226, String(chi));
});

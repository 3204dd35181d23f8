import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Random } from "../random.ts";
import { FirstRows } from "./_first_rows.ts";
import { heldOutChoice, placeOf } from "./held_out_choice.ts";

/** Hashes of so many different rows. */
function drawHashes(rows: number): Uint32Array {
  const random = new Random(1);
  return Uint32Array.from({ length: 2 * rows }, () => random.nextUint32());
}

Deno.test("placeOf depends on every bit of a row's hash and of the key", () => {
  let flips = 0;
  const random = new Random(2);
  for (let i = 0; i < 4096; i++) {
    const words = [0, 1, 2, 3].map(() => random.nextUint32());
    const place = ([low, high, ...key]: number[]): bigint =>
      BigInt(placeOf(low, high, key as [number, number]));
    const changed = words.with(Math.floor(i % 128 / 32), words[Math.floor(i % 128 / 32)] ^ 2 ** (i % 32));
    for (let rest = place(words) ^ place(changed); rest > 0n; rest >>= 1n) flips += Number(rest & 1n);
  }
  // 53 bits, each flips with probability one half: 26.5 a try, standard deviation 3.6 / sqrt(4096); five of them.
  ok(Math.abs(flips / 4096 - 26.5) < 0.29, String(flips / 4096));
});

Deno.test("FirstRows finds the first rows of the order, once each, in whatever portions they come", () => {
  const hashes = drawHashes(2000);
  const choice = heldOutChoice(100, new Random(3));
  const places = Array.from(
    { length: 2000 },
    (_, row) => placeOf(hashes[2 * row], hashes[2 * row + 1], choice.key),
  );
  const expected = places.map((_, row) => row).sort((a, b) => places[a] - places[b]).slice(0, 100);
  for (const portion of [1, 7, 2000]) {
    const first = new FirstRows<number>(choice);
    // Twice the same: the values of the first time stay.
    for (const bonus of [0, 10_000]) {
      for (let at = 0; at < 2000; at += portion) {
        first.offer(hashes.subarray(2 * at, 2 * (at + portion)), (row) => bonus + at + row);
      }
    }
    deepStrictEqual(first.finish().map(({ value }) => value), expected);
  }
});

Deno.test("FirstRows chooses every row equally often over many seeds, whatever its copies and place", () => {
  // Row 0 comes ten times, row 1 five times, the other eighteen once.
  const rows = [...Array(10).fill(0), ...Array(5).fill(1), ...Array.from({ length: 18 }, (_, i) => 2 + i)];
  const distinct = drawHashes(20);
  const hashes = Uint32Array.from(rows.flatMap((row) => [...distinct.subarray(2 * row, 2 * row + 2)]));
  const counts = new Float64Array(20);
  const pairs = new Map<string, number>();
  for (let seed = 0; seed < 20_000; seed++) {
    const first = new FirstRows<number>(heldOutChoice(2, new Random(seed).fork("held out").fork("pairs")));
    first.offer(hashes, (row) => rows[row]);
    const chosen = first.finish().map(({ value }) => value).sort((a, b) => a - b);
    strictEqual(chosen.length, 2);
    for (const row of chosen) counts[row]++;
    pairs.set(chosen.join(), (pairs.get(chosen.join()) ?? 0) + 1);
  }
  // 2,000 times each, standard deviation sqrt(2,000 * 0.9) = 42; five of them.
  for (const count of counts) ok(Math.abs(count - 2000) < 212, String(count));
  // 190 pairs, 105.3 times each, standard deviation 10.2; the chance of 5.5 of them anywhere is 1e-5.
  strictEqual(pairs.size, 190);
  for (const count of pairs.values()) ok(Math.abs(count - 105.3) < 56, String(count));
});

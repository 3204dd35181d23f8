import { strictEqual } from "node:assert/strict";
import { HashMap64 } from "./_hash_map.ts";
import { Random } from "./mod.ts";

Deno.test("HashMap64 behaves as a map while hashes are set, changed and deleted, many of them in one place", () => {
  const random = new Random(1);
  const map = new HashMap64();
  const expected = new Map<string, number>();
  for (let i = 0; i < 30_000; i++) {
    // Low halves of few kinds: long runs of taken slots, also around the end of the table.
    const [low, high] = [0xfffffff0 + random.below(24) >>> 0, random.below(i < 15_000 ? 64 : 8)];
    const key = `${low} ${high}`;
    strictEqual(map.get(low, high), expected.get(key) ?? -1);
    if (random.below(2) === 0) {
      map.set(low, high, i);
      expected.set(key, i);
    } else {
      map.delete(low, high);
      expected.delete(key);
    }
  }
});

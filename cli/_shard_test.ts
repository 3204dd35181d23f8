import assert from "node:assert/strict";
import { parseShard, shardRange } from "./_shard.ts";

Deno.test("parseShard counts from 1 and refuses what is no part of a whole", () => {
  assert.deepEqual(parseShard("1/8"), { index: 0, count: 8 });
  assert.deepEqual(parseShard("8/8"), { index: 7, count: 8 });
  for (const wrong of ["0/8", "9/8", "1", "1/", "a/b", "-1/2", "1/0", "1.5/2"]) {
    assert.throws(() => parseShard(wrong), {
      name: "UsageError",
      message: /^Cannot read --shard .*1\/8 to 8\/8$/,
    });
  }
});

Deno.test("shardRange: shards touch, and together are the whole", () => {
  for (const [total, count] of [[0, 3], [2, 3], [10, 3], [1e12 + 7, 1000]]) {
    let end = 0;
    for (let index = 0; index < count; index++) {
      const range = shardRange({ index, count }, total);
      assert.equal(range.start, end);
      assert.ok(range.end >= range.start && range.end - range.start <= Math.ceil(total / count) + 1);
      end = range.end;
    }
    assert.equal(end, total);
  }
});

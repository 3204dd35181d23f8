import { ok, strictEqual } from "node:assert/strict";
import { BatchMemory } from "./mod.ts";

Deno.test("BatchMemory gives arrays of the length asked for, on the same memory until it is too small", () => {
  const memory = new BatchMemory();
  const first = memory.int32("ids", 100);
  strictEqual(first.length, 100);
  const second = memory.int32("ids", 40);
  strictEqual(second.length, 40);
  strictEqual(second.buffer, first.buffer);
  ok(memory.int32("ids", 101).buffer !== first.buffer);
  ok(memory.float32("labels", 3).buffer !== memory.int32("ids", 3).buffer);
});

Deno.test("BatchMemory that is shared lies on memory that threads see", () => {
  ok(new BatchMemory({ shared: true }).int32("ids", 5).buffer instanceof SharedArrayBuffer);
  ok(new BatchMemory().float32("labels", 5).buffer instanceof ArrayBuffer);
});

import assert from "node:assert/strict";
import { SpareMemory } from "./_spare_memory.ts";

Deno.test("SpareMemory gives memory again that was given back, where it is not much too large", () => {
  const memory = new SpareMemory();
  const [first, second] = [memory.take(1000), memory.take(1000)];
  assert.notEqual(first, second);
  memory.giveBack(first);
  assert.equal(memory.freeBytes, 1000);
  assert.notEqual(memory.take(100), first);
  assert.notEqual(memory.take(1001), first);
  assert.equal(memory.take(400), first);
  assert.equal(memory.freeBytes, 0);
});

Deno.test("SpareMemory keeps a bounded amount, that of last use", () => {
  const memory = new SpareMemory();
  const blocks = Array.from({ length: 10 }, () => memory.take(1 << 22));
  blocks.forEach((block) => memory.giveBack(block));
  assert.equal(memory.freeBytes, 1 << 25);
  assert.equal(memory.take(1 << 22), blocks[9]);
  memory.giveBack(new Uint8Array(1 << 26));
  assert.equal(memory.freeBytes, 0, "what is larger than all that is kept is not kept");
});

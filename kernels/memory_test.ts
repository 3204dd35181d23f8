import assert from "node:assert/strict";
import { KernelMemory } from "./mod.ts";

Deno.test("KernelMemory hands out zeroed arrays that lie apart, each on a cache line", () => {
  const memory = new KernelMemory();
  const arrays = [
    memory.float32(3),
    memory.int32(0),
    memory.float64(5),
    memory.int32(40_000),
    memory.float32(1),
  ];
  assert.deepEqual(arrays.map(({ length }) => length), [3, 0, 5, 40_000, 1]);
  assert.ok(arrays.every(({ byteOffset }) => byteOffset % 64 === 0));
  arrays.forEach((array, i) => array.fill(i + 1));
  assert.deepEqual(arrays.map((array) => new Set(array as Iterable<number>).size), [1, 0, 1, 1, 1]);
});

Deno.test("KernelMemory takes back what was handed out since a mark, and zeroes it when it is handed out again", () => {
  const memory = new KernelMemory();
  const kept = memory.float32(10).fill(1);
  const mark = memory.mark();
  const first = memory.float32(1000).fill(2);
  memory.release(mark);
  const second = memory.int32(2000);
  assert.equal(second.byteOffset, first.byteOffset);
  assert.deepEqual(new Set(second), new Set([0]));
  assert.deepEqual(new Set(kept), new Set([1]));
});

Deno.test("KernelMemory refuses what does not fit into 4 GiB in one sentence, and goes on after it", () => {
  const memory = new KernelMemory();
  assert.throws(() => memory.float32(2 ** 30), {
    name: "RangeError",
    message: "Cannot allocate: 4097 MiB are needed at once, but the kernels' memory ends at 4096 MiB; " +
      "use a smaller vocabulary, dimension or batch",
  });
  assert.equal(memory.float32(10).length, 10);
});

Deno.test("KernelMemory.of finds the memory of an array, however often it grew since", () => {
  const memory = new KernelMemory();
  const early = memory.float32(10);
  memory.int32(1_000_000);
  const late = memory.float64(10);
  assert.equal(KernelMemory.of(early), memory);
  assert.equal(KernelMemory.of(late.subarray(3)), memory);
  assert.equal(KernelMemory.of(new Float32Array(4)), undefined);
});

Deno.test("KernelMemory.reserve gives room that is not zeroed, apart from what was handed out", () => {
  const memory = new KernelMemory();
  const mark = memory.mark();
  memory.float32(100).fill(3);
  memory.release(mark);
  const address = memory.reserve(40);
  assert.equal(address, mark);
  assert.equal(new Float32Array(memory.buffer, address, 10)[9], 3);
  assert.ok(memory.reserve(1) >= address + 40);
  assert.deepEqual(new Set(memory.float32(100)), new Set([0]));
});

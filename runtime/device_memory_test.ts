import assert from "node:assert/strict";
import { listCudaDevices, readDeviceMemory } from "./device_memory.ts";

Deno.test("readDeviceMemory says what the machine has free, and nothing of WebGPU", () => {
  const { free, total } = readDeviceMemory("cpu")!;
  // Deno itself takes 50 MB, and no machine has a petabyte.
  assert.ok(free > 0 && free <= total && total > 5e7 && total < 1e15, `${free} of ${total}`);
  assert.equal(readDeviceMemory("webgpu"), undefined);
});

Deno.test("readDeviceMemory and listCudaDevices agree on whether there is a CUDA device", () => {
  const devices = listCudaDevices();
  if (devices.length === 0) return assert.equal(readDeviceMemory("cuda"), undefined);
  for (const { name, memory } of devices) {
    assert.ok(name.length > 0);
    assert.ok(memory === undefined || (memory.free > 0 && memory.free <= memory.total));
  }
  assert.equal(readDeviceMemory("cuda", devices.length), undefined, "one that is not there");
});

import assert from "node:assert/strict";
import { groupMemory, listCudaDevices, machineMemory, readDeviceMemory } from "./device_memory.ts";

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

Deno.test("machineMemory takes what is free where the system tells nothing of what is available, as on Windows", () => {
  const machine = { total: 100, available: 60, free: 10 };
  assert.deepEqual(machineMemory(machine, undefined), { free: 60, total: 100 });
  assert.deepEqual(machineMemory({ ...machine, available: 0 }, undefined), { free: 10, total: 100 });
  assert.deepEqual(machineMemory(machine, { free: 5, total: 50 }), { free: 5, total: 50 });
  assert.equal(
    machineMemory({ total: 0, available: 0, free: 0 }, undefined),
    undefined,
    "nothing is refused",
  );
});

Deno.test("groupMemory does not count as used what the kernel keeps of files, and knows groups without a limit", () => {
  const stat =
    "anon 30\nfile 500\ninactive_file 400\nactive_file 90\nslab_reclaimable 7\nslab_unreclaimable 3";
  assert.deepEqual(groupMemory({ max: "1000", current: "600", stat }), { free: 897, total: 1000 });
  assert.deepEqual(groupMemory({ max: "1000", current: "600", stat: undefined }), { free: 400, total: 1000 });
  assert.deepEqual(groupMemory({ max: "1000", current: "1200", stat: "" }), { free: 0, total: 1000 });
  assert.equal(groupMemory({ max: "max", current: "600", stat }), undefined);
  assert.equal(groupMemory({ max: undefined, current: undefined, stat: undefined }), undefined);
});

import assert from "node:assert/strict";
import { UsageError } from "./_args.ts";
import { parseDeviceChoice } from "./_device_choice.ts";

Deno.test("parseDeviceChoice reads a device, its number, and its options", async () => {
  assert.deepEqual(await parseDeviceChoice("auto"), { device: "cpu", deviceId: 0, deviceOptions: {} });
  assert.deepEqual(await parseDeviceChoice("cuda:1", ["gpu_mem_limit=8000000000", "use_tf32=1"]), {
    device: "cuda",
    deviceId: 1,
    deviceOptions: { gpu_mem_limit: "8000000000", use_tf32: "1" },
  });
});

const REFUSED: readonly [string, readonly string[], string][] = [
  ["cuda:x", [], "Cannot use device cuda:x: its number is no whole number from 0; write cuda:0"],
  ["cuda:1:2", [], "Cannot use device cuda:1:2: its number is no whole number from 0; write cuda:0"],
  ["webgpu:1", [], "Cannot use device webgpu:1: webgpu takes no number; write webgpu alone"],
  ["tpu:1", [], "Cannot use device tpu: there is no such device; write one of cpu, cuda, webgpu, auto"],
  [
    "cuda",
    ["use_tf32"],
    "Cannot read --device-option use_tf32: it is not of the form NAME=VALUE; write use_tf32=1",
  ],
  [
    "cuda",
    ["use_tf23=1"],
    "Cannot read --device-option use_tf23=1: cuda has no option use_tf23; did you mean use_tf32?",
  ],
  [
    "cuda:1",
    ["gpu_mem_limit=8GB"],
    "Cannot read --device-option gpu_mem_limit=8GB: gpu_mem_limit cannot be 8GB; it is most bytes that ONNX " +
    "Runtime takes of the device's memory, such as 8000000000",
  ],
  ["cpu", ["use_tf32=1"], "Cannot read --device-option use_tf32=1: cpu has no option use_tf32; leave it out"],
];

for (const [device, settings, message] of REFUSED) {
  Deno.test(`parseDeviceChoice refuses ${[device, ...settings].join(" ")}`, async () => {
    await assert.rejects(parseDeviceChoice(device, settings), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.message, message);
      return true;
    });
  });
}

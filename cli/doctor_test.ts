import assert from "node:assert/strict";
import { OnnxRuntimeError, shortReason } from "../runtime/mod.ts";
import { TOLERANCE } from "./_device_report.ts";
import { lathe } from "./_test_process.ts";
import { deviationOf } from "./_verified_step.ts";
import type { DoctorReport } from "./doctor.ts";

Deno.test("doctor --json verifies a step on the CPU and says of every other device whether it can train", async () => {
  const { code, out } = await lathe(["doctor", "--json"]);
  assert.equal(code, 0);
  const { library, providers, devices } = JSON.parse(out) as DoctorReport;
  assert.match(library!.version, /^\d+\.\d+\.\d+$/);
  assert.ok((await Deno.stat(library!.path)).isFile);
  assert.ok(providers.includes("CPUExecutionProvider"));
  assert.deepEqual(devices.map(({ device }) => device), ["cpu", "cuda", "webgpu"]);
  assert.deepEqual(devices.map(({ deviceId }) => deviceId), devices.map(() => 0));
  for (const { usable, reason, steps, device } of devices) {
    assert.equal(usable, reason === null, `${device}: a device is usable or there is a reason`);
    if (usable) assert.ok(steps.length > 0, device);
    else assert.match(reason!, /^.{5,200}$/, device);
  }
  const [{ usable, steps: [kernels, graphs] }] = devices;
  assert.ok(usable);
  assert.deepEqual([kernels.executor, kernels.deviation, graphs.executor], ["kernels", null, "graphs"]);
  for (const deviation of Object.values(graphs.deviation!)) assert.ok(deviation > 0 && deviation < TOLERANCE);
  assert.ok(kernels.milliseconds > 0 && graphs.milliseconds > 0);
  const { speed } = devices[0];
  for (const number of [speed!.pairsPerSecond, speed!.teraflops, speed!.gigabytesPerSecond]) {
    assert.ok(number > 0);
  }
  // The products of a step are part of it, so that their share of what the device reaches stays below 1.
  assert.ok(speed!.teraflops < speed!.limits.teraflops);
  for (const device of devices.slice(1)) if (!device.usable) assert.equal(device.speed, null);
});

Deno.test("doctor prints a table; --device checks one device, with status 1 where it cannot be used", async () => {
  const { code, out, error } = await lathe(["doctor", "--device", "cuda"]);
  assert.match(out, /^ONNX Runtime \d/);
  assert.match(out, /\ndevice +trains +by +ms a step +deviation\ncuda +(yes|no) /);
  if (/\ncuda +yes/.test(out)) return assert.equal(code, 0);
  assert.equal(code, 1);
  if (Deno.build.os === "linux") {
    assert.match(
      out,
      /\n {2}missing: lib\S+\.so\S* \([^)]+\), not in \/?\S.*; .+/,
      "what is missing, where, the cure",
    );
  }
  assert.match(error, /^Cannot train on device cuda: [^\n]+; train on the cpu\n$/m);
});

Deno.test("doctor says what WebGPU lacks where it cannot be used, and why the machine's driver is not found", async () => {
  const { code, out } = await lathe(["doctor", "--device", "webgpu"], {
    env: { VK_DRIVER_FILES: "/nowhere/driver.json" },
  });
  if (/\nwebgpu +yes/.test(out)) return assert.equal(code, 0);
  assert.equal(code, 1);
  if (Deno.build.os !== "linux") return;
  assert.match(out, /\n {2}missing: a Vulkan driver \([^)]+\), not in \/nowhere\/driver\.json; install /);
});

Deno.test("doctor refuses a device that does not exist", async () => {
  assert.deepEqual(await lathe(["doctor", "--device", "webgpo"]), {
    code: 2,
    out: "",
    error: "Cannot use device webgpo: there is no such device; write one of cpu, cuda, webgpu, auto\n",
  });
});

Deno.test("deviationOf finds the largest deviation, and takes what is not a number as infinite", () => {
  const outcome = (loss: number, row: number): Parameters<typeof deviationOf>[0] => ({
    milliseconds: 1,
    tokens: 1,
    losses: [4, loss],
    gradientNorms: [2],
    table: Float32Array.of(1, row),
    gradients: Float32Array.of(4 * row, -8),
  });
  assert.deepEqual(deviationOf(outcome(3, 1), outcome(2, 0.5)), {
    loss: 0.5,
    gradientNorm: 0,
    gradients: 0.25,
    rows: 0.5,
  });
  assert.equal(deviationOf(outcome(NaN, 1), outcome(2, 1)).loss, Infinity);
  assert.equal(deviationOf(outcome(2, NaN), outcome(2, 1)).rows, Infinity);
});

Deno.test("shortReason keeps the runtime's words and leaves out its sources and folders", () => {
  const reason = (detail: string): string => shortReason(new OnnxRuntimeError("test", detail));
  assert.equal(
    reason("/src/webgpu_context.cc:136 Initialize()::<lambda()> status == Success was false. No adapters"),
    "No adapters",
  );
  assert.equal(
    reason("/src/x.cc:19 Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library /a/b/libx.so"),
    "Failed to load library libx.so",
  );
  assert.equal(
    reason(
      "Non-zero status code. Name:'Concat_3' Status Message: /src/program.cc:4 f() n > 0 was false. n is 0",
    ),
    "operator Concat_3 fails: n is 0",
  );
  assert.equal(reason("x".repeat(300)).length, 200);
});

/** Whole graphs on WebGPU, here through a GPU in software: where they run, in blocks, and what happens when it fails. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Comparison, OnCpu } from "./_webgpu_program.ts";
import { SOFTWARE_GPU } from "./_software_gpu.ts";

const ignore = SOFTWARE_GPU === undefined;
const PROGRAM = fileURLToPath(new URL("_webgpu_program.ts", import.meta.url));

async function ask<T>(question: string): Promise<T> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", PROGRAM, question],
    env: SOFTWARE_GPU,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(text !== "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

Deno.test({
  name: "WebGPU carries out every training and every optimizer but for helpers in int64",
  ignore,
  async fn() {
    const { webgpuOnCpu } = JSON.parse(
      await Deno.readTextFile(new URL("../fixtures/runtime/device_kernels.json", import.meta.url)),
    ) as { webgpuOnCpu: string[] };
    const found = await ask<OnCpu>("placement");
    assert.ok(Object.keys(found).length > 40);
    const names = new Set(Object.values(found).flatMap((operators) => Object.keys(operators)));
    assert.deepEqual([...names].sort(), webgpuOnCpu.map((name) => name.split(" ")[0]));
    for (const optimizer of ["adamw", "sparseAdam", "sgd", "rowwiseAdagrad"]) {
      assert.deepEqual(found[optimizer], {}, `${optimizer} waits for nothing on the CPU`);
    }
  },
});

/** Largest difference, relative to the largest magnitude. */
function difference(found: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...found.map((x, i) => Math.abs(x - expected[i]))) / scale;
}

Deno.test({
  name: "a table in blocks on WebGPU gives the same bits as in one; steps and gradients are the CPU's",
  ignore,
  async fn() {
    const { whole, blocks, cpu, gradient, cpuGradient } = await ask<Comparison>("compare");
    assert.deepEqual(blocks, whole);
    // Float32 sums in another order: 1e-6 was seen.
    assert.ok(difference(whole.losses, cpu.losses) < 1e-4);
    assert.ok(difference(whole.norms, cpu.norms) < 1e-3);
    assert.ok(difference(whole.table, cpu.table) < 1e-4);
    assert.ok(Math.abs(gradient.loss - cpuGradient.loss) < 1e-4 * cpuGradient.loss);
    assert.ok(difference(gradient.gradients, cpuGradient.gradients) < 1e-3);
  },
});

Deno.test({
  name: "a batch that a WebGPU device has no memory for is refused with one that needs less",
  ignore,
  async fn() {
    // A real failure: the device refuses a buffer of 1 GiB, and the runtime complains of an invalid one.
    assert.match(
      await ask<string>("tooLarge"),
      /^Cannot train a batch of 16,384 rows on webgpu: it takes about \S+ GB beside the tables, 1\.07 GB of it in one buffer, and the device gives less, and does not tell how much; set training\.batchSize to 8192, which takes about \S+ GB$/,
    );
  },
});

Deno.test({
  name: "float16 is refused on a WebGPU device that has none, or works",
  ignore,
  async fn() {
    assert.match(
      await ask<string>("float16"),
      /^works$|^Cannot train on webgpu with training\.precision float16: this device has no 16-bit floats; set training\.precision to float32$/,
    );
  },
});

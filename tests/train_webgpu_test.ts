/** The same training on the CPU and on WebGPU, here through a GPU in software. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DoctorReport } from "../cli/doctor.ts";
import { lathe } from "../cli/_test_process.ts";
import { SOFTWARE_GPU } from "./_software_gpu.ts";

const PACKAGES = fileURLToPath(new URL("../node_modules", import.meta.url));
const ignore = SOFTWARE_GPU === undefined;

/** The quickstart, smaller in all that a GPU in software is slow at. */
const QUICKSTART = [
  ...["--set", "model.dim=32", "--set", "loss.dims=[16,32]", "--set", "training.batchSize=64"],
  ...["--set", "training.logSteps=1", "--set", "evaluation=[]"],
];

interface LogLine {
  kind: string;
  loss: number;
  gradientNorm: number;
}

/** Trains in a folder of its own; gives its log and the model's file. */
async function train(
  cwd: string,
  name: string,
  { device, steps }: { device: string; steps: number },
): Promise<{ log: LogLine[]; model: Uint8Array }> {
  const argv = [...QUICKSTART, "--max-steps", String(steps), "--device", device];
  const { code, out } = await lathe(["train", ...argv, "-o", name, "--json"], {
    cwd,
    env: { LATHE_HUB_MIRROR: "", ...SOFTWARE_GPU },
  });
  assert.equal(code, 0, out);
  const lines = (await Deno.readTextFile(join(cwd, name, "metrics.jsonl"))).trim().split("\n");
  return {
    log: lines.map((line) => JSON.parse(line) as LogLine).filter(({ kind }) => kind === "train"),
    model: await Deno.readFile(join(cwd, name, "model.safetensors")),
  };
}

Deno.test({
  name: "20 steps of the quickstart on WebGPU are those on the CPU, and twice the same bits",
  ignore,
  async fn() {
    const cwd = await Deno.makeTempDir();
    try {
      await Deno.symlink(PACKAGES, join(cwd, "node_modules"));
      const cpu = await train(cwd, "cpu", { device: "cpu", steps: 20 });
      const gpu = await train(cwd, "gpu", { device: "webgpu", steps: 20 });
      assert.equal(gpu.log.length, 20);
      gpu.log.forEach(({ loss, gradientNorm }, i) => {
        // Float32 sums in another order: 1e-6 was seen. The rate is 0 in the first step, so the steps do move.
        assert.ok(Math.abs(loss - cpu.log[i].loss) <= 1e-4 * cpu.log[i].loss, `loss of step ${i + 1}`);
        const norm = cpu.log[i].gradientNorm;
        assert.ok(Math.abs(gradientNorm - norm) <= 1e-3 * norm, `gradient of step ${i + 1}`);
      });
      assert.ok(gpu.log[19].loss < gpu.log[0].loss, "it learns");
      // Few steps are enough to show that the same bits come out, and twenty would take half a minute.
      const [first, second] = [
        await train(cwd, "first", { device: "webgpu", steps: 3 }),
        await train(cwd, "second", { device: "webgpu", steps: 3 }),
      ];
      assert.deepEqual(second.model, first.model);
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  },
});

Deno.test({
  name: "doctor finds that WebGPU trains as the CPU does",
  ignore,
  async fn() {
    const { code, out } = await lathe(["doctor", "--device", "webgpu", "--json"], { env: SOFTWARE_GPU });
    const { devices: [webgpu] } = JSON.parse(out) as DoctorReport;
    assert.deepEqual([code, webgpu.usable, webgpu.reason], [0, true, null]);
  },
});

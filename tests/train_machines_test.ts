/** `mpirun lathe train` on several machines, which are network namespaces. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lathe, TEST_CACHE } from "../cli/_test_process.ts";
import { HAS_MACHINES, type MachinesOutcome, onMachines } from "./_machines.ts";
import { namesIn, smallRecipe, withSmallRecipe, writeRecipe } from "./_test_run.ts";
import { assertSameCurve, sentSignal, TRAIN_PROGRAM } from "./_train_together.ts";

const STEPS = 30;

/** Two processes on the first machine, one on each of two others. */
async function train(
  argv: readonly string[],
  { cwd, env }: { cwd: string; env?: Record<string, string> },
): Promise<MachinesOutcome> {
  return await onMachines([2, 1, 1], [TRAIN_PROGRAM, "train", "small.json", ...argv, "--json"], {
    cwd,
    env: { LATHE_CACHE: TEST_CACHE, ...env },
  });
}

Deno.test({
  name:
    "processes on three machines train what one trains; one that dies on another machine ends the job, with a checkpoint",
  ignore: !HAS_MACHINES,
  async fn() {
    await withSmallRecipe(async (cwd) => {
      await writeRecipe(cwd, smallRecipe({ maxSteps: STEPS, saveSteps: 10 }));
      assert.equal((await lathe(["train", "small.json", "-o", "alone", "--json"], { cwd })).code, 0);
      const path = join(cwd, "together/checkpoints/step-00000010");
      const died = await train(["-o", "together"], { cwd, env: sentSignal(3, path, "SIGKILL") });
      assert.notEqual(died.code, 0);
      assert.ok(namesIn(path).includes("state.safetensors"), died.error);
      assert.ok(!namesIn(join(cwd, "together")).includes("modules.json"));

      const resumed = await train(["-o", "together", "--resume"], { cwd });
      assert.deepEqual([resumed.code, resumed.error], [0, ""]);
      await assertSameCurve(join(cwd, "together"), join(cwd, "alone"), STEPS);
      assert.ok(resumed.wireBytes > 1e6, `${resumed.wireBytes} bytes between the machines`);
    });
  },
});

/** The reference recipe on its own data, smaller, in four processes and in one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lathe } from "../cli/_test_process.ts";
import { HAS_MPI } from "./_mpirun.ts";
import { assertSameCurve, trainTogether } from "./_train_together.ts";

const RECIPE = fileURLToPath(new URL("../bench/recipes/reference-en.ts", import.meta.url));
const MIRROR = Deno.env.get("LATHE_HUB_MIRROR") ||
  fileURLToPath(new URL("../../shared/hub", import.meta.url));
const hasMirror = await Deno.stat(MIRROR).then(() => true, () => false);
if (!hasMirror) console.log(`the reference recipe in four processes is not tested: no mirror at ${MIRROR}`);

const STEPS = 20;

/** Texts, vocabulary, mixing and optimizer stay; a step is a small part of its size. */
const CHANGES = [
  "model.dim=128",
  "loss.dims=[32,64,128]",
  "training.batchSize=512",
  `training.maxSteps=${STEPS}`,
  "training.logSteps=1",
  "evaluation=[]",
].flatMap((change) => ["--set", change]);

Deno.test({
  name: "four processes have the loss curve of one on bench/recipes/reference-en.ts within 1e-4",
  ignore: !HAS_MPI || !hasMirror,
  async fn() {
    const cwd = await Deno.makeTempDir();
    try {
      const env = { LATHE_HUB_MIRROR: await Deno.realPath(MIRROR) };
      const alone = await lathe(["train", RECIPE, ...CHANGES, "-o", "alone", "--json"], { cwd, env });
      assert.deepEqual([alone.code, alone.error], [0, ""]);
      const together = await trainTogether([RECIPE, ...CHANGES, "-o", "together"], { cwd, env });
      assert.deepEqual([together.code, together.error], [0, ""]);
      await assertSameCurve(join(cwd, "together"), join(cwd, "alone"), STEPS);
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  },
});

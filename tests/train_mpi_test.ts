/** `mpirun -n 4 lathe train`: the same as one process, also when it ends before its time. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lathe } from "../cli/_test_process.ts";
import { HAS_MPI } from "./_mpirun.ts";
import { modelBytes, namesIn, smallRecipe, withSmallRecipe, writeRecipe } from "./_test_run.ts";
import { assertSameCurve, sentSignal, trainTogether } from "./_train_together.ts";

const STEPS = 60;

/** Two losses in turn, one that is computed by rows and one that each process computes whole; two batches a step. */
function recipe(): Record<string, unknown> {
  const small = smallRecipe({ maxSteps: STEPS, accumulationSteps: 2, saveSteps: 20, evalSteps: 30 });
  const { lines, table } = small.datasets as Record<string, object>;
  return { ...small, datasets: { lines, table: { ...table, loss: { kind: "megaBatchMargin" } } } };
}

Deno.test({
  name: "four processes train what one trains; stopped, killed and resumed they give the same bytes",
  ignore: !HAS_MPI,
  async fn() {
    await withSmallRecipe(async (cwd) => {
      await writeRecipe(cwd, recipe());
      const at = (...names: string[]): string => join(cwd, ...names);
      assert.equal((await lathe(["train", "small.json", "-o", "alone", "--json"], { cwd })).code, 0);
      const { code, out, error } = await trainTogether(["small.json", "-o", "together"], { cwd });
      assert.deepEqual([code, error], [0, ""]);
      assert.equal(JSON.parse(out).steps, STEPS); // one process prints
      await assertSameCurve(at("together"), at("alone"), STEPS);

      const asked = sentSignal(1, at("ended", "metrics.jsonl"), "SIGTERM"); // one is asked, all stop
      const stopped = await trainTogether(["small.json", "-o", "ended"], { cwd, env: asked });
      assert.equal(stopped.code, 1, stopped.error);
      const [, step] = stopped.error.match(
        /^Stopped at step (\d+): the run was interrupted; a checkpoint is kept in ended, /m,
      ) ?? [];
      assert.ok(Number(step) < 40, stopped.error);
      assert.equal(namesIn(at("ended", "checkpoints")).at(-1), `step-${step.padStart(8, "0")}`);

      const resume = ["small.json", "-o", "ended", "--resume"];
      const path = at("ended", "checkpoints", "step-00000040");
      const died = await trainTogether(resume, { cwd, env: sentSignal(2, path, "SIGKILL") });
      assert.notEqual(died.code, 0);
      assert.ok(!namesIn(at("ended")).includes("modules.json"));
      assert.ok(namesIn(path).includes("state.safetensors"), died.error);

      await copyFolder(at("ended"), at("resumed-alone"));
      const alone = await lathe(["train", "small.json", "-o", "resumed-alone", "--resume", "--json"], {
        cwd,
      });
      assert.deepEqual([alone.code, alone.error], [0, ""]);
      await assertSameCurve(at("resumed-alone"), at("alone"), STEPS);
      const resumed = await trainTogether(resume, { cwd });
      assert.deepEqual([resumed.code, resumed.error], [0, ""]);
      assert.deepEqual(await modelBytes(at("ended")), await modelBytes(at("together")));
    });
  },
});

Deno.test({
  name:
    "processes with another version, recipe or other data are refused in one sentence that names them, and so is a GPU",
  ignore: !HAS_MPI,
  async fn() {
    await withSmallRecipe(async (cwd) => {
      const refused = async (env: Record<string, unknown>, ...argv: string[]): Promise<string> => {
        const texts = Object.entries(env).map((
          [name, value],
        ) => [`LATHE_TEST_${name}`, JSON.stringify(value)]);
        const statuses = await Deno.makeTempDir({ dir: cwd });
        const { code, error } = await trainTogether(["small.json", "-o", "out", ...argv], {
          cwd,
          env: { ...Object.fromEntries(texts), LATHE_TEST_STATUSES: statuses },
        });
        assert.deepEqual([code, namesIn(join(cwd, "out"))], [1, []]);
        // Open MPI kills a process that takes longer than a second to end: that one writes nothing.
        assert.ok(namesIn(statuses).includes("0"));
        for (const rank of namesIn(statuses)) {
          assert.equal(await Deno.readTextFile(join(statuses, rank)), "1", `rank ${rank}`);
        }
        return sentencesIn(error);
      };
      assert.equal(
        // The other version, which knows fields that this one does not, is the first thing to be seen.
        await refused({ VERSIONS: { 2: "0.0.9" }, ARGUMENTS: { 2: ["--set", "training.unknown=1"] } }),
        "Cannot train in 4 processes: rank 2 has another version of Lathe or Deno than rank 0; give all the same",
      );
      assert.equal(
        await refused({ ARGUMENTS: { 1: ["--set", "seed=8"], 3: ["--set", "seed=9"] } }),
        "Cannot train in 4 processes: ranks 1 and 3 have another recipe than rank 0; give all the same",
      );
      const other = join(cwd, "other");
      await copyFolder(cwd, other);
      await Deno.writeTextFile(join(other, "pairs.jsonl"), '\n{"asked":"one more","found":"row"}\n', {
        append: true,
      });
      assert.equal(
        await refused({ FOLDERS: { 2: other } }),
        "Cannot train in 4 processes: rank 2 has other data than rank 0; give all the same",
      );
      assert.equal(
        await refused({}, "--device", "webgpu"),
        "Cannot train on webgpu in 4 processes: they share their work on the CPU only; leave out --device, or start one process",
      );
    });
  },
});

/** What the processes say, without what Open MPI says about their end. */
function sentencesIn(error: string): string {
  return error.split("\n").filter((line) => line.startsWith("Cannot ")).join("\n");
}

async function copyFolder(from: string, to: string): Promise<void> {
  const entries = [...Deno.readDirSync(from)];
  await Deno.mkdir(to);
  for (const { name, isDirectory } of entries) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

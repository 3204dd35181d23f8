/** `mpirun -n 4 lathe train`: the same as one process, also when it ends before its time. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lathe, TEST_CACHE } from "../cli/_test_process.ts";
import { HAS_MPI, mpirun } from "./_mpirun.ts";
import { metricsOf, modelBytes, namesIn, smallRecipe, withSmallRecipe, writeRecipe } from "./_test_run.ts";

const PROGRAM = fileURLToPath(new URL("_mpi_main_program.ts", import.meta.url));
const STEPS = 60;

/** Two losses in turn, one that is computed by rows and one that each process computes whole; two batches a step. */
function recipe(): Record<string, unknown> {
  const small = smallRecipe({ maxSteps: STEPS, accumulationSteps: 2, saveSteps: 20, evalSteps: 30 });
  const { lines, table } = small.datasets as Record<string, object>;
  return { ...small, datasets: { lines, table: { ...table, loss: { kind: "megaBatchMargin" } } } };
}

interface Ended {
  code: number;
  out: string;
  error: string;
}

/** Trains in four processes. */
async function trainTogether(
  argv: readonly string[],
  { cwd, env }: { cwd: string; env?: Record<string, string> },
): Promise<Ended> {
  const { code, stdout, stderr } = await mpirun(4, [PROGRAM, "train", ...argv, "--json"], {
    cwd,
    env: { LATHE_CACHE: TEST_CACHE, ...env },
  }).output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), error: decode(stderr) };
}

/** The losses of a run, and the last scores. */
async function curveOf(folder: string): Promise<{ losses: number[]; scores: unknown[] }> {
  const records = await metricsOf(folder);
  return {
    losses: records.filter(({ kind }) => kind === "train").map(({ loss }) => loss as number),
    scores: records.filter(({ kind }) => kind === "evaluation").map(({ step, size }) => [step, size]),
  };
}

async function assertSameCurve(found: string, expected: string): Promise<void> {
  const [a, b] = [await curveOf(found), await curveOf(expected)];
  assert.equal(a.losses.length, STEPS);
  const largest = Math.max(...a.losses.map((loss, i) => Math.abs(loss - b.losses[i])));
  assert.ok(largest <= 1e-4, `losses differ by ${largest}`); // float32 sums in another order
  assert.deepEqual(a.scores, b.scores);
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
      await assertSameCurve(at("together"), at("alone"));

      const sent = (rank: number, path: string, signal: Deno.Signal): Record<string, string> => ({
        LATHE_TEST_SIGNAL: JSON.stringify({ rank, path, signal }),
      });
      const asked = sent(1, at("ended", "metrics.jsonl"), "SIGTERM"); // one is asked, all stop
      const stopped = await trainTogether(["small.json", "-o", "ended"], { cwd, env: asked });
      assert.equal(stopped.code, 1, stopped.error);
      assert.match(
        stopped.error,
        /^Stopped at step \d+: the run was interrupted; a checkpoint is kept in ended, /,
      );
      assert.equal(namesIn(at("ended", "checkpoints")).length, 1);

      const resume = ["small.json", "-o", "ended", "--resume"];
      const path = at("ended", "checkpoints", "step-00000040");
      const died = await trainTogether(resume, { cwd, env: sent(2, path, "SIGKILL") });
      assert.notEqual(died.code, 0);
      assert.ok(!namesIn(at("ended")).includes("modules.json"));
      assert.ok(namesIn(path).includes("state.safetensors"), died.error);

      await copyFolder(at("ended"), at("resumed-alone"));
      const alone = await lathe(["train", "small.json", "-o", "resumed-alone", "--resume", "--json"], {
        cwd,
      });
      assert.deepEqual([alone.code, alone.error], [0, ""]);
      await assertSameCurve(at("resumed-alone"), at("alone"));
      const resumed = await trainTogether(resume, { cwd });
      assert.deepEqual([resumed.code, resumed.error], [0, ""]);
      assert.deepEqual(await modelBytes(at("ended")), await modelBytes(at("together")));
    });
  },
});

Deno.test({
  name:
    "processes with another recipe or other data are refused in one sentence that names them, and so is a GPU",
  ignore: !HAS_MPI,
  async fn() {
    await withSmallRecipe(async (cwd) => {
      const refused = async (env: Record<string, unknown>, ...argv: string[]): Promise<string> => {
        const texts = Object.entries(env).map((
          [name, value],
        ) => [`LATHE_TEST_${name}`, JSON.stringify(value)]);
        const { code, error } = await trainTogether(["small.json", "-o", "out", ...argv], {
          cwd,
          env: { ...Object.fromEntries(texts), OMPI_MCA_odls_base_sigkill_timeout: "0" },
        });
        assert.deepEqual([code, namesIn(join(cwd, "out"))], [1, []]);
        return error.split("\n")[0];
      };
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

async function copyFolder(from: string, to: string): Promise<void> {
  const entries = [...Deno.readDirSync(from)];
  await Deno.mkdir(to);
  for (const { name, isDirectory } of entries) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}

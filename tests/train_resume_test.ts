/** Trainings that are ended at several moments: resumed, they give the bytes of one that was not. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lathe } from "../cli/_test_process.ts";
import { resolveRecipe } from "../recipes/mod.ts";
import { runRecipe } from "../recipes/run.ts";
import {
  metricsOf,
  modelBytes,
  namesIn,
  smallRecipe,
  trainUntil,
  withSmallRecipe,
  writeRecipe,
} from "./_test_run.ts";

const STEPS = 150;
const OUT = ["small.json", "--output", "out", "--json"];

/** The model's files after an uninterrupted run of {@link STEPS} steps, whose checkpoints do not matter. */
let uninterrupted: Promise<Record<string, string>> | undefined;

function expectedModel(): Promise<Record<string, string>> {
  return uninterrupted ??= (async () => {
    let bytes: Record<string, string> = {};
    await withSmallRecipe(async (cwd) => {
      const { code, error } = await lathe(["train", ...OUT, "--max-steps", `${STEPS}`], { cwd });
      assert.deepEqual([code, error], [0, ""]);
      bytes = await modelBytes(join(cwd, "out"));
    });
    return bytes;
  })();
}

/** Runs a test in a folder with a recipe of {@link STEPS} steps. */
async function withRecipe(
  training: Record<string, unknown>,
  use: (cwd: string, out: string) => Promise<void>,
): Promise<void> {
  await withSmallRecipe(async (cwd) => {
    await writeRecipe(cwd, smallRecipe({ maxSteps: STEPS, ...training }));
    await use(cwd, join(cwd, "out"));
  });
}

async function assertResumes(cwd: string): Promise<void> {
  const { code, error } = await lathe(["train", ...OUT, "--resume"], { cwd });
  assert.deepEqual([code, error], [0, ""]);
  assert.deepEqual(await modelBytes(join(cwd, "out")), await expectedModel());
}

/** Whether a run has logged a step. */
function hasLogged(out: string): boolean {
  try {
    return Deno.readTextFileSync(join(out, "metrics.jsonl")).includes('"train"');
  } catch {
    return false;
  }
}

Deno.test("a run killed before its first checkpoint resumes to the same bytes, with each step logged once", async () => {
  await withRecipe({}, async (cwd, out) => {
    const { signal } = await trainUntil(OUT, { cwd, signal: "SIGKILL", isTime: () => hasLogged(out) });
    assert.equal(signal, "SIGKILL");
    assert.deepEqual(namesIn(join(out, "checkpoints")), []);
    await assertResumes(cwd);
    const steps = (await metricsOf(out)).filter(({ kind }) => kind === "train").map(({ step }) => step);
    assert.deepEqual(steps, Array.from({ length: STEPS }, (_, i) => i + 1));
    const sizes = (await metricsOf(out)).filter(({ kind, step }) => kind === "evaluation" && step === 0);
    assert.equal(sizes.length, 2);
  });
});

Deno.test("a run killed again and again while it writes checkpoints resumes to the same bytes", async () => {
  await withRecipe({ saveSteps: 1, saveTotalLimit: 2 }, async (cwd, out) => {
    const checkpoints = join(out, "checkpoints");
    let cut = 0;
    for (const least of [2, 30, 80]) {
      const step = `step-${String(least).padStart(8, "0")}`;
      const isTime = (): boolean => namesIn(checkpoints).some((name) => name.endsWith(".new") && name > step);
      const resume = least === 2 ? [] : ["--resume"];
      const { signal } = await trainUntil([...OUT, ...resume], { cwd, signal: "SIGKILL", isTime });
      assert.equal(signal, "SIGKILL");
      const left = namesIn(checkpoints);
      if (left.some((name) => name.endsWith(".new"))) cut++;
      assert.ok(left.length >= 1 && left.length <= 4, `${left}`); // two, one too many for a moment, one cut off
    }
    assert.ok(cut > 0, "no kill hit a checkpoint while it was written");
    await assertResumes(cwd);
    const steps = (await metricsOf(out)).filter(({ kind }) => kind === "train").map(({ step }) => step);
    assert.deepEqual(steps, Array.from({ length: STEPS }, (_, i) => i + 1));
  });
});

Deno.test("a run killed while it saves the model resumes to the same bytes", async () => {
  await withRecipe({ saveSteps: 100 }, async (cwd, out) => {
    const isTime = (): boolean => namesIn(out).some((name) => name.startsWith("model.safetensors"));
    const { signal } = await trainUntil(OUT, { cwd, signal: "SIGKILL", isTime });
    assert.equal(signal, "SIGKILL");
    assert.ok(!namesIn(out).includes("modules.json"), "the kill came after the model was whole");
    await assertResumes(cwd);
    assert.deepEqual(namesIn(out).filter((name) => /\.(new|partial)$/.test(name)), []);
  });
});

Deno.test("Ctrl-C ends a run with a checkpoint and one sentence; it resumes to the same bytes", async () => {
  await withRecipe({}, async (cwd, out) => {
    const ended = await trainUntil(OUT, { cwd, signal: "SIGINT", isTime: () => hasLogged(out) });
    assert.deepEqual([ended.code, ended.signal], [1, null]);
    const step =
      /^Stopped at step (\d+): the run was interrupted; a checkpoint is kept in out, train --resume --output out goes on\n$/
        .exec(ended.error)?.[1];
    assert.ok(Number(step) >= 1 && Number(step) < STEPS, ended.error);
    assert.deepEqual(namesIn(join(out, "checkpoints")), [`step-${step!.padStart(8, "0")}`]);
    await assertResumes(cwd);
  });
});

Deno.test("a run that is interrupted before training began leaves nothing", async () => {
  await withSmallRecipe(async (cwd) => {
    const datasets = { lines: { source: join(cwd, "pairs.jsonl") } };
    const recipe = resolveRecipe({ ...smallRecipe(), datasets, evaluation: [] });
    const running = runRecipe(recipe, {
      folder: join(cwd, "out"),
      cacheFolder: join(cwd, "cache"),
      clock: () => 0,
      wallTime: () => 0,
      environment: {},
      signal: AbortSignal.abort(new Error("interrupted")),
    });
    await assert.rejects(running, { message: "interrupted" });
    assert.ok(!namesIn(cwd).includes("out"));
  });
});

Deno.test("--resume refuses a changed recipe and changed data naming the difference, and a folder without a run", async () => {
  await withRecipe({}, async (cwd, out) => {
    await trainUntil(OUT, { cwd, signal: "SIGINT", isTime: () => hasLogged(out) });
    const refused = async (cause: string, cure: string, ...argv: string[]): Promise<void> => {
      assert.deepEqual(await lathe(["train", ...OUT, "--resume", ...argv], { cwd }), {
        code: 1,
        out: "",
        error: `Cannot resume in out: ${cause}; ${cure}\n`,
      });
    };
    const restore = "restore it, or name another --output";
    await refused("the recipe changed (seed is 8 and was 7)", restore, "--set", "seed=8");
    await refused(
      "the recipe changed (training.batchSize is 32 and was 64)",
      restore,
      "--set",
      "training.batchSize=32",
    );
    const pairs = join(cwd, "pairs.jsonl");
    const text = await Deno.readTextFile(pairs);
    await Deno.writeTextFile(pairs, text + '\n{"asked":"one more","found":"row"}\n');
    await refused("the data changed (datasets.lines.rows is 1001 and was 1000)", restore);
    await Deno.writeTextFile(pairs, text);
    await assertResumes(cwd);
    const none = await lathe(["train", "small.json", "--output", "none", "--resume"], { cwd });
    assert.deepEqual([none.code, none.error], [
      1,
      "Cannot resume in none: no run began there; leave out --resume\n",
    ]);
  });
});

Deno.test("--resume of a finished run succeeds without doing anything; without it the folder is refused", async () => {
  await withRecipe({ maxSteps: 5 }, async (cwd, out) => {
    assert.equal((await lathe(["train", ...OUT], { cwd })).code, 0);
    const before = await Deno.stat(join(out, "model.safetensors"));
    const { code, error, out: text } = await lathe(["train", ...OUT, "--resume"], { cwd });
    assert.deepEqual([code, error, JSON.parse(text).finished, JSON.parse(text).steps], [0, "", true, 5]);
    assert.deepEqual((await Deno.stat(join(out, "model.safetensors"))).mtime, before.mtime);
    const again = await lathe(["train", ...OUT], { cwd });
    assert.equal(again.code, 1);
    assert.match(
      again.error,
      /^Cannot train into out: it is not empty \([\w.]+\); name another --output, or give --resume\n$/,
    );
  });
});

Deno.test("--resume refuses a checkpoint that is cut short in one sentence and goes on from the one before it", async () => {
  await withRecipe({ saveSteps: 10 }, async (cwd, out) => {
    const checkpoints = join(out, "checkpoints");
    const isTime = (): boolean => namesIn(checkpoints).includes("step-00000040");
    assert.equal((await trainUntil(OUT, { cwd, signal: "SIGKILL", isTime })).signal, "SIGKILL");
    const names = namesIn(checkpoints).filter((name) => !name.endsWith(".new"));
    const last = names.at(-1)!;
    assert.ok(names.length > 1);
    await Deno.truncate(join(checkpoints, last, "state.safetensors"), 5000);
    const { code, error } = await lathe(["train", ...OUT, "--resume"], { cwd });
    assert.equal(code, 1);
    assert.match(
      error,
      new RegExp(
        `^Cannot resume from out/checkpoints/${last}: [^\\n]*cut short[^\\n]*; remove that folder to resume from the one before it\\n$`,
      ),
    );
    await Deno.remove(join(checkpoints, last), { recursive: true });
    await assertResumes(cwd);
  });
});

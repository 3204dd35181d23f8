/** The best evaluation of a run, early ends, and what is written while a run goes on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lathe, type Outcome } from "../cli/_test_process.ts";
import { resolveRecipe } from "../recipes/mod.ts";
import { type RunEvent, type RunOptions, runRecipe, type RunResult } from "../recipes/run.ts";
import { MODEL_FILES, smallRecipe, withSmallRecipe } from "./_test_run.ts";

const METRIC = "lines_cosine_ndcg@10";
const BEST = [
  "--set",
  "training.evalSteps=2",
  "--set",
  `training.bestModel={"metric":"${METRIC}","patience":2}`,
];
/** So high a rate that scores fall soon. */
const WILD = [
  "--set",
  "training.learningRate=3",
  "--set",
  "training.schedule=constant",
  "--set",
  "training.epochs=3",
];

interface Evaluation {
  kind: string;
  step: number;
  size: number;
  scores: Record<string, number>;
}

async function evaluations(folder: string): Promise<Evaluation[]> {
  const lines = (await Deno.readTextFile(join(folder, "metrics.jsonl"))).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Evaluation)
    .filter(({ kind, size, step }) => kind === "evaluation" && size === 32 && step > 0);
}

const modelBytes = (folder: string): Promise<Uint8Array[]> =>
  Promise.all(MODEL_FILES.map((file) => Deno.readFile(join(folder, file))));

Deno.test("train keeps the model of the best evaluation, and ends when none was better for a while", async () => {
  await withSmallRecipe(async (cwd) => {
    const run = (...argv: string[]): Promise<Outcome> =>
      lathe(["train", "small.json", ...BEST, ...WILD, ...argv], { cwd });
    const { code, out, error } = await run("-o", "best", "--json");
    assert.equal(code, 0, error);
    const { best, steps, report } = JSON.parse(out);
    const found = await evaluations(join(cwd, "best"));
    const scores = found.map((each) => each.scores[METRIC]);
    const highest = Math.max(...scores);
    assert.deepEqual(best, { step: found[scores.indexOf(highest)].step, score: highest });
    assert.equal(steps, best.step + 4, "two evaluations that were not better");
    assert.ok(steps < 87, "it ended early");
    const lines = report.collections.find(({ name }: { name: string }) => name === "lines");
    assert.equal(lines.sizes.at(-1).metrics["cosine_ndcg@10"], highest, "the report is the best model's");
    assert.ok(lines.baselines.length > 0);
    const scored = await lathe(["eval", "best", "--json"], { cwd });
    const again = JSON.parse(scored.out).collections.find(({ name }: { name: string }) => name === "lines");
    assert.equal(again.sizes.at(-1).metrics["cosine_ndcg@10"], highest, "and so is the folder");
  });
});

Deno.test("the best evaluation is remembered when a run is resumed", async () => {
  await withSmallRecipe(async (cwd) => {
    const argv = ["train", "small.json", ...BEST, ...WILD, "--set", "training.saveSteps=3"];
    assert.equal((await lathe([...argv, "-o", "whole"], { cwd })).code, 0);
    const [{ step }] = (await evaluations(join(cwd, "whole"))).slice(-1);
    // The run as it lies there if it is killed a step after its last checkpoint.
    assert.equal((await lathe([...argv, "-o", "cut"], { cwd })).code, 0);
    for (const file of [...MODEL_FILES, "run.json", "report.json"]) await Deno.remove(join(cwd, "cut", file));
    const { code, error } = await lathe([...argv, "-o", "cut", "--resume"], { cwd });
    assert.equal(code, 0, error);
    assert.deepEqual(await modelBytes(join(cwd, "cut")), await modelBytes(join(cwd, "whole")));
    assert.equal((await evaluations(join(cwd, "cut"))).at(-1)!.step, step);
  });
});

Deno.test("a run ended at a step whose scores are due gets them when it is resumed, and the same best model", async () => {
  await withSmallRecipe(async (cwd) => {
    const training = { ...smallRecipe().training as object, evalSteps: 2, maxSteps: 8, learningRate: 3 };
    const lines = { source: join(cwd, "pairs.jsonl"), columns: ["asked", "found"], heldOut: 100 };
    const recipe = resolveRecipe({
      ...smallRecipe({ ...training, bestModel: { metric: METRIC } }),
      datasets: { lines },
    });
    const run = (name: string, more: Partial<RunOptions> = {}): Promise<RunResult> =>
      runRecipe(recipe, {
        folder: join(cwd, name),
        cacheFolder: join(cwd, "cache"),
        clock: () => 0,
        wallTime: () => 0,
        environment: {},
        ...more,
      });
    await run("whole");
    const controller = new AbortController();
    const onEvent = (event: RunEvent): void => {
      if (event.kind === "step" && event.step === 4) controller.abort(new Error("interrupted"));
    };
    assert.equal((await run("cut", { signal: controller.signal, onEvent })).steps, 4);
    assert.deepEqual((await evaluations(join(cwd, "cut"))).map(({ step }) => step), [2]);
    await run("cut", { resume: true });
    assert.deepEqual(await evaluations(join(cwd, "cut")), await evaluations(join(cwd, "whole")));
    assert.deepEqual(await modelBytes(join(cwd, "cut")), await modelBytes(join(cwd, "whole")));
  });
});

Deno.test("train refuses a best model without evaluations, and a score that is not there, by listing those that are", async () => {
  await withSmallRecipe(async (cwd) => {
    const run = (...settings: string[]): Promise<Outcome> =>
      lathe(["train", "small.json", ...settings.flatMap((each) => ["--set", each])], { cwd });
    const none = await run(`training.bestModel={"metric":"${METRIC}"}`);
    assert.equal(none.code, 1);
    assert.match(
      none.error,
      /training\.bestModel needs evaluations during the training; set training\.evalSteps\n$/,
    );
    const unknown = await run("training.evalSteps=2", 'training.bestModel={"metric":"ndcg"}');
    assert.equal(unknown.code, 1);
    assert.match(
      unknown.error,
      /the evaluation has no ndcg; set training\.bestModel\.metric to one of lines_cosine_ndcg@10\n$/,
    );
    const size = await run("training.evalSteps=2", `training.bestModel={"metric":"${METRIC}","size":8}`);
    assert.match(size.error, /size 8 is not scored; set training\.bestModel\.size to one of 16, 32\n$/);
  });
});

Deno.test("a run leaves event files for TensorBoard and a page that needs no network", async () => {
  await withSmallRecipe(async (cwd) => {
    assert.equal((await lathe(["train", "small.json", "-o", "run", "--max-steps", "6"], { cwd })).code, 0);
    const [file, ...others] = [...Deno.readDirSync(join(cwd, "run", "tensorboard"))];
    assert.match(file.name, /^events\.out\.tfevents\.\d{10}\./);
    assert.equal(others.length, 0);
    const events = new TextDecoder("latin1").decode(
      await Deno.readFile(join(cwd, "run", "tensorboard", file.name)),
    );
    for (const tag of ["train/loss", "train/learning_rate", "speed/step_milliseconds", `${METRIC}/32`]) {
      assert.ok(events.includes(tag), tag);
    }
    const page = await Deno.readTextFile(join(cwd, "run", "training.html"));
    assert.match(page, /<svg/);
    assert.match(page, /900 rows|1,900 rows/);
    assert.doesNotMatch(page, /(src|href)="https?:/);
  });
});

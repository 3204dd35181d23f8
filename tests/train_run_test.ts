/** Whole trainings by the command line on a small recipe: what they leave, and what ends them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lathe } from "../cli/_test_process.ts";
import { metricsOf, modelBytes, namesIn, smallRecipe, withSmallRecipe, writeRecipe } from "./_test_run.ts";

Deno.test("train leaves a model, its scores, its recipe and its log", async () => {
  await withSmallRecipe(async (cwd) => {
    await writeRecipe(cwd, smallRecipe({ epochs: 2, evalSteps: 20, saveSteps: 10, saveTotalLimit: 2 }));
    const { code, out } = await lathe(["train", "small.json", "--json"], { cwd });
    assert.equal(code, 0);
    const run = join(cwd, "runs/small");
    assert.deepEqual(namesIn(run), [
      "artifacts",
      "checkpoints",
      "config.json",
      "config_sentence_transformers.json",
      "data.json",
      "metrics.jsonl",
      "model.safetensors",
      "modules.json",
      "recipe.json",
      "report.json",
      "run.json",
      "tensorboard",
      "tokenizer.json",
      "training.html",
    ]);
    // 900 and 1,000 rows in batches of 64 are 15 and 16 steps an epoch.
    assert.deepEqual(namesIn(join(run, "checkpoints")), ["step-00000050", "step-00000060"]);
    const result = JSON.parse(out);
    assert.deepEqual([result.finished, result.steps, result.folder], [true, 62, "runs/small"]);
    const report = JSON.parse(await Deno.readTextFile(join(run, "report.json")));
    assert.deepEqual(report, result.report);
    const score = (suite: typeof report): number =>
      suite.collections[0].sizes.at(-1).metrics["cosine_ndcg@10"];
    // Over six seeds, and so held-out rows, the gain is 0.02 to 0.09; with this one 0.04.
    assert.ok(score(report) > score(result.before) + 0.02, `${score(report)} after ${score(result.before)}`);
    const { vocab, totalSteps, datasets } = JSON.parse(await Deno.readTextFile(join(run, "data.json")));
    assert.deepEqual([totalSteps, datasets.lines.rows, datasets.lines.heldOut, datasets.table.kept], [
      62,
      1000,
      100,
      1000,
    ]);
    assert.ok(vocab > 100 && vocab <= 1000);
    const { environment, seed } = JSON.parse(await Deno.readTextFile(join(run, "run.json")));
    assert.deepEqual([seed, environment.onnxRuntime], [7, "1.30.0"]);
    assert.equal(await Deno.readTextFile(join(cwd, "runs/latest")), "runs/small\n");
  });
});

Deno.test("train logs every step and evaluates at every size when told to", async () => {
  await withSmallRecipe(async (cwd) => {
    const argv = ["train", "small.json", "--max-steps", "5", "--set", "training.evalSteps=2", "-o", "out"];
    const { code, error } = await lathe(argv, { cwd });
    assert.equal(code, 0);
    assert.match(
      error,
      /^lines \(asked as anchor, found as positive\): 900 rows, 100 held out\ntable \(.*\): 1,000 rows\nvocabulary of [\d,]+, 5 steps\ncpu: /,
    );
    assert.match(error, /\nstep 5 {2}loss \d+\.\d{4} {2}rate 0\.\d+ {2}norm \d/);
    const records = await metricsOf(join(cwd, "out"));
    const steps = (kind: string): unknown[] =>
      records.filter((each) => each.kind === kind).map(({ step }) => step);
    assert.deepEqual(steps("train"), [1, 2, 3, 4, 5]);
    assert.deepEqual(steps("evaluation"), [0, 0, 2, 2, 4, 4, 5, 5]); // sizes 16 and 32 each
    for (const { loss, gradientNorm } of records.filter(({ kind }) => kind === "train")) {
      assert.ok(Number(loss) > 0 && Number(gradientNorm) > 0);
    }
  });
});

Deno.test("train gives the same bytes for the same recipe and seed, and others for another seed", async () => {
  await withSmallRecipe(async (cwd) => {
    for (const [folder, seed] of [["a", 7], ["b", 7], ["c", 8]]) {
      const argv = ["train", "small.json", "-o", `${folder}`, "--set", `seed=${seed}`, "--max-steps=20"];
      assert.equal((await lathe(argv, { cwd })).code, 0);
    }
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((folder) => modelBytes(join(cwd, folder))));
    assert.deepEqual(a, b);
    assert.notEqual(a["model.safetensors"], c["model.safetensors"]);
  });
});

Deno.test("train stops at a loss that is not finite and keeps the last checkpoint", async () => {
  await withSmallRecipe(async (cwd) => {
    const overrides = ["learningRate=1e38", "maxGradNorm=null", "warmupRatio=0.2", "saveSteps=1"];
    const set = overrides.flatMap((each) => ["--set", `training.${each}`]);
    const { code, error } = await lathe(["train", "small.json", "-o", "out", "--json", ...set], { cwd });
    assert.equal(code, 1);
    assert.match(
      error,
      /^Cannot continue at step \d+: [^\n]+; lower training\.learningRate or set training\.maxGradNorm\n$/,
    );
    const failed = Number(/step (\d+)/.exec(error)![1]);
    assert.ok(failed > 1);
    assert.equal(namesIn(join(cwd, "out/checkpoints")).at(-1), `step-${String(failed - 1).padStart(8, "0")}`);
    assert.ok(!namesIn(join(cwd, "out")).includes("model.safetensors"));
  });
});

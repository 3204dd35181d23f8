/** One training with every option that is not a default, by the command line: what it does, and that it resumes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lathe } from "../cli/_test_process.ts";
import { listCheckpoints, readCheckpoint } from "../train/mod.ts";
import {
  metricsOf,
  modelBytes,
  namesIn,
  smallRecipe,
  trainUntil,
  withSmallRecipe,
  writeRecipe,
} from "./_test_run.ts";

const RATE = 0.1;

/** Pairs with a score: every second one is of texts that do not belong together. */
async function writeScores(cwd: string): Promise<void> {
  const lines = (await Deno.readTextFile(join(cwd, "pairs.jsonl"))).split("\n");
  const pairs = lines.map((line) => JSON.parse(line) as { asked: string; found: string });
  const rows = pairs.slice(0, 300).map(({ asked, found }, i) => {
    return i % 2 === 0 ? `${asked},${found},${0.8 + i / 2000}` : `${asked},${pairs[i + 1].found},0.${i % 3}`;
  });
  await Deno.writeTextFile(join(cwd, "scored.csv"), ["asked,found,score", ...rows].join("\n"));
}

/** Data sets with losses of their own: two guided by a model, one ranked at drawn sizes, and one scored. */
function recipeOf(training: Record<string, unknown>): Record<string, unknown> {
  const columns = ["asked", "found"];
  const guided = { kind: "gist", guide: "guide" };
  return {
    ...smallRecipe({
      learningRate: RATE,
      warmupSteps: 1,
      schedule: "cosine",
      accumulationSteps: 2,
      frequencyPower: 0.5,
      mixing: "roundRobin",
      ...training,
    }),
    tokenizer: "guide",
    datasets: {
      lines: { source: "pairs.jsonl", columns, heldOut: 100, loss: guided },
      back: { source: "pairs.jsonl", columns: columns.toReversed(), take: 400, loss: guided },
      table: { source: "pairs.parquet", columns },
      scored: { source: "scored.csv", columns: [...columns, "score"], loss: { kind: "coSent" } },
    },
    loss: {
      kind: "matryoshka",
      loss: { kind: "multipleNegativesRanking" },
      dims: [8, 16, 32],
      dimsPerStep: 2,
    },
  };
}

/** Runs a test in a folder with data, a trained guide and a recipe that uses it. */
async function withGuidedRecipe(
  training: Record<string, unknown>,
  use: (cwd: string) => Promise<void>,
): Promise<void> {
  await withSmallRecipe(async (cwd) => {
    await writeScores(cwd);
    const argv = ["train", "small.json", "-o", "guide", "--max-steps", "10", "--set", "model.dim=16"];
    const sizes = ["--set", "loss.dims=[16]"];
    const { code, error } = await lathe([...argv, ...sizes], { cwd });
    assert.equal(code, 0, error);
    await writeRecipe(cwd, recipeOf(training));
    await use(cwd);
  });
}

/** The optimizer as an argument. */
const optimizerOf = (options: object = {}): string[] => [
  "--set",
  `training.optimizer=${JSON.stringify({ kind: "caughtUpAdamw", ...options })}`,
];

/** Checks that the newest checkpoint has rows of both kinds: up to date, and to be caught up. */
async function assertRowsBehind(checkpoints: string): Promise<void> {
  const newest = (await listCheckpoints(checkpoints)).at(-1)!;
  const { progress, state } = await readCheckpoint(join(checkpoints, newest));
  const lastSteps = [...state.optimizer.last_steps];
  assert.ok(
    lastSteps.some((step) => step === progress.step) && lastSteps.some((step) => step < progress.step),
  );
}

Deno.test("train with a loss for each data set, a guide, drawn sizes, accumulation and caught-up rows", async () => {
  await withGuidedRecipe({ maxSteps: 4 }, async (cwd) => {
    const argv = ["train", "small.json", "-o", "out", "--json", ...optimizerOf()];
    const { code, out, error } = await lathe(argv, { cwd });
    assert.deepEqual([code, error], [0, ""]);
    const { steps, before, report } = JSON.parse(out);
    assert.equal(steps, 4);
    assert.deepEqual(report.sizes, [8, 16, 32], "scored at all sizes, drawn or not");
    assert.notDeepEqual(report.collections[0].sizes, before.collections[0].sizes);
    const run = join(cwd, "out");
    const { training } = JSON.parse(await Deno.readTextFile(join(run, "recipe.json")));
    assert.deepEqual(training.optimizer, {
      kind: "caughtUpAdamw",
      betas: [0.9, 0.999],
      epsilon: 1e-8,
      weightDecay: 0,
      denseSteps: 100,
    });
    const graphs = ["eval_model", "loss_model", "training_model"].flatMap((name) =>
      ["", ".1", ".2"].map((suffix) => `${name}${suffix}.onnx`)
    );
    assert.deepEqual(namesIn(join(run, "artifacts")), [...graphs, "optimizer_model.onnx"].sort());
    const data = JSON.parse(await Deno.readTextFile(join(run, "data.json")));
    // The smallest data set, of 300 rows, has 5 batches of 64: in turn, the four give 20 an epoch.
    assert.deepEqual([data.batchesPerEpoch, data.totalSteps], [20, 4]);
    assert.deepEqual(data.datasets.scored.columnNames, ["asked", "found"]);
    const records = (await metricsOf(run)).filter(({ kind }) => kind === "train");
    // A step of warm-up from 0, then half a cosine over three steps: 1, (1 + 1/2) / 2, (1 - 1/2) / 2.
    [0, 1, 0.75, 0.25].forEach((share, i) => {
      assert.ok(Math.abs(Number(records[i].learningRate) - RATE * share) < 1e-12, `step ${i + 1}`);
    });
    for (const { loss, gradientNorm } of records) assert.ok(Number(loss) > 0 && Number(gradientNorm) > 0);
  });
});

Deno.test("caught-up rows, labels, a guide and drawn sizes: a run killed twice resumes to the same bytes", async () => {
  await withGuidedRecipe({ maxSteps: 100 }, async (cwd) => {
    const argv = ["small.json", "--json", ...optimizerOf({ denseSteps: 10 })];
    assert.equal((await lathe(["train", ...argv, "-o", "whole"], { cwd })).code, 0);
    const killed = [...argv, "-o", "out", "--set", "training.saveSteps=5"];
    const checkpoints = join(cwd, "out/checkpoints");
    for (const [least, resume] of [["step-00000020", []], ["step-00000060", ["--resume"]]] as const) {
      const isTime = (): boolean => namesIn(checkpoints).some((name) => name >= least);
      const { signal, error } = await trainUntil([...killed, ...resume], { cwd, signal: "SIGKILL", isTime });
      assert.equal(signal, "SIGKILL", error);
      await assertRowsBehind(checkpoints);
    }
    const { code, error } = await lathe(["train", ...killed, "--resume"], { cwd });
    assert.deepEqual([code, error], [0, ""]);
    assert.deepEqual(await modelBytes(join(cwd, "out")), await modelBytes(join(cwd, "whole")));
    const steps = (await metricsOf(join(cwd, "out"))).filter(({ kind }) => kind === "train");
    assert.deepEqual(steps.map(({ step }) => step), Array.from({ length: 100 }, (_, i) => i + 1));
  });
});

Deno.test("train refuses a guide with another tokenizer and labels out of range in one sentence", async () => {
  await withGuidedRecipe({ maxSteps: 4 }, async (cwd) => {
    const refused = async (message: RegExp, ...set: string[]): Promise<void> => {
      const overrides = set.flatMap((each) => ["--set", each]);
      const { code, error } = await lathe(["train", "small.json", "-o", "out", "--json", ...overrides], {
        cwd,
      });
      assert.match(error, message);
      assert.equal(code, 1);
      assert.ok(!namesIn(cwd).includes("out"), "nothing is written");
    };
    await refused(
      /^Cannot guide by guide: its tokenizer is another than the recipe's; [^\n]+\n$/,
      'tokenizer={"build":"wordPiece","vocabSize":1000}',
    );
    await refused(
      /^Cannot train on scored: the label [\d.]+ of row \d+ is not 1 \(together\) or 0 \(apart\); [^\n]+\n$/,
      'datasets.scored.loss={"kind":"contrastive"}',
    );
    await refused(
      /^Cannot train on scored: the loss coSent needs [^\n]+ and there are \(asked, found\); [^\n]+\n$/,
      'datasets.scored.columns=["asked","found"]',
    );
  });
});

Deno.test("a loss reads lists of labels, and says what it needs where there are other ones", async () => {
  await withSmallRecipe(async (cwd) => {
    const lines = (await Deno.readTextFile(join(cwd, "pairs.jsonl"))).split("\n").slice(0, 200);
    const pairs = lines.map((line) => JSON.parse(line) as { asked: string; found: string });
    const rows = pairs.map(({ asked, found }, i) => {
      const wrong = pairs[(i + 1) % pairs.length].found;
      return JSON.stringify({ asked, found, wrong, scores: [0.9, 0.1 + (i % 5) / 10] });
    });
    await Deno.writeTextFile(join(cwd, "scored.jsonl"), rows.join("\n"));
    const recipe = {
      ...smallRecipe(),
      datasets: { scored: { source: "scored.jsonl" } },
      loss: { kind: "distillKlDiv" },
      evaluation: [],
    };
    await writeRecipe(cwd, recipe);
    const trained = await lathe(["train", "small.json", "-o", "out", "--max-steps", "3"], { cwd });
    assert.equal(trained.code, 0, trained.error);
    assert.ok((await metricsOf(join(cwd, "out"))).length > 0);
    await writeRecipe(cwd, { ...recipe, loss: { kind: "coSent" } });
    const refused = await lathe(["train", "small.json", "-o", "other"], { cwd });
    assert.equal(refused.code, 1);
    assert.match(
      refused.error,
      /^Cannot train on scored: the loss coSent needs .* and 2 labels a row; name fitting/m,
    );
    assert.deepEqual(await namesIn(join(cwd, "other")), []);
  });
});

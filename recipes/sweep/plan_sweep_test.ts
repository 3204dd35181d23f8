import assert from "node:assert/strict";
import { checkScored } from "./check_scored.ts";
import { planSweep, type SweepPlan, type SweepRequest } from "./plan_sweep.ts";

function plan(grid: string[], more: Partial<SweepRequest> = {}): Promise<SweepPlan> {
  return planSweep({ recipe: "quickstart", set: [], grid, random: null, seed: 0, ...more });
}

Deno.test("planSweep makes every combination, the last axis the fastest, and puts seeds together", async () => {
  const { name, fields, settings, runs } = await plan([
    "training.learningRate=0.1,0.2",
    "seed=7,8",
    "training.batchSize=64,128",
  ], { set: ["training.epochs=2"] });
  assert.deepEqual([name, fields, settings], [
    "quickstart",
    ["training.learningRate", "training.batchSize"],
    4,
  ]);
  assert.deepEqual(runs.map((run) => run.name).slice(0, 3), [
    "learningRate-0.1_batchSize-64_seed-7",
    "learningRate-0.1_batchSize-64_seed-8",
    "learningRate-0.1_batchSize-128_seed-7",
  ]);
  const last = runs.at(-1)!;
  assert.deepEqual([last.setting, last.seed, last.fields], [3, 8, {
    "training.learningRate": 0.2,
    "training.batchSize": 128,
  }]);
  assert.deepEqual([last.recipe.seed, last.recipe.training.batchSize, last.recipe.training.epochs], [
    8,
    128,
    2,
  ]);
});

Deno.test("planSweep lets fields change together", async () => {
  const { runs } = await plan(["model.dim&loss.dims=32&[32],64&[32,64]"]);
  assert.deepEqual(runs.map(({ recipe }) => [recipe.model.dim, (recipe.loss as { dims: number[] }).dims]), [
    [32, [32]],
    [64, [32, 64]],
  ]);
  assert.deepEqual(runs.map(({ name }) => name), ["dim-32_dims-32", "dim-64_dims-32.64"]);
});

Deno.test("planSweep draws some settings with all their seeds; a larger draw holds a smaller one", async () => {
  const grid = ["training.learningRate=0.1,0.2,0.3,0.4,0.5,0.6", "seed=1,2"];
  const [few, more] = await Promise.all([2, 4].map((random) => plan(grid, { random, seed: 5 })));
  assert.deepEqual([few.settings, few.runs.length, more.settings], [2, 4, 4]);
  const names = more.runs.map(({ name }) => name);
  assert.ok(few.runs.every(({ name }) => names.includes(name)));
  const other = await plan(grid, { random: 2, seed: 6 });
  assert.notDeepEqual(other.runs.map(({ name }) => name), few.runs.map(({ name }) => name));
});

Deno.test("planSweep refuses before anything runs", async () => {
  const cases: [string[], RegExp][] = [
    [
      ["training.learnigRate=0.1,0.2"],
      /^Cannot read recipe quickstart with training\.learnigRate=0\.1: .*learnigRate is not a known key; did you mean learningRate\?$/,
    ],
    [
      ["model.dim=64,256"],
      /quickstart with model\.dim=64: loss\.dims are 16, .* the largest size must be model\.dim$/,
    ],
    [
      ["training.batchSize=64,many"],
      /with training\.batchSize=many: training\.batchSize is "many"; it must be /,
    ],
    [["seed=1,2", "seed=3"], /^Cannot sweep seed: two axes of the grid set it; /],
    [["seed&model.dim=1&2"], /^Cannot sweep the seed together with other fields: /],
    [["training.batchSize=64,6.4e1"], /is there twice/],
    [["name.first=a,b"], /name has no fields/],
    [["training=3"], /training is 3/],
    [
      ["tokenizer.build=wordPiece", "training.epochs=5", "seed=12", "loss.dims=[16,256],[256,16]"],
      /are the same recipe; leave one out$/,
    ],
    [
      ["training.logSteps=1,2,3,4,5,6,7,8,9,10", "seed=" + Array.from({ length: 1001 }, (_, i) => i)],
      /10010 combinations: 10000 are the most/,
    ],
  ];
  for (const [grid, message] of cases) await assert.rejects(plan(grid), { message }, grid.join(" "));
});

Deno.test("checkScored refuses runs that nothing scores, and sizes that they are not scored at", async () => {
  checkScored(await plan(["training.epochs=1,2"]), 64);
  const bare = await plan(["training.epochs=1,2"], { set: ["evaluation=[]"] });
  assert.throws(() => checkScored(bare, null), /names no evaluation to rank runs by; add one/);
  const sizes = await plan(["loss.dims=[64,256],[32,256]"]);
  assert.throws(
    () => checkScored(sizes, 64),
    /Cannot rank dims-32\.256 by size 64: .* choose one of 32, 256/,
  );
});

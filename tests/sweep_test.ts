/** Sweeps in processes of their own: whole, killed, interrupted, halved, and with runs that fail. */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lathe, MAIN, type Outcome, TEST_CACHE } from "../cli/_test_process.ts";
import type { Leaderboard } from "../eval/mod.ts";
import { metricsOf, modelBytes, namesIn, smallRecipe, withSmallRecipe, writeRecipe } from "./_test_run.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const MIRROR = resolve(ROOT, Deno.env.get("LATHE_HUB_MIRROR") ?? "../shared/hub");

/** Runs a test in a folder with a recipe that takes so many steps. */
async function withRecipe(
  training: Record<string, unknown>,
  use: (cwd: string, sweep: (...argv: string[]) => Promise<Outcome>) => Promise<void>,
): Promise<void> {
  await withSmallRecipe(async (cwd) => {
    await writeRecipe(cwd, smallRecipe(training));
    await use(cwd, (...argv) => lathe(["sweep", ...argv], { cwd, env: { LATHE_CACHE: join(cwd, "cache") } }));
  });
}

async function boardOf(folder: string): Promise<Leaderboard> {
  return JSON.parse(await Deno.readTextFile(join(folder, "leaderboard.json")));
}

/** The model that `train` makes with a learning rate. */
async function trained(cwd: string, rate: number): Promise<Record<string, string>> {
  const out = `train-${rate}`;
  const argv = ["train", "small.json", "--set", `training.learningRate=${rate}`, "--output", out, "--json"];
  const { code, error } = await lathe(argv, { cwd });
  assert.deepEqual([code, error], [0, ""]);
  return await modelBytes(join(cwd, out));
}

/** Ends a sweep by a signal at the first moment at which `isTime` says so. */
async function sweepUntil(
  argv: readonly string[],
  { cwd, signal, isTime }: { cwd: string; signal: Deno.Signal; isTime: () => boolean },
): Promise<{ signal: string | null; code: number; error: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "sweep", ...argv],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { LATHE_CACHE: TEST_CACHE, LATHE_DEBUG: "" },
    cwd,
  }).spawn();
  const ended = child.output();
  let isRunning = true;
  ended.finally(() => isRunning = false);
  while (isRunning && !isTime()) await new Promise((resolve) => setTimeout(resolve, 5));
  if (isRunning) child.kill(signal);
  const { code, signal: endedBy, stderr } = await ended;
  return { code, signal: endedBy, error: new TextDecoder().decode(stderr) };
}

Deno.test("sweep runs two at once on one token store, ranks them, and finds them done when called again", async () => {
  await withRecipe({ maxSteps: 12 }, async (cwd, sweep) => {
    const argv = ["small.json", "--grid", "training.learningRate=0.001,0.1", "--grid", "seed=1,2"];
    const { code, out, error } = await sweep(...argv, "--parallel", "2");
    assert.equal(code, 0, error);
    assert.match(
      error,
      /^1 of 4 {2}learningRate-0\.001_seed-\d: 0\.\d{4} in \d+ s, 12 steps, [\d,]+ pairs\/s; about /,
    );
    assert.match(error, /^4 of 4 .* pairs\/s$/m);
    assert.match(out, /^sweeps\/small, by mean of the main scores at full size\n/);
    assert.match(out, /^1 +0\.1 +0\.\d{4} +\S+ +2 +0\.\d{4} /m);
    const folder = join(cwd, "sweeps/small");
    const { entries } = await boardOf(folder);
    assert.deepEqual(entries.map(({ fields, state, seeds }) => [fields, state, seeds!.count]), [
      [{ "training.learningRate": 0.1 }, "finished", 2],
      [{ "training.learningRate": 0.001 }, "finished", 2],
    ]);
    const { items, seeds } = entries[1].difference!;
    assert.ok(items.value! < 0 && items.low! < items.value! && items.value! < items.high!);
    assert.equal(seeds!.count, 2);
    // One for each of the recipe's two data sets, although two runs began at one time without any.
    assert.equal(namesIn(join(cwd, "cache/tokens")).length, 2);
    assert.match(await Deno.readTextFile(join(folder, "leaderboard.html")), /4 of 4 runs are done\./);
    const again = await sweep("--to", "sweeps/small");
    assert.deepEqual(again, { code: 0, out, error: "" });
    const rates = ["--grid", "training.learningRate=0.001,0.1"];
    const part = await sweep("small.json", ...rates, "--grid", "seed=2", "--json");
    assert.deepEqual([part.code, part.error], [0, ""]);
    assert.equal((JSON.parse(part.out) as Leaderboard).entries[0].runs[0].name, "learningRate-0.1_seed-2");
  });
});

Deno.test("a sweep that is killed, and then interrupted, goes on to the bytes of train", async () => {
  await withRecipe({ maxSteps: 150, saveSteps: 10, logSteps: 1 }, async (cwd) => {
    const expected = await trained(cwd, 0.1);
    const folder = join(cwd, "out");
    const argv = ["small.json", "--grid", "training.learningRate=0.1,0.2", "--to", "out", "--json"];
    const run = (rate: number): string => join(folder, "runs", `learningRate-${rate}`);
    const hasCheckpoint = (rate: number): boolean => namesIn(join(run(rate), "checkpoints")).length > 0;
    const killed = await sweepUntil(argv, { cwd, signal: "SIGKILL", isTime: () => hasCheckpoint(0.1) });
    assert.equal(killed.signal, "SIGKILL");
    assert.ok(!namesIn(run(0.1)).includes("modules.json"), "the kill came after the run was done");
    const isTime = (): boolean => hasCheckpoint(0.2);
    const interrupted = await sweepUntil(["--to", "out", "--json"], { cwd, signal: "SIGINT", isTime });
    assert.deepEqual([interrupted.code, interrupted.error], [
      1,
      "Stopped with 1 of 2 runs finished: the sweep was interrupted; what is done is kept, sweep --to out goes on\n",
    ]);
    const { entries: [first, second] } = await boardOf(folder);
    assert.deepEqual([first.state, second.state], ["finished", "unfinished"]);
    const before = Deno.statSync(join(run(0.1), "model.safetensors")).mtime;
    const { code, error } = await lathe(["sweep", "--to", "out", "--json"], { cwd });
    assert.deepEqual([code, error], [0, ""]);
    assert.deepEqual(Deno.statSync(join(run(0.1), "model.safetensors")).mtime, before);
    assert.deepEqual(await modelBytes(run(0.1)), expected);
    for (const rate of [0.1, 0.2]) {
      const steps = (await metricsOf(run(rate))).filter(({ kind }) => kind === "train").map(({ step }) =>
        step
      );
      assert.deepEqual(steps, Array.from({ length: 150 }, (_, i) => i + 1));
    }
  });
});

Deno.test("halving leaves the worse behind, and its best run has the bytes of train", async () => {
  const bestModel = { metric: "lines_cosine_ndcg@10" };
  await withRecipe({ maxSteps: 40, evalSteps: 10, bestModel }, async (cwd, sweep) => {
    const grid = ["--grid", "training.learningRate=0.0001,0.0002,0.1,0.001"];
    const argv = ["small.json", ...grid, "--halving", "--to", "out"];
    const { code, out, error } = await sweep(...argv);
    assert.equal(code, 0, error);
    assert.match(error, /^7 of 7 {2}learningRate-0\.1: /m);
    assert.match(out, /^1 +0\.1 .* all /m);
    const folder = join(cwd, "out");
    const { entries } = await boardOf(folder);
    assert.deepEqual(entries.map(({ state, share }) => [state, share]), [
      ["finished", 1],
      ["dropped", 0.5],
      ["dropped", 0.25],
      ["dropped", 0.25],
    ]);
    assert.equal(namesIn(join(folder, "rungs/1")).length, 4);
    assert.equal(namesIn(join(folder, "rungs/2")).length, 2);
    assert.deepEqual(namesIn(join(folder, "runs", entries[3].runs[0].name, "checkpoints")), [
      "step-00000010",
    ]);
    const best = join(folder, "runs/learningRate-0.1");
    assert.deepEqual(await modelBytes(best), await trained(cwd, 0.1));
    // What happens at a pause is no evaluation of the run: they are those of a run that does not pause.
    const evaluations = async (run: string): Promise<unknown[]> =>
      (await metricsOf(run)).flatMap(({ kind, step, scores }) =>
        kind === "evaluation" ? [[step, scores]] : []
      );
    assert.deepEqual(await evaluations(best), await evaluations(join(cwd, "train-0.1")));
    assert.deepEqual(await sweep("--to", "out"), { code: 0, out, error: "" });
    const other = await sweep(...argv, "--eta", "3");
    assert.deepEqual([other.code, other.error], [
      1,
      "Cannot go on with the sweep in out: halving.eta is 3 and was 2; restore it, or name another --to\n",
    ]);
  });
});

Deno.test("a run that fails is noted with its sentence, the others go on, status 1", async () => {
  await withRecipe({ maxSteps: 10, maxGradNorm: null }, async (cwd, sweep) => {
    const { code, out, error } = await sweep(
      "small.json",
      "--grid",
      "training.learningRate=1e38,0.1",
      "--to",
      "out",
    );
    const sentence =
      /Cannot continue at step \d+: the \S+ is \S+; lower training\.learningRate or set training\.maxGradNorm/;
    assert.equal(code, 1);
    assert.match(error, new RegExp(`^1 of 2 {2}learningRate-1e38: failed\\. ${sentence.source}`, "m"));
    assert.match(error, /^2 of 2 {2}learningRate-0\.1: 0\.\d{4} /m);
    assert.match(
      error,
      new RegExp(
        `^Cannot finish 1 of 2 runs, among them learningRate-1e38: ${sentence.source}; sweep --to out --retry tries again$`,
        "m",
      ),
    );
    assert.match(out, new RegExp(`^learningRate-1e38: ${sentence.source}$`, "m"));
    const again = await sweep("--to", "out");
    assert.deepEqual([again.code, again.out, again.error], [1, out, error.split("\n").slice(-2).join("\n")]);
    const retried = await sweep("--to", "out", "--retry");
    assert.match(
      retried.error,
      /^2 of 2 {2}learningRate-1e38: failed\. |^1 of 2 {2}learningRate-1e38: failed\. /m,
    );
    const wrong = await sweep("small.json", "--grid", "seed=1,2", "--to", "other", "--metric", "lines_map");
    assert.deepEqual([wrong.code, wrong.error], [
      1,
      "Cannot rank by lines_map: the evaluation has no such score; choose one of lines_cosine_ndcg@10\n",
    ]);
    assert.ok(!namesIn(cwd).includes("sweeps"));
  });
});

Deno.test({
  name: "a sweep on the mirror ranks by the mean of a benchmark, with intervals over queries",
  ignore: !hasMirror(),
  async fn(): Promise<void> {
    const cwd = await Deno.makeTempDir();
    try {
      const recipe = {
        name: "mirror",
        tokenizer: "hf://models/google-bert/bert-base-uncased",
        model: { dim: 16 },
        datasets: { squad: { source: "hf://datasets/lathe-data/squad-sentences", take: 1500 } },
        loss: { kind: "multipleNegativesRanking" },
        training: { learningRate: 0.2, batchSize: 256 },
        evaluation: [{ kind: "nanoBeir", source: "hf://datasets/lathe-data/NanoBEIR-mini" }],
      };
      await Deno.writeTextFile(join(cwd, "mirror.json"), JSON.stringify(recipe));
      const argv = [
        "mirror.json",
        "--grid",
        "training.learningRate=0.01,0.2",
        "--metric",
        "NanoBEIR-mini_mean_cosine_ndcg@10",
      ];
      const { code, out, error } = await lathe(["sweep", ...argv, "--json"], {
        cwd,
        env: { LATHE_HUB_MIRROR: MIRROR },
      });
      assert.deepEqual([code, error], [0, ""]);
      const { entries: [first, second] } = JSON.parse(out) as Leaderboard;
      const { value, low, high, items } = first.score!;
      assert.ok(low! < value! && value! < high! && items > 200, `${low} ${value} ${high} ${items}`);
      assert.ok(second.difference!.items.value! <= 0 && second.difference!.items.low! < 0);
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  },
});

function hasMirror(): boolean {
  try {
    Deno.statSync(join(MIRROR, "datasets"));
    return true;
  } catch {
    console.log(`the sweep on the mirror is skipped: there is none at ${MIRROR}`);
    return false;
  }
}

/** Trainings and the thread that makes their batches: what is told of it, and what happens when it cannot go on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lathe } from "../cli/_test_process.ts";
import { metricsOf, modelBytes, namesIn, smallRecipe, withSmallRecipe, writeRecipe } from "./_test_run.ts";

/** The small recipe with a data set that is used twice as often as its size says. */
function weightedRecipe(): Record<string, unknown> {
  const { datasets, ...recipe } = smallRecipe({
    mixing: { kind: "weighted", temperature: 2 },
    epochs: 2,
    logSteps: 5,
  }) as { datasets: Record<string, object> };
  return { ...recipe, datasets: { ...datasets, table: { ...datasets.table, weight: 2 } } };
}

Deno.test("train mixes by weight, and tells how long it waited for data and which passes ended", async () => {
  await withSmallRecipe(async (cwd) => {
    await writeRecipe(cwd, weightedRecipe());
    const { code, out, error } = await lathe(["train", "small.json", "-o", "out"], { cwd });
    assert.equal(code, 0, error);
    const [, waited] = /\nout: 62 steps in \d+\.\d s, waited for data (\d+\.\d) %\n$/.exec(out)!;
    assert.ok(Number(waited) <= 100);
    const records = await metricsOf(join(cwd, "out"));
    const seconds = records.filter(({ kind }) => kind === "train").map((each) => Number(each.waitedSeconds));
    const run = JSON.parse(await Deno.readTextFile(join(cwd, "out/run.json")));
    assert.ok(run.waitedSeconds > 0 && run.waitedSeconds < run.trainSeconds); // the first batch at least
    assert.ok(Math.abs(seconds.reduce((a, b) => a + b) - run.waitedSeconds) < 1e-9);
    const data = JSON.parse(await Deno.readTextFile(join(cwd, "out/data.json")));
    // 31 batches an epoch, shared as the roots of 900 rows to twice that of 1,000.
    assert.deepEqual([data.datasets.lines.batches, data.datasets.table.batches], [10, 21]);
    const passes = records.filter(({ kind }) => kind === "pass");
    assert.deepEqual(passes.map(({ dataset, pass }) => `${dataset} ${pass}`).sort(), [
      "lines 0",
      "table 0",
      "table 1",
    ]);
    for (const { unusedRows } of passes) assert.equal(unusedRows, 0);
  });
});

Deno.test("a shard that turns out to be damaged ends the training in one sentence; the next start makes it again", async () => {
  await withSmallRecipe(async (cwd) => {
    await writeRecipe(cwd, smallRecipe({ maxSteps: 20 }));
    const env = { LATHE_CACHE: join(cwd, "cache") };
    const train = async (out: string): Promise<[number, string]> => {
      const { code, error } = await lathe(["train", "small.json", "-o", out, "--json"], { cwd, env });
      return [code, error];
    };
    assert.deepEqual(await train("whole"), [0, ""]);
    const store = join(env.LATHE_CACHE, "tokens", namesIn(join(env.LATHE_CACHE, "tokens"))[0]);
    const shard = join(store, namesIn(store).find((name) => name.startsWith("shard"))!);
    const bytes = await Deno.readFile(shard);
    bytes[bytes.length - 20] ^= 1; // token ids of the last group
    await Deno.writeFile(shard, bytes);
    const [code, error] = await train("damaged");
    assert.equal(code, 1);
    assert.match(error, /^Cannot read [^\n]+: [^\n]+; start again, and this part is made again\n$/);
    assert.deepEqual(await train("again"), [0, ""]);
    assert.deepEqual(await modelBytes(join(cwd, "again")), await modelBytes(join(cwd, "whole")));
  });
});

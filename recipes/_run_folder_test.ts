import assert from "node:assert/strict";
import { join } from "node:path";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { RunFolder } from "./_run_folder.ts";
import { resolveRecipe } from "./resolve.ts";

async function withFolder(use: (folder: RunFolder) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    await use(new RunFolder(join(parent, "run")));
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

Deno.test("RunFolder begins in a folder that is not there, is empty, or was left in a run's first moment", () =>
  withFolder(async (folder) => {
    await folder.checkFresh();
    await Deno.mkdir(folder.path);
    await folder.checkFresh();
    await Deno.writeTextFile(folder.at("recipe.json.new"), "{");
    await folder.checkFresh();
    await folder.start(resolveRecipe(minimalRecipe()));
    assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["recipe.json"]);
    await assert.rejects(folder.checkFresh(), {
      name: "RangeError",
      message: /it is not empty \(recipe\.json\); /,
    });
  }));

Deno.test("RunFolder refuses a place that is a file, and one below a file", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(folder.path, "");
    await assert.rejects(folder.checkFresh(), {
      message: `Cannot train into ${folder.path}: it is no folder; name another --output`,
    });
    const below = new RunFolder(folder.at("below"));
    await assert.rejects(below.checkFresh(), { message: /it is no folder; name another --output$/ });
    await assert.rejects(below.start(resolveRecipe(minimalRecipe())), {
      message: /^Cannot make [^\n]+; name another --output$/,
    });
  }));

Deno.test("RunFolder names the first difference of a recipe and of the data", () =>
  withFolder(async (folder) => {
    const recipe = resolveRecipe(minimalRecipe());
    await assert.rejects(folder.checkResumable(recipe), {
      message: /no run began there; leave out --resume$/,
    });
    await folder.start(recipe);
    await folder.checkResumable(recipe);
    const message = (what: string): { name: string; message: string } => ({
      name: "RangeError",
      message: `Cannot resume in ${folder.path}: the ${what}; restore it, or name another --output`,
    });
    await assert.rejects(
      folder.checkResumable({ ...recipe, training: { ...recipe.training, epochs: 3 } }),
      message("recipe changed (training.epochs is 3 and was 1)"),
    );
    await folder.checkData({ vocab: 5 });
    await folder.writeJson("data.json", { vocab: 5, datasets: { a: { rows: 2 } } });
    await folder.checkData({ vocab: 5, datasets: { a: { rows: 2, label: undefined } } });
    await assert.rejects(
      folder.checkData({ vocab: 5, datasets: { a: { rows: 2 }, b: {} } }),
      message("data changed (datasets.b is {} and was absent)"),
    );
    // A commit that leaves the rows as they are changes nothing; else it is named first.
    const data = (commit: string, checksum: string): object => ({
      revisions: { a: commit },
      datasets: { a: { rows: 2, checksum } },
    });
    await folder.writeJson("data.json", data("one", "00"));
    await folder.checkData(data("two", "00"));
    await assert.rejects(
      folder.checkData(data("two", "01")),
      message('data changed (revisions.a is "two" and was "one")'),
    );
    await assert.rejects(
      folder.checkData(data("one", "01")),
      message('data changed (datasets.a.checksum is "01" and was "00")'),
    );
  }));

Deno.test("RunFolder.rewindMetrics drops what a resumed run writes again, and a record that was cut off", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(folder.path);
    const record = (step: number) =>
      ({
        kind: "train",
        step,
        loss: 1,
        learningRate: 1,
        gradientNorm: 1,
        waitedSeconds: 0,
        seconds: 1,
        pairsPerSecond: 1,
      }) as const;
    for (const step of [1, 2, 3]) await folder.appendMetrics(record(step));
    await Deno.writeTextFile(folder.at("metrics.jsonl"), '{"kind":"train","st', { append: true });
    await folder.rewindMetrics(2);
    assert.equal(
      await Deno.readTextFile(folder.at("metrics.jsonl")),
      [1, 2].map((step) => JSON.stringify(record(step)) + "\n").join(""),
    );
    await folder.rewindMetrics(-1);
    assert.equal(await Deno.readTextFile(folder.at("metrics.jsonl")), "");
  }));

Deno.test("RunFolder.readJson tells a missing file from a damaged one", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(folder.path);
    assert.equal(await folder.readJson("run.json"), undefined);
    await Deno.writeTextFile(folder.at("run.json"), '{"a":');
    await assert.rejects(folder.readJson("run.json"), {
      name: "SyntaxError",
      message: /run\.json: it is not JSON; /,
    });
  }));

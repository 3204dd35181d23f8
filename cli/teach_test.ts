import assert from "node:assert/strict";
import { join } from "node:path";
import { withTestTeacher } from "../distill/_test_teacher.ts";
import { tryLockFile } from "./_file_lock.ts";
import { runCommand } from "./_test_model.ts";
import { teachCommand } from "./teach.ts";

/** Runs with a teacher's folder that also holds a recipe and its texts. */
async function withRecipe(use: (folder: string, recipe: string) => Promise<void>): Promise<void> {
  await withTestTeacher(async (folder) => {
    const source = join(folder, "texts.jsonl");
    const rows = ["cat", "dog", "bird", "cats", "dogs", "birds"].map((asked) => ({
      asked,
      found: `un${asked}`,
    }));
    await Deno.writeTextFile(source, rows.map((row) => JSON.stringify(row)).join("\n"));
    const recipe = join(folder, "recipe.json");
    await Deno.writeTextFile(
      recipe,
      JSON.stringify({
        name: "small",
        tokenizer: folder,
        model: { dim: 4 },
        datasets: { pairs: { source } },
        loss: { kind: "multipleNegativesRanking" },
        training: { learningRate: 0.1 },
      }),
    );
    await use(folder, recipe);
  });
}

Deno.test("teach writes shards, keeps the projection beside them, and projects others alike", () =>
  withRecipe(async (folder, recipe) => {
    const teach = (to: string, ...more: string[]): Promise<void> =>
      runCommand(teachCommand, recipe, "--teacher", folder, "--to", join(folder, to), "--json", ...more);
    const manifest = async (to: string) =>
      JSON.parse(await Deno.readTextFile(join(folder, to, "teach.json")));
    await teach("all", "--shard", "5");
    assert.deepEqual((await manifest("all")).result.shards, 3);
    await teach("short", "--column", "asked", "--pca", "2", "--take", "5");
    const { header, result, source } = await manifest("short");
    assert.deepEqual([header.dimension, result.texts, source.columns], [2, 5, ["asked"]]);
    await teach("held", "--column", "found", "--projection", join(folder, "short"));
    assert.equal((await manifest("held")).header.projection, header.projection);
    await assert.rejects(teach("short", "--pca", "3"), /holds vectors of 2; name another --to$/);
    await assert.rejects(
      teach("none", "--projection", folder),
      /no projection lies there; name a folder made with/,
    );
    await assert.rejects(
      teach("all", "--no-special", "--shard", "5"),
      /together: .*\(specialTokens true and false\)/,
    );
    await assert.rejects(
      teach("other", "--column", "answer"),
      /no data set has a column answer; name others$/,
    );
  }));

Deno.test("one process at a time writes vectors to a folder", () =>
  withRecipe(async (folder, recipe) => {
    const to = join(folder, "all");
    const teach = (): Promise<void> =>
      runCommand(teachCommand, recipe, "--teacher", folder, "--to", to, "--json");
    {
      using _lock = tryLockFile(join(to, ".lock"))!;
      await assert.rejects(teach(), {
        message: `Cannot write vectors to ${to}: another process is at it; wait for it, or name another --to`,
      });
    }
    await teach();
    await assert.rejects(
      runCommand(teachCommand, recipe, "--teacher", folder, "--to", recipe),
      /^RangeError: Cannot write vectors to .*recipe\.json: /,
    );
  }));

Deno.test("teach refuses a command line before it loads anything", async () => {
  const refused: [string[], RegExp][] = [
    [["--to", "x"], /--teacher is missing; name the transformer's folder/],
    [["--teacher", "x"], /--to is missing; name the folder of the shards/],
    [["--teacher", "x", "--to", "y", "--take", "0"], /Cannot read --take 0: it is no whole number from 1/],
    [
      ["--teacher", "x", "--to", "y", "--pooling", "middle"],
      /--pooling middle: it is not known; write one of/,
    ],
    [["--teacher", "x", "--to", "y", "--pca", "2", "--projection", "z"], /are both given; name one/],
  ];
  for (const [argv, message] of refused) {
    await assert.rejects(runCommand(teachCommand, "no-recipe", ...argv), { name: "UsageError", message });
  }
});

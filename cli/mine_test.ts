import assert from "node:assert/strict";
import { join } from "node:path";
import { runCommand, withModel } from "./_test_model.ts";
import { mineCommand } from "./mine.ts";
import { lathe } from "./_test_process.ts";

const PAIRS = [["cat", "cat cat"], ["dog", "dog dog"], ["bird", "bird bird"], ["cat dog", "dog cat cat"]];

/** A recipe over four pairs beside a model of four words. */
async function withRecipe(
  use: (folder: string, model: string, recipe: string) => Promise<void>,
): Promise<void> {
  await withModel(async (folder, model) => {
    const csv = ["question,answer", ...PAIRS.map((pair) => pair.join(","))].join("\n");
    await Deno.writeTextFile(join(folder, "pairs.csv"), csv);
    const recipe = {
      name: "four",
      tokenizer: join(model, "tokenizer.json"),
      model: { dim: 2 },
      datasets: { pairs: { source: join(folder, "pairs.csv") } },
      loss: { kind: "multipleNegativesRanking" },
      training: { learningRate: 0.1, batchSize: 2, epochs: 1 },
    };
    await Deno.writeTextFile(join(folder, "recipe.json"), JSON.stringify(recipe));
    await use(folder, model, join(folder, "recipe.json"));
  });
}

Deno.test("mine writes a data set that a recipe trains on at once, and a record", async () => {
  await withRecipe(async (folder, model, recipe) => {
    const to = join(folder, "mined");
    const mined = await lathe(["mine", recipe, "--model", model, "--negatives", "2", "--to", to]);
    assert.equal(mined.error, "");
    assert.match(
      mined.out,
      /pairs {2}\S+pairs\.parquet, 8 rows\n {2}4 anchors, 4 pairs, 4 documents, 8 negatives\n/,
    );
    assert.match(mined.out, /anchors with 2: 4, 1: 0, 0: 0 of 2\n/);
    assert.match(mined.out, /"cat"\n {4}\+ 1\.0000 {2}"cat cat"\n {4}- 0\.\d{4} {2}"dog cat cat"\n/);
    const record = JSON.parse(await Deno.readTextFile(join(to, "mining.json")));
    assert.deepEqual([record.recipe, record.model, record.format], ["four", model, "triplet"]);
    assert.equal(record.datasets[0].anchors, 4);
    const again = await lathe(["mine", recipe, "--model", model, "--to", to]);
    assert.match(
      again.error,
      /Cannot write negatives to \S+mined: it is not empty \(.+\); name another --to\n/,
    );
    const source = `datasets={"mined":{"source":"${to}/*.parquet"}}`;
    const trained = await lathe(["train", recipe, "--set", source, "--output", join(folder, "run")]);
    assert.equal(trained.code, 0, trained.error);
    const data = JSON.parse(await Deno.readTextFile(join(folder, "run", "data.json")));
    assert.match(JSON.stringify(data), /"negative"/);
  });
});

Deno.test("mine prints JSON, by BM25 too, and leaves out what the recipe holds out", async () => {
  await withRecipe(async (folder, model, recipe) => {
    const to = join(folder, "by-words");
    const held = ["--set", "datasets.pairs.heldOut=1"];
    const { out, error } = await lathe([
      "mine",
      recipe,
      "--bm25",
      "--json",
      "-f",
      "labelled-pair",
      "--negatives",
      "2",
      "--to",
      to,
      ...held,
    ]);
    assert.equal(error, "");
    const { folder: named, datasets: [dataset] } = JSON.parse(out);
    assert.deepEqual([named, dataset.file, dataset.pairs], [to, "pairs.parquet", 3]);
    const rescored = join(folder, "rescored");
    await lathe([
      "mine",
      recipe,
      "--bm25",
      "--rescore",
      model,
      "--margin",
      "0.01",
      "--negatives",
      "1",
      "--to",
      rescored,
    ]);
    const record = JSON.parse(await Deno.readTextFile(join(rescored, "mining.json")));
    assert.ok(record.datasets[0].positiveScores.highest <= 1 + 1e-7);
  });
});

Deno.test("mine refuses what cannot be mined, and leaves no file", async () => {
  await withRecipe(async (folder, model, recipe) => {
    const to = join(folder, "to");
    const refused: [string[], RegExp][] = [
      [[], /nothing is named that searches; give --model MODEL or --bm25$/],
      [["--bm25", "--model", model], /a model and BM25 are both named/],
      [["--bm25", "--anchor-prompt", "query"], /BM25 knows no prompts; /],
      [["--bm25", "--corpus-column", "text"], /no corpus is named; give --corpus SOURCE$/],
      [["--bm25", "--negatives", "many"], /Cannot read --negatives many: it is no whole number from 0/],
      [["--bm25", "--margin", "x"], /Cannot read --margin x: it is no number/],
      [["--bm25", "--sampling", "best"], /write one of top, random$/],
      [["--bm25", "--format", "pairs"], /write one of triplet, n-tuple, /],
      [["--bm25", "--dataset", "pair"], /recipe four has no data set of that name; did you mean pairs\?$/],
      [["--model", join(folder, "none")], /none/],
      [
        ["--model", model, "--margin", "3"],
        /^Cannot mine pairs: the margin is 3; give a number from 0 to 2$/,
      ],
      [
        ["--model", model, "--negatives", "4"],
        /^Cannot mine pairs: 4 negatives are asked for, but there are 4 /,
      ],
      [["--model", model, "--range-min", "3"], /^Cannot mine pairs: the first rank is 3, /],
      [
        ["--model", model, "--set", 'datasets.pairs.columns=["question"]'],
        /it has one column of texts, not a pair/,
      ],
      [["--model", model, "--corpus", join(folder, "pairs.csv")], /several columns and none is called text/],
      [["--model", model, "--set", "datasets.pairs.source=nothing.csv"], /there is no such file/],
    ];
    for (const [argv, message] of refused) {
      await assert.rejects(runCommand(mineCommand, recipe, "--to", to, ...argv), { message }, argv.join(" "));
    }
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["model", "pairs.csv", "recipe.json"]);
  });
});

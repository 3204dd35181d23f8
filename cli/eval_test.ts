import assert from "node:assert/strict";
import { join } from "node:path";
import type { SuiteReport } from "../eval/mod.ts";
import { recipeJson, resolveRecipe } from "../recipes/mod.ts";
import { runCommand, withModel } from "./_test_model.ts";
import { lathe } from "./_test_process.ts";
import { evalCommand } from "./eval.ts";

/** The recipe that a training run would have left beside the model. */
function recipeOf(evaluation: unknown[]): string {
  return recipeJson(resolveRecipe({
    name: "small",
    tokenizer: "tokenizer.json",
    model: { dim: 2 },
    datasets: { animals: { source: "animals.jsonl", columns: ["asked", "found"], heldOut: 2 } },
    loss: { kind: "matryoshka", loss: { kind: "multipleNegativesRanking" }, dims: [1, 2] },
    training: { learningRate: 0.2 },
    evaluation,
  }));
}

async function writeBeir(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "qrels"), { recursive: true });
  const lines = (rows: object[]): string => rows.map((row) => JSON.stringify(row) + "\n").join("");
  await Deno.writeTextFile(
    join(folder, "corpus.jsonl"),
    lines([{ _id: "c", text: "cat" }, { _id: "b", text: "bird" }]),
  );
  await Deno.writeTextFile(join(folder, "queries.jsonl"), lines([{ _id: "q", text: "cat" }]));
  await Deno.writeTextFile(join(folder, "qrels", "test.tsv"), "query-id\tcorpus-id\tscore\nq\tc\t1\n");
}

Deno.test("eval scores the model trained last on the held-out rows of its recipe, at its Matryoshka sizes", async () => {
  await withModel(async (folder, model) => {
    const rows = ["cat", "dog", "bird"].map((word) =>
      JSON.stringify({ asked: word, found: `${word} ${word}` })
    );
    await Deno.writeTextFile(join(folder, "animals.jsonl"), rows.join("\n"));
    await Deno.writeTextFile(join(model, "recipe.json"), recipeOf([{ kind: "heldOutRetrieval" }]));
    await Deno.mkdir(join(folder, "runs"));
    await Deno.writeTextFile(join(folder, "runs", "latest"), `${model}\n`);
    const { code, out, error } = await lathe(["eval"], { cwd: folder });
    assert.deepEqual([code, error], [0, ""]);
    assert.match(out, /^.+, 2 dimensions\n\ncollection +score +1 +2 +BM25\n/);
    assert.match(out, /\nanimals +NDCG@10 +\d\.\d{4} +1\.0000 +1\.0000\n/); // words equal but for their number
  });
});

Deno.test("eval scores a BEIR folder at the sizes asked for, as JSON", async () => {
  await withModel(async (folder, model) => {
    await writeBeir(join(folder, "beir"));
    const argv = ["eval", model, "--benchmark", join(folder, "beir"), "--truncate", "2,1", "--json"];
    const { code, out, error } = await lathe(argv);
    assert.deepEqual([code, error], [0, ""]);
    const report: SuiteReport = JSON.parse(out);
    assert.deepEqual(report.sizes, [1, 2]);
    assert.equal(report.collections[0].name, "beir");
    assert.equal(report.collections[0].sizes[1].metrics["cosine_ndcg@10"], 1);
  });
});

Deno.test("eval says what it lacks", async () => {
  await withModel(async (folder, model) => {
    const run = (...argv: string[]): Promise<void> => runCommand(evalCommand, ...argv);
    await assert.rejects(run(model), /it has no recipe\.json; give --benchmark nanobeir, or a BEIR folder$/);
    await assert.rejects(run(model, "-b", folder, "--truncate", "1,4"), {
      name: "RangeError",
      message: "Cannot score 4 dimensions: the model has 2; truncate to 2 or less",
    });
    await assert.rejects(run(model, "-b", "nanobier"), {
      name: "UsageError",
      message: /did you mean nanobeir\?$/,
    });
    await assert.rejects(run(join(folder, "none"), "-b", folder), /does not exist/);
    await assert.rejects(run(model, "-b", folder), /has no corpus\.jsonl/);
    await Deno.writeTextFile(join(model, "recipe.json"), recipeOf([]));
    await assert.rejects(run(model), /its recipe names no evaluation; give --benchmark/);
    await Deno.writeTextFile(join(model, "recipe.json"), "{");
    await assert.rejects(
      run(model),
      /recipe\.json: it is not JSON; restore it, or give --benchmark and --truncate$/,
    );
    await writeBeir(join(folder, "beir"));
    const scored = await lathe(["eval", model, "-b", join(folder, "beir"), "--truncate", "1"]);
    assert.deepEqual([scored.code, scored.error], [0, ""]);
  });
});

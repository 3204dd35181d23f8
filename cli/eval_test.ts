import assert from "node:assert/strict";
import { join } from "node:path";
import type { ComparedReports, SuiteReport } from "../eval/mod.ts";
import { StaticModel } from "../model/mod.ts";
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

/** A model like another, whose words point elsewhere. */
async function writeOther(model: string, folder: string): Promise<void> {
  const loaded = await StaticModel.load(model);
  const table = Float32Array.from([0, 1, 1, 0.2, 0.1, 1, 0.3, 0.3]);
  const other = StaticModel.create({ table, dim: 2, tokenizer: loaded.tokenizer });
  await other.save(folder);
  loaded.dispose();
}

Deno.test("eval --compare tests models against the first, and sizes against the largest", async () => {
  await withModel(async (folder, model) => {
    await writeBeir(join(folder, "beir"));
    await writeOther(model, join(folder, "other"));
    const argv = ["eval", "--compare", "-b", join(folder, "beir")];
    const { code, out, error } = await lathe([...argv, model, join(folder, "other")]);
    assert.deepEqual([code, error], [0, ""]);
    assert.match(out, /\n.+ against .+: no significant difference; all of it may be noise\.\n/);
    assert.match(out, /\nbeir {8}NDCG@10 +noise +1\.0000 +\d\.\d{4} /);
    const sizes = await lathe([...argv, model, "--truncate", "1,2", "--json"]);
    const { comparisons } = JSON.parse(sizes.out);
    assert.deepEqual(comparisons.map(({ first, second }: ComparedReports) => [first, second]), [[
      "2 dimensions",
      "1 dimensions",
    ]]);
  });
});

Deno.test("eval writes a page and a file of scores, whole and only once", async () => {
  await withModel(async (folder, model) => {
    await writeBeir(join(folder, "beir"));
    const [html, csv] = [join(folder, "scores.html"), join(folder, "scores.csv")];
    const argv = [
      "eval",
      model,
      "-b",
      join(folder, "beir"),
      "--truncate",
      "1,2",
      "--report",
      html,
      "--csv",
      csv,
    ];
    const { code, out, error } = await lathe(argv);
    assert.deepEqual([code, error], [0, ""]);
    assert.match(
      out,
      /\nmedians of 7 runs over 3 texts; model .+; from a process's start to its first vector/,
    );
    const page = await Deno.readTextFile(html);
    for (const id of ["scores", "truncation", "bytes", "speed", "worst"]) {
      assert.match(page, new RegExp(`id="${id}"`));
    }
    assert.match(await Deno.readTextFile(csv), /^subject,baseline,.+\r\n/);
    const again = await lathe(argv);
    assert.equal(again.code, 1);
    assert.match(
      again.error,
      /^Cannot write .+scores\.html: the file exists; name another, or give --force\n$/,
    );
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert.deepEqual(names, ["beir", "model", "scores.csv", "scores.html"]);
  });
});

Deno.test("eval refuses what it cannot do before it does anything", async () => {
  await withModel(async (_, model) => {
    const run = (...argv: string[]): Promise<void> => runCommand(evalCommand, ...argv);
    const refused: [string[], RegExp][] = [
      [[model, "other"], /^Cannot score 2 models at once: other is one too many; give --compare$/],
      [["--compare", model, model], /is named twice; name two different models$/],
      [
        [model, "--precision", "int4"],
        /^Cannot read --precision int4: it is not known; write int8 or binary$/,
      ],
      [[model, "--seed", "x"], /^Cannot read --seed x: it is no whole number from 0/],
      [
        [model, "--report", "/nowhere/a.html"],
        /^Cannot write \/nowhere\/a\.html: its folder does not exist; create it$/,
      ],
    ];
    for (const [argv, message] of refused) await assert.rejects(run(...argv), { message });
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
      message: /did you mean NanoBEIR\?$/,
    });
    await assert.rejects(run(join(folder, "none"), "-b", folder), /does not exist/);
    await Deno.mkdir(join(folder, "empty"));
    await assert.rejects(run(model, "-b", join(folder, "empty")), { name: "RangeError", message: /empty/ });
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

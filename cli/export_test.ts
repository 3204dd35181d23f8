import assert from "node:assert/strict";
import { join } from "node:path";
import { loadModel, StaticModel } from "../model/mod.ts";
import { UsageError } from "./_args.ts";
import { runCommand, withModel } from "./_test_model.ts";
import { exportCommand } from "./export.ts";

Deno.test("export writes the folder with a card from what lies beside the model", async () => {
  await withModel(async (folder, model) => {
    await Deno.writeTextFile(join(model, "run.json"), JSON.stringify({ trainSeconds: 3600 }));
    await Deno.writeTextFile(join(model, "report.json"), JSON.stringify(reportWithItems()));
    await Deno.writeTextFile(join(model, "data.json"), "{ damaged");
    const output = join(folder, "shipped/birds");
    const more = ["--truncate", "1", "--precision", "float16", "--watts", "100"];
    await runCommand(exportCommand, model, "--to", "model2vec", "-o", output, ...more);
    const card = await Deno.readTextFile(join(output, "README.md"));
    for (
      const part of [
        "# birds\n",
        "| dimensions | 1, the first of 2 |",
        "| energy, estimated | 0.10 kWh, at 100 W",
      ]
    ) {
      assert.ok(card.includes(part), part);
    }
    const [, low, high] = /\| questions \| ndcg \| 0.5000 \| (0.\d+) to (0.\d+) \|/.exec(card)!.map(Number);
    // 100 times 0 or 1, half of each: 0.5 +- 1.96 * 0.05
    assert.ok(Math.abs(low - 0.4) < 0.02 && Math.abs(high - 0.6) < 0.02, `${low} to ${high}`);
    const loaded = await StaticModel.load(output);
    assert.deepEqual([...(await loaded.encode(["bird dog"])).data], [2.5]);
    loaded.dispose();
    await assert.rejects(runCommand(exportCommand, model, "--to", "onnx", "-o", output), /it exists/);
  });
});

/** One collection of 100 queries, half of which score 1. */
function reportWithItems(): object {
  const values = Array.from({ length: 100 }, (_, i) => i % 2);
  return {
    collections: [{
      name: "questions",
      mainMetric: "ndcg",
      counts: { queries: 100 },
      items: { unit: "query", ids: values.map((_, i) => String(i)) },
      sizes: [{
        size: 1,
        bytes: 4,
        metrics: { ndcg: 0.5 },
        items: { kind: "mean", values: { ndcg: values } },
      }],
    }],
  };
}

Deno.test("export writes every format", async () => {
  await withModel(async (folder, model) => {
    const files = {
      "sentence-transformers": "modules.json",
      model2vec: "config.json",
      onnx: "model.onnx",
      transformersjs: "onnx/model.onnx",
    };
    for (const [format, file] of Object.entries(files)) {
      await runCommand(exportCommand, model, "--to", format, "-o", join(folder, format));
      assert.ok((await Deno.stat(join(folder, format, file))).isFile);
    }
  });
});

Deno.test("export lets tokens share rows", async () => {
  await withModel(async (folder, model) => {
    const output = join(folder, "shared");
    await runCommand(exportCommand, model, "--to", "model2vec", "--vocabulary", "2", "-o", output);
    const { rows, mapping } = await loadModel(output);
    assert.deepEqual([rows, mapping?.length], [2, 4]);
    const toSentenceTransformers = [
      "--to",
      "sentence-transformers",
      "--vocabulary",
      "2",
      "-o",
      join(folder, "x"),
    ];
    await assert.rejects(
      runCommand(exportCommand, model, ...toSentenceTransformers),
      /ignores this model's row numbers/,
    );
  });
});

Deno.test("export says what is wrong with its options", async () => {
  const wrong: [string[], RegExp][] = [
    [["-o", "x"], /--to is missing; choose one of sentence-transformers, /],
    [["--to", "keras", "-o", "x"], /--to keras is not known/],
    [["--to", "onnx"], /--output is missing/],
    [["--to", "onnx", "-o", "x", "--precision", "int4"], /--precision int4 is not known/],
    [["--to", "onnx", "-o", "x", "--truncate", "32,64"], /one size/],
    [["--to", "onnx", "-o", "x", "--vocabulary", "0"], /--vocabulary 0/],
    [["--to", "onnx", "-o", "x", "--watts", "0"], /--watts 0/],
  ];
  for (const [argv, message] of wrong) {
    await assert.rejects(runCommand(exportCommand, "model", ...argv), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
});

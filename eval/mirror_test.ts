import assert from "node:assert/strict";
import { Hub } from "../hub/mod.ts";
import { StaticModel } from "../model/mod.ts";
import { testMirror } from "../model/_mirror.ts";
import { beir, classification, nanoBeir, sts, translation } from "./evaluation_records.ts";
import { loadEvaluations } from "./load_evaluations.ts";
import { randomBaseline } from "./random_baseline.ts";
import { evaluateSuite } from "./suite.ts";

const mirror = testMirror();
const SETS = "hf://datasets/lathe-data";

Deno.test({
  name:
    "evaluateSuite: a trained model of 16 dimensions on the mirror is better than a random table, everywhere",
  ignore: mirror === undefined,
  fn: async () => {
    const model = await StaticModel.load(`${mirror}/models/lathe-data/static-16`);
    const collections = await loadEvaluations([
      nanoBeir({ source: `${SETS}/NanoBEIR-mini` }),
      beir({ path: `${SETS}/scifact` }),
      sts({ source: `${SETS}/stsb`, config: "en" }),
      classification({ source: `${SETS}/banking77`, draws: 2 }),
      translation({
        source: `${SETS}/parallel-sentences-tatoeba`,
        config: "all",
        split: "train",
        columns: { source: "english", target: "non_english" },
        where: { language: "deu" },
        take: 300,
      }),
    ], { hub: new Hub({ mirror }) });
    const report = await evaluateSuite({ name: "static-16", encoder: model.encoder() }, collections, {
      truncate: [4, 16],
      baselines: [randomBaseline(model.tokenizer, { dim: 16 })],
      precisions: ["int8", "binary"],
    });
    model.dispose();
    for (const { name, kind, mainMetric, sizes, baselines, quantized = [] } of report.collections) {
      const [small, full] = sizes.map(({ metrics }) => metrics[mainMetric]!);
      // An English model knows no German: translations are found by chance.
      if (kind !== "translation") {
        assert.ok(full > baselines[0].metrics[mainMetric]!, `${name}: ${full}`);
        assert.ok(full > small, `${name}: ${small}, ${full}`);
      }
      // 8 bits a number lose next to nothing.
      const int8 = quantized.filter(({ precision, size }) => precision === "int8" && size === 16);
      for (const { metrics } of int8) assert.ok(Math.abs(metrics[mainMetric]! - full) < 0.03, name);
    }
    assert.deepEqual(report.means.map(({ benchmark, collections }) => [benchmark, collections]), [[
      "NanoBEIR-mini",
      2,
    ]]);
    assert.ok(!JSON.stringify(report).includes("NaN"));
  },
});

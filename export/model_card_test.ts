import assert from "node:assert/strict";
import type { CardRecords } from "./card_records.ts";
import { type CardContent, modelCard } from "./model_card.ts";

const RECORDS: CardRecords = {
  run: {
    steps: 160,
    trainSeconds: 7200,
    device: "cpu: 2 threads",
    seed: 12,
    environment: { lathe: "0.1.0", machine: "linux x86_64, 2 cores" },
  },
  report: {
    collections: [{
      name: "a|b",
      mainMetric: "ndcg",
      counts: { queries: 1500 },
      sizes: [{ size: 16, metrics: { ndcg: 0.5 } }, { size: 64, metrics: { ndcg: 0.75 } }, {
        size: 256,
        metrics: { ndcg: null },
      }],
      baselines: [{ name: "bm25", mainMetric: "bm25_ndcg", metrics: { bm25_ndcg: 0.25 } }],
    }],
  },
  recipe: {
    name: "toy",
    model: { init: { from: "/home/me/secret/start" } },
    datasets: {
      pairs: { source: "hf://datasets/owner/pairs/part", config: "en" },
      own: { source: "/home/me/secret/rows.jsonl" },
    },
    loss: { kind: "matryoshka", loss: { kind: "gist", scale: 20 }, dims: [16, 64] },
    training: { batchSize: 256, maxSteps: null },
  },
  data: { datasets: { pairs: { kept: 5000, heldOut: 10, columns: [{ tokens: 700 }, { tokens: 300 }] } } },
};

const CONTENT: CardContent = {
  name: "toy model",
  format: "sentence-transformers",
  precision: "float32",
  dim: 64,
  fullDim: 256,
  vocabSize: 12_000,
  rows: 12_000,
  normalize: true,
  dropUnknown: false,
  records: RECORDS,
};

function assertHas(card: string, lines: readonly string[]): void {
  for (const line of lines) assert.ok(card.split("\n").includes(line), `${line}\n\nis not in\n\n${card}`);
}

Deno.test("modelCard tells scores at the model's size, the curve, recipe, data, cost and energy", () => {
  const card = modelCard({ ...CONTENT, watts: 50, interval: () => [0.7, 0.8] });
  assertHas(card, [
    "# toy model",
    "- owner/pairs",
    "| dimensions | 64, the first of 256 |",
    "| set | score | model | 95 % interval | bm25 | items |",
    "| a\\|b | ndcg | 0.7500 | 0.7000 to 0.8000 | 0.2500 | 1,500 queries |",
    "| 16 | 0.5000 |",
    "| 64 | 0.7500 |",
    "| loss | matryoshka (loss gist (scale 20); dims 16, 64) |",
    "| batchSize | 256 |",
    "| pairs | hf://datasets/owner/pairs/part, en | 5,000 | 10 | 1,000 |",
    "| hardware | linux x86_64, 2 cores; cpu: 2 threads |",
    "| training time | 2.0 hours |",
    "| energy, estimated | 0.10 kWh, at 50 W for all of that time |",
  ]);
  assert.ok(!card.includes("maxSteps"));
  assert.ok(!card.includes("| 256 |  |"), "sizes that the model no longer has are left out");
});

Deno.test("modelCard tells nothing of paths on somebody's machine", () => {
  const card = modelCard(CONTENT);
  assert.ok(!card.includes("secret") && !card.includes("/home"), card);
  assertHas(card, ["| own | rows.jsonl |  |  |  |", "| start | from start |"]);
  const datasets = {
    a: { source: "file:///home/me/rows.jsonl" },
    b: { source: "https://me:pass@secret/rows.csv" },
  };
  const other = modelCard({ ...CONTENT, records: { recipe: { datasets } } });
  assertHas(other, ["| a | rows.jsonl |  |  |  |", "| b | rows.csv |  |  |  |"]);
});

Deno.test("modelCard without records, or with records of another version, is a card without those sections", () => {
  const bare = modelCard({ ...CONTENT, records: {} });
  assert.deepEqual(bare.match(/^##? .*/gm), ["# toy model", "## How to load it"]);
  const strange = {
    report: { collections: [{ sizes: 3 }, null, { sizes: [{}] }] },
    data: { datasets: { x: { columns: 1 } } },
  };
  const card = modelCard({ ...CONTENT, records: strange as unknown as CardRecords });
  assert.deepEqual(card.match(/^##? .*/gm), ["# toy model", "## How to load it", "## Data"]);
});

Deno.test("modelCard names the transformer of the hub that a model was distilled from, or began with", () => {
  const cardOf = (records: CardRecords): string => modelCard({ ...CONTENT, records });
  const distilled = cardOf({ distill: { teacher: "hf://models/owner/teacher@main" } });
  assertHas(distilled, ["base_model: owner/teacher"]);
  assert.match(distilled, /Distilled from owner\/teacher with Lathe, without training\./);
  const local = cardOf({ distill: { teacher: "/home/me/secret" } });
  assert.match(local, /Distilled with Lathe, without training\./);
  assert.ok(!local.includes("base_model") && !local.includes("secret"), local);
  const begun = cardOf({ recipe: { model: { init: { distill: "hf://models/owner/teacher" } } } });
  assertHas(begun, ["base_model: owner/teacher"]);
  assert.match(begun, /Trained with Lathe\./);
  assert.ok(!cardOf({ recipe: { model: { init: "normal" } } }).includes("base_model"));
});

Deno.test("modelCard says for every format how it is loaded, and what differs there", () => {
  const cardOf = (changes: Partial<CardContent>): string => modelCard({ ...CONTENT, ...changes });
  assert.match(cardOf({}), /SentenceTransformer\([^]*Model2Vec leaves unknown tokens out/);
  assert.match(cardOf({ dropUnknown: true }), /Sentence Transformers counts unknown tokens/);
  assert.match(cardOf({ format: "model2vec" }), /library_name: model2vec\n/);
  assert.match(cardOf({ format: "onnx" }), /onnxruntime.InferenceSession/);
  assert.match(cardOf({ format: "transformersjs" }), /pipeline\("feature-extraction"[^]*normalize: true/);
  assert.match(cardOf({ rows: 500 }), /\| table \| float32; 500 rows, shared by the tokens \|/);
  assert.match(
    cardOf({ precision: "int8" }),
    /Measured with the float32 table, before it was stored as int8/,
  );
});

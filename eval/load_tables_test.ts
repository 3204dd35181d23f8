import assert from "node:assert/strict";
import { Hub } from "../hub/mod.ts";
import { lines, withFiles } from "./_test_folder.ts";
import {
  benchmark,
  classification,
  pairClassification,
  paraphraseMining,
  reranking,
  sts,
  teacherVectors,
  translation,
  triplets,
} from "./evaluation_records.ts";
import type { EvaluationSpec } from "./evaluation_spec.ts";
import { loadEvaluations } from "./load_evaluations.ts";

const load = async (spec: EvaluationSpec, baseFolder: string) =>
  (await loadEvaluations([spec], { baseFolder }))[0];

Deno.test("loadEvaluations: labelled pairs, triplets and translations from files", () =>
  withFiles({
    "pairs.jsonl": lines({ sentence1: "a", sentence2: "b", label: 1 }, {
      sentence1: "c",
      sentence2: "d",
      label: 0,
    }),
    "triplets.jsonl": lines({ query: "a", positive: "b", negative: "c" }),
    "words.csv": "english,non_english,language\ndog,Hund,deu\ndog,chien,fra\ncat,Katze,deu\n",
  }, async (folder) => {
    assert.deepEqual(await load(pairClassification({ source: "pairs.jsonl" }), folder), {
      kind: "pairClassification",
      name: "pairs",
      benchmark: "pairs",
      first: ["a", "c"],
      second: ["b", "d"],
      labels: [1, 0],
    });
    const named = { name: "three", benchmark: "mine", mainMetric: "dot_accuracy" };
    assert.deepEqual(await load(triplets({ source: "triplets.jsonl", ...named }), folder), {
      kind: "triplets",
      ...named,
      anchors: ["a"],
      positives: ["b"],
      negatives: ["c"],
    });
    const german = translation({ source: "words.csv", where: { language: "deu" }, take: 1 });
    assert.deepEqual(await load(german, folder), {
      kind: "translation",
      name: "words",
      benchmark: "words",
      source: ["dog"],
      target: ["Hund"],
    });
  }));

Deno.test("loadEvaluations: labelled texts of a folder, of the training rows only those that are drawn", () =>
  withFiles({
    "intents/train.csv": "text,category\na1,a\na2,a\na3,a\nb1,b\n",
    "intents/test.csv": "text,category\na4,a\nb2,b\n",
  }, async (folder) => {
    const spec = classification({ source: "intents", samplesPerLabel: 1, draws: 2 });
    const loaded = await load(spec, folder);
    if (loaded.kind !== "classification") throw new assert.AssertionError({ message: loaded.kind });
    const { draws, trainLabels, trainTexts, testTexts, testLabels } = loaded;
    assert.deepEqual([loaded.name, testTexts, testLabels], ["intents", ["a4", "b2"], ["a", "b"]]);
    assert.deepEqual(draws.map((rows) => rows.map((row) => trainLabels[row]).sort()), [["a", "b"], [
      "a",
      "b",
    ]]);
    assert.ok(trainTexts.length <= 3 && trainTexts.every((text, i) => text[0] === trainLabels[i]));
  }));

Deno.test("loadEvaluations: candidates, paraphrases and a teacher's vectors", () =>
  withFiles({
    "lists.jsonl": lines({ query: "q", positive: ["a"], negative: ["b", "c"] }),
    "same.jsonl": lines({ sentence1: "a", sentence2: "b" }, { sentence1: "b", sentence2: "c" }, {
      sentence1: "d",
      sentence2: "d",
    }),
    "vectors.jsonl": lines({ text: "a", vector: [1, 2] }, { text: "b", vector: [3, 4] }),
    "ragged.jsonl": lines({ text: "a", vector: [1, 2] }, { text: "b", vector: "3 4" }),
  }, async (folder) => {
    assert.deepEqual(await load(reranking({ source: "lists.jsonl" }), folder), {
      kind: "reranking",
      name: "lists",
      benchmark: "lists",
      queries: ["q"],
      candidates: [["a", "b", "c"]],
      grades: [[1, 0, 0]],
    });
    assert.deepEqual(await load(paraphraseMining({ source: "same.jsonl" }), folder), {
      kind: "paraphraseMining",
      name: "same",
      benchmark: "same",
      texts: ["a", "b", "c", "d"],
      duplicates: [[0, 1], [1, 2]],
      notes: ["1 pairs of one and the same text do not count"],
    });
    const vectors = await load(teacherVectors({ source: "vectors.jsonl" }), folder);
    assert.deepEqual(vectors.kind === "mse" && [...vectors.vectors.data], [1, 2, 3, 4]);
    await assert.rejects(
      load(teacherVectors({ source: "ragged.jsonl" }), folder),
      /ragged\.jsonl: row 2 has no list of numbers as its vector; give one$/,
    );
  }));

Deno.test("loadEvaluations: columns by other names, and whole columns in one row, as old data sets have them", () =>
  withFiles({
    "old.jsonl": lines({ sent1: ["a", "b"], sent2: ["c", "d"], labels: [1, 0] }),
    "klue.jsonl": lines({ sentence1: "a", sentence2: "b", labels: { label: 3.5, "binary-label": 1 } }),
    "own.jsonl": lines({ left: "a", right: "b", gold: "1" }),
  }, async (folder) => {
    const old = await load(pairClassification({ source: "old.jsonl" }), folder);
    assert.deepEqual(old.kind === "pairClassification" && [old.first, old.labels], [["a", "b"], [1, 0]]);
    const klue = await load(sts({ source: "klue.jsonl" }), folder);
    assert.deepEqual(klue.kind === "similarity" && klue.scores, [3.5]);
    const columns = { first: "left", second: "right", label: "gold" };
    const own = await load(pairClassification({ source: "own.jsonl", columns }), folder);
    assert.deepEqual(own.kind === "pairClassification" && own.labels, [1]);
    await assert.rejects(
      load(pairClassification({ source: "own.jsonl" }), folder),
      /it has no column sentence1 or .*, only left, right, gold; name the column, as in "columns": \{ "first": "\.\.\." \}$/,
    );
  }));

Deno.test("loadEvaluations: what a table lacks is said in one sentence", () =>
  withFiles({
    "pairs.jsonl": lines({ sentence1: "a", sentence2: "b", label: 2 }),
    "holes.jsonl": lines({ sentence1: "a", sentence2: null, label: 1 }),
    "sets/de/test.jsonl": lines({ sentence1: "a", sentence2: "b", score: 1 }),
  }, async (folder) => {
    await assert.rejects(
      load(pairClassification({ source: "pairs.jsonl" }), folder),
      /row 1 has the label '2'; give 1 for pairs that belong together, 0 for others$/,
    );
    await assert.rejects(
      load(pairClassification({ source: "holes.jsonl" }), folder),
      /row 1 has nothing where a text should be; give a text$/,
    );
    await assert.rejects(
      load(sts({ source: "sets", config: "fr" }), folder),
      /it has no configuration 'fr' with split 'test', only de\/test\.jsonl; name one of these$/,
    );
    await assert.rejects(
      load(sts({ source: "sets", split: "train" }), folder),
      /it has no split 'train', only/,
    );
    const found = await load(sts({ source: "sets", config: "de" }), folder);
    assert.equal(found.name, "sets-de");
    await assert.rejects(
      load(classification({ source: "pairs.jsonl" }), folder),
      /a classifier needs training rows beside .*; give a folder with train and test files, or a data set/,
    );
  }));

Deno.test("loadEvaluations: a benchmark that is not downloaded while offline names the command that fetches it", () =>
  withFiles({ "hub/empty": "" }, async (folder) => {
    const hub = new Hub({ offline: true, cacheFolder: `${folder}/hub` });
    await assert.rejects(
      loadEvaluations([benchmark("STSBenchmark")], { hub }),
      /fetch it with: hf download --repo-type dataset mteb\/stsbenchmark-sts --revision b0fddb\w+$/,
    );
    await assert.rejects(
      loadEvaluations([benchmark("NanoArguAna")], { hub }),
      /fetch it with: hf download --repo-type dataset zeta-alpha-ai\/NanoArguAna --revision \w+$/,
    );
  }));

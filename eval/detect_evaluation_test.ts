import assert from "node:assert/strict";
import { Hub } from "../hub/mod.ts";
import { testMirror } from "../model/_mirror.ts";
import { lines, withFiles } from "./_test_folder.ts";
import { detectEvaluation } from "./detect_evaluation.ts";

const JUDGED = {
  "beir/corpus.jsonl": lines({ _id: "1", text: "a" }),
  "beir/queries.jsonl": lines({ _id: "q", text: "a" }),
  "beir/qrels/dev.tsv": "query-id\tcorpus-id\tscore\nq\t1\t1\n",
  "nano/corpus/NanoOne.jsonl": lines({ _id: "1", text: "a" }),
  "nano/queries/NanoOne.jsonl": lines({ _id: "q", text: "a" }),
  "nano/qrels/NanoOne.jsonl": lines({ "query-id": "q", "corpus-id": "1" }),
};
const TABLES = {
  "sts.csv": "sentence1,sentence2,score\na,b,1\n",
  "labelled.csv": "sentence1,sentence2,label\na,b,1\n",
  "triplets.csv": "anchor,positive,negative\na,b,c\n",
  "lists.jsonl": lines({ query: "q", positive: ["a"], negative: ["b"] }),
  "translations.tsv": "english\tnon_english\na\tb\n",
  "teacher.jsonl": lines({ text: "a", embedding: [1] }),
  "intents/train.csv": "text,category\na,x\nb,y\n",
  "intents/test.csv": "text,category\na,x\n",
  "stsb/de/test.csv": "sentence1,sentence2,score\na,b,1\n",
  "stsb/en/test.csv": "sentence1,sentence2,score\na,b,1\n",
  "other.csv": "x,y\n1,2\n",
};

Deno.test("detectEvaluation tells the layouts of judged collections apart", () =>
  withFiles(JUDGED, async (baseFolder) => {
    assert.deepEqual(await detectEvaluation("beir", { baseFolder }), [{
      kind: "beir",
      path: "beir",
      split: "dev",
    }]);
    assert.deepEqual(await detectEvaluation("nano", { baseFolder }), [{ kind: "nanoBeir", source: "nano" }]);
  }));

Deno.test("detectEvaluation tells tables apart by their columns", () =>
  withFiles(TABLES, async (baseFolder) => {
    const kinds: Record<string, string> = {
      "sts.csv": "sts",
      "labelled.csv": "pairClassification",
      "triplets.csv": "triplets",
      "lists.jsonl": "reranking",
      "translations.tsv": "translation",
      "teacher.jsonl": "teacherVectors",
      intents: "classification",
    };
    for (const [source, kind] of Object.entries(kinds)) {
      assert.deepEqual(await detectEvaluation(source, { baseFolder }), [{ kind, source, config: null }]);
    }
    const folders = await detectEvaluation("stsb", { baseFolder });
    assert.deepEqual(folders, ["de", "en"].map((config) => ({ kind: "sts", source: "stsb", config })));
    await assert.rejects(
      detectEvaluation("other.csv", { baseFolder }),
      /Cannot score other\.csv: its columns are x, y; give a BEIR folder, or columns such as sentence1, /,
    );
  }));

Deno.test("detectEvaluation knows benchmarks by name, in any case and some languages", async () => {
  assert.deepEqual(await detectEvaluation("nanobeir"), [{ kind: "benchmark", name: "nanobeir" }]);
  assert.deepEqual(await detectEvaluation("STS:en,de"), [{
    kind: "benchmark",
    name: "STS",
    languages: ["en", "de"],
  }]);
  await assert.rejects(
    detectEvaluation("nothing"),
    /Cannot find benchmark nothing: it is no folder, no file, .*; choose one of NanoBEIR, BEIR, STS, /,
  );
});

const mirror = testMirror();

Deno.test({
  name: "detectEvaluation: the data sets of the mirror",
  ignore: mirror === undefined,
  fn: async () => {
    const hub = new Hub({ mirror });
    const kinds = async (name: string) =>
      (await detectEvaluation(`hf://datasets/lathe-data/${name}`, { hub })).map(({ kind }) => kind);
    assert.deepEqual(await kinds("NanoBEIR-mini"), ["nanoBeir"]);
    assert.deepEqual(await kinds("scifact"), ["beir"]);
    assert.deepEqual(await kinds("stsb"), Array(6).fill("sts"));
    assert.deepEqual(await kinds("banking77"), ["classification"]);
    const folder = await detectEvaluation(`${mirror}/datasets/lathe-data/NanoBEIR-mini`);
    assert.equal(folder[0].kind, "nanoBeir");
  },
});

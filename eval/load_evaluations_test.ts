import { Hub } from "../hub/mod.ts";
import assert from "node:assert/strict";
import { testMirror } from "../model/_mirror.ts";
import { lines, withFiles } from "./_test_folder.ts";
import { collectionTexts, type RetrievalCollection, type SimilarityPairs } from "./collection.ts";
import { beir, heldOutRetrieval, nanoBeir, sts } from "./evaluation_records.ts";
import type { EvaluationSpec } from "./evaluation_spec.ts";
import { heldOutCollection } from "./held_out_collection.ts";
import { type EvaluationSources, loadEvaluations } from "./load_evaluations.ts";

const loadOne = async <T>(spec: EvaluationSpec, sources: EvaluationSources): Promise<T> =>
  (await loadEvaluations([spec], sources))[0] as T;

const BEIR = {
  "tiny/corpus.jsonl": lines({ _id: "1", title: "Cats", text: "They purr." }, {
    _id: "2",
    title: "",
    text: "Dogs",
  }),
  "tiny/queries.jsonl": lines({ _id: "q1", text: "purring" }, { _id: "q2", text: "of another split" }),
  "tiny/qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\t1\t2\nq1\t2\t0\n",
  "tiny/qrels/train.tsv": "query-id\tcorpus-id\tscore\nq2\t2\t1\n",
};

Deno.test("loadEvaluations: a BEIR folder, title before text, only the split's queries", () =>
  withFiles(BEIR, async (baseFolder) => {
    const collection = await loadOne<RetrievalCollection>(beir({ path: "tiny" }), { baseFolder });
    assert.deepEqual(collection, {
      kind: "retrieval",
      name: "tiny",
      benchmark: "BEIR",
      queryIds: ["q1"],
      queryTexts: ["purring"],
      documentIds: ["1", "2"],
      documentTexts: ["Cats They purr.", "Dogs"],
      qrels: new Map([["q1", new Map([["1", 2], ["2", 0]])]]),
      excludeSameId: true,
      definitions: "trec",
    });
    const train = await loadOne<RetrievalCollection>(beir({ path: "tiny", split: "train" }), { baseFolder });
    assert.deepEqual([train.name, train.queryIds], ["tiny-train", ["q2"]]);
  }));

Deno.test("loadEvaluations: what a BEIR folder lacks is named", () =>
  withFiles({
    ...BEIR,
    "bad/corpus.jsonl": lines({ key: 1 }),
    "bad/queries.jsonl": "",
    "bad/qrels/test.tsv": "",
  }, async (baseFolder) => {
    const load = (path: string, split?: string) => loadEvaluations([beir({ path, split })], { baseFolder });
    await assert.rejects(load("tiny", "dev"), /no split 'dev'; choose one of test, train/);
    await assert.rejects(load("gone"), /gone: it is no folder that can be read; check the path$/);
    await assert.rejects(
      load("tiny/qrels"),
      /it has no corpus.jsonl, no queries.jsonl, no qrels, only test.tsv, train.tsv;/,
    );
    await assert.rejects(load("bad"), /corpus.jsonl: row 1 has no '_id'; its columns are key/);
  }));

Deno.test("loadEvaluations: pairs with scores from a file", () =>
  withFiles({ "pairs.csv": "sentence1,sentence2,score\na b,a c,2.5\nx,y,0\n" }, async (baseFolder) => {
    const pairs = await loadOne<SimilarityPairs>(sts({ source: "pairs.csv" }), { baseFolder });
    assert.deepEqual(pairs, {
      kind: "similarity",
      name: "pairs",
      benchmark: "pairs",
      first: ["a b", "x"],
      second: ["a c", "y"],
      scores: [2.5, 0],
    });
  }));

Deno.test("heldOutCollection: different texts once, repeated anchors have several relevant documents", () => {
  const pairs = { name: "mine", anchors: ["a", "b", "a", "c"], positives: ["x", "x", "y", "z"] };
  const collection = heldOutCollection(pairs, { limit: 3 });
  assert.deepEqual(collection.queryTexts, ["a", "b"]);
  assert.deepEqual(collection.documentTexts, ["x", "y"]);
  assert.deepEqual(
    collection.qrels,
    new Map([["q0", new Map([["d0", 1], ["d1", 1]])], ["q1", new Map([["d0", 1]])]]),
  );
});

Deno.test("loadEvaluations: held-out rows, one collection a data set; without any it says what to do", async () => {
  const heldOut = [{ name: "mine", anchors: ["a", "b"], positives: ["x", "y"] }];
  const collection = await loadOne<RetrievalCollection>(heldOutRetrieval({ limit: 1 }), { heldOut });
  assert.deepEqual([collection.name, collection.queryTexts], ["mine", ["a"]]);
  await assert.rejects(
    loadEvaluations([heldOutRetrieval()]),
    /no data set holds rows out; set heldOut on one/,
  );
});

Deno.test("the constructors give plain tagged data that survives JSON", () => {
  const specs = [
    nanoBeir(),
    beir({ path: "x" }),
    sts({ source: "s", config: "en" }),
    heldOutRetrieval({ limit: 5 }),
  ];
  assert.deepEqual(JSON.parse(JSON.stringify(specs)), specs);
  assert.deepEqual(specs.map(({ kind }) => kind), ["nanoBeir", "beir", "sts", "heldOutRetrieval"]);
});

const mirror = testMirror();

Deno.test({
  name: "loadEvaluations: NanoBEIR-style configurations, STS and BEIR from the mirror",
  ignore: mirror === undefined,
  fn: async () => {
    const source = "hf://datasets/lathe-data/NanoBEIR-mini";
    const loaded = await loadEvaluations([
      nanoBeir({ source }),
      nanoBeir({ source, collections: ["NanoSciFact"] }),
      sts({ source: "hf://datasets/lathe-data/stsb", config: "de" }),
      beir({ path: `${mirror}/datasets/lathe-data/scifact` }),
    ], { hub: new Hub({ mirror }) });
    const shapes = loaded.map((collection) =>
      collection.kind === "retrieval"
        ? [collection.name, collection.queryIds.length, collection.documentIds.length]
        : [collection.name, collectionTexts(collection).length / 2]
    );
    assert.deepEqual(shapes, [
      ["NanoCranfield", 225, 1398],
      ["NanoSciFact", 50, 2900],
      ["NanoSciFact", 50, 2900],
      ["stsb-de", 1379],
      ["scifact", 300, 5183],
    ]);
    const missing = nanoBeir({ source, collections: ["NanoMSMARCO"] });
    await assert.rejects(loadEvaluations([missing], { hub: new Hub({ mirror }) }), /NanoCranfield/);
  },
});

Deno.test("loadEvaluations: a score that is empty or no number is refused, not taken as 0", () =>
  withFiles({
    ...BEIR,
    "blank/corpus.jsonl": BEIR["tiny/corpus.jsonl"],
    "blank/queries.jsonl": BEIR["tiny/queries.jsonl"],
    "blank/qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\t1\t1\nq1\t2\t\n",
    "blank.csv": "sentence1,sentence2,score\na,b,1\na,c,\n",
    "words.csv": "sentence1,sentence2,score\na,b,much\n",
    "none.csv": "sentence1,sentence2,score\n",
    "list.jsonl": lines({ sentence1: ["a"], sentence2: "b", score: 1 }),
  }, async (baseFolder) => {
    const load = (spec: EvaluationSpec) => loadEvaluations([spec], { baseFolder });
    await assert.rejects(load(beir({ path: "blank" })), /test\.tsv: row 2 has the score ''; give a number$/);
    await assert.rejects(
      load(sts({ source: "blank.csv" })),
      /blank\.csv: row 2 has the score ''; give a number$/,
    );
    await assert.rejects(load(sts({ source: "words.csv" })), /row 1 has the score 'much'; give a number$/);
    await assert.rejects(
      load(sts({ source: "none.csv" })),
      /none\.csv: it has no rows; give a split with rows$/,
    );
    await assert.rejects(
      load(sts({ source: "list.jsonl" })),
      /list\.jsonl: it has a list where a text or number should be; give one a row$/,
    );
  }));

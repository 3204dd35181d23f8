import assert from "node:assert/strict";
import { testMirror } from "../model/_mirror.ts";
import { BENCHMARK_TASKS, BENCHMARKS, expandBenchmark } from "./benchmarks.ts";
import { benchmark } from "./evaluation_records.ts";

const namesOf = (name: string, languages?: string[]) =>
  expandBenchmark(benchmark(name, { languages })).map((spec) => "name" in spec ? spec.name : undefined);

Deno.test("expandBenchmark: every task of every benchmark is known and has a pinned revision", () => {
  const names = new Set(BENCHMARK_TASKS.map(({ name }) => name));
  assert.equal(names.size, BENCHMARK_TASKS.length);
  for (const [name, tasks] of Object.entries(BENCHMARKS)) {
    assert.deepEqual(tasks.filter((task) => !names.has(task)), [], name);
    for (const spec of expandBenchmark(benchmark(name))) {
      const address = "source" in spec ? spec.source : "path" in spec ? spec.path : undefined;
      assert.match(address!, /^hf:\/\/datasets\/[^/]+\/[^/]+@[0-9a-f]{40}$/);
    }
  }
});

Deno.test("expandBenchmark: NanoBEIR as the reference scores it, BEIR as BEIR does", () => {
  const nano = expandBenchmark(benchmark("nanobeir"));
  assert.equal(nano.length, 13);
  assert.deepEqual(nano[0], {
    kind: "beir",
    path: "hf://datasets/zeta-alpha-ai/NanoArguAna@8f4a982d470a32c45817738b9d29042ca55d75ad",
    split: "train",
    config: null,
    name: "NanoArguAna",
    benchmark: "NanoBEIR",
    mainMetric: "cosine_ndcg@10",
    excludeSameId: false,
    definitions: "reference",
  });
  const [arguana] = expandBenchmark(benchmark("BEIR"));
  assert.deepEqual("excludeSameId" in arguana, false);
});

Deno.test("expandBenchmark: languages by two letters, three, or with a script; pairs of languages need both", () => {
  assert.deepEqual(namesOf("STS17", ["en", "deu"]), ["STS17-en-de", "STS17-en-en"]);
  assert.deepEqual(namesOf("STSBenchmarkMultilingualSTS", ["rus-Cyrl"]), ["STSBenchmarkMultilingualSTS-ru"]);
  assert.deepEqual(namesOf("BitextMining", ["de"]), ["Tatoeba-deu-eng"]);
  assert.ok(namesOf("MTEB(kor, v1)").includes("KLUE-STS"));
  assert.ok(namesOf("MTEB(deu, v1)").every((name) => !name?.endsWith("-en")));
});

Deno.test("expandBenchmark: what a task says of its classifiers and its main score", () => {
  const [emotion] = expandBenchmark(benchmark("EmotionClassification"));
  assert.deepEqual(emotion.kind === "classification" && [emotion.samplesPerLabel, emotion.mainMetric], [
    16,
    "accuracy",
  ]);
  const [iflytek] = expandBenchmark(benchmark("IFlyTek"));
  assert.equal(iflytek.kind === "classification" && iflytek.draws, 5);
  const mains = ["AskUbuntuDupQuestions", "MIRACLReranking", "TwitterSemEval2015"].map((name) => {
    const [spec] = expandBenchmark(benchmark(name));
    return "mainMetric" in spec ? spec.mainMetric : undefined;
  });
  assert.deepEqual(mains, ["map", "ndcg@10", "max_ap"]);
});

Deno.test("expandBenchmark says what there is", () => {
  assert.throws(() => namesOf("Nonsense"), /no such benchmark or task; choose one of NanoBEIR, BEIR, STS, /);
  assert.throws(
    () => namesOf("STSBenchmark", ["de"]),
    /Cannot score STSBenchmark in de: it is in en; choose of these/,
  );
  assert.throws(
    () => namesOf("STS", ["german!"]),
    /the language 'german!': it is no code of a language; write it as/,
  );
});

const mirror = testMirror();

Deno.test({
  name: "the table of tasks is that of the facts",
  ignore: mirror === undefined,
  fn: async () => {
    const facts = JSON.parse(await Deno.readTextFile(`${mirror}/../facts/benchmarks.json`));
    const known = new Map(BENCHMARK_TASKS.map((task) => [task.name, task]));
    assert.equal(BENCHMARK_TASKS.length, facts.tasks.length + 1);
    for (const task of facts.tasks) {
      const own = known.get(task.name)!;
      assert.deepEqual(
        [own.type, own.dataset, own.revision, own.config ?? null, own.languages, own.mainScore],
        [task.type, task.dataset, task.revision, task.config, task.eval_langs, task.main_score],
      );
      if (Array.isArray(task.eval_splits)) assert.deepEqual(own.splits, task.eval_splits);
    }
    for (const [name, tasks] of Object.entries(facts.benchmarks)) assert.deepEqual(BENCHMARKS[name], tasks);
  },
});

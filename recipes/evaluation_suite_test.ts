import assert from "node:assert/strict";
import { benchmark, classification, nanoBeir, sts } from "../eval/mod.ts";
import { loadSuite } from "./evaluation_suite.ts";

async function withSuite(text: string, test: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, text);
    await test(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("loadSuite reads the records of an evaluation and fills in what is left out", async () => {
  const evaluation = [
    benchmark("STS", { languages: ["en", "de"] }),
    sts({ source: "pairs.csv" }),
    classification({ source: "intents", draws: 3 }),
    nanoBeir({ excludeSameId: true }),
  ];
  await withSuite(JSON.stringify({ name: "mine", evaluation }), async (path) => {
    const [public_, pairs, intents, nano] = await loadSuite(path);
    assert.deepEqual(public_, { kind: "benchmark", name: "STS", languages: ["en", "de"] });
    assert.deepEqual(pairs, {
      kind: "sts",
      source: "pairs.csv",
      config: null,
      split: null,
      name: null,
      benchmark: null,
      mainMetric: null,
      columns: null,
      where: null,
      take: null,
    });
    assert.deepEqual(intents.kind === "classification" && [intents.samplesPerLabel, intents.draws], [8, 3]);
    assert.equal(nano.kind === "nanoBeir" && nano.excludeSameId, true);
  });
});

Deno.test("loadSuite says what is wrong, and where", async () => {
  await assert.rejects(
    loadSuite("none.json"),
    /^RangeError: Cannot read suite none\.json: there is no such file;/,
  );
  await withSuite('{ "name": "x", ', async (path) => {
    await assert.rejects(loadSuite(path), /the text ends too early at line 1, column 16; correct the JSON$/);
  });
  await withSuite('{ "name": "x", "evaluation": [] }', async (path) => {
    await assert.rejects(
      loadSuite(path),
      /evaluation is a list of 0; it must be a list of one evaluation or more$/,
    );
  });
  await withSuite('{ "name": "x", "evaluation": [{ "kind": "stss", "source": "a" }] }', async (path) => {
    await assert.rejects(
      loadSuite(path),
      /evaluation\.0\.kind is "stss"; it must be .*; did you mean sts\?$/,
    );
  });
  await withSuite(
    '{ "name": "x", "evaluation": [{ "kind": "sts", "source": "a", "take": 0 }] }',
    async (path) => {
      await assert.rejects(
        loadSuite(path),
        /evaluation\.0\.take is 0; it must be a whole number of at least 1$/,
      );
    },
  );
});

Deno.test("loadSuite reads the shipped suite of the mirror", async () => {
  const suite = await loadSuite(new URL("../bench/suites/mirror.json", import.meta.url).pathname);
  assert.deepEqual(suite.map(({ kind }) => kind), [
    "nanoBeir",
    "beir",
    ...Array(6).fill("sts"),
    "classification",
  ]);
});

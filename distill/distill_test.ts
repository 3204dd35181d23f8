import assert from "node:assert/strict";
import { loadTokenizer } from "../text/mod.ts";
import { DIM, type TestTeacherOptions, TOKENS, tokenVectors, withTestTeacher } from "./_test_teacher.ts";
import { distill, type Distillation, distilledModel, type DistillOptions } from "./distill.ts";
import { Teacher } from "./teacher.ts";

async function distilled(
  options: DistillOptions,
  teacherOptions: TestTeacherOptions = {},
): Promise<Distillation> {
  let result: Distillation | undefined;
  await withTestTeacher(async (folder) => {
    const teacher = await Teacher.load(folder);
    try {
      result = await distill(teacher, options);
    } finally {
      teacher.dispose();
    }
  }, teacherOptions);
  return result!;
}

const KEPT = TOKENS.filter((token) => token !== "[unused0]");

/** Vector of some tokens between the special ones, pooled by the mean. */
function teacherMean(...ids: number[]): number[] {
  const vectors = tokenVectors([TOKENS.indexOf("[CLS]"), ...ids, TOKENS.indexOf("[SEP]")]);
  return vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length);
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-6): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${actual[i]}`);
  }
}

Deno.test("distill() runs every kept token alone between its special tokens", async () => {
  const { parts, report } = await distilled({ pca: null, sifCoefficient: null });
  assert.deepEqual(report.tokens, { kept: 10, removed: 1, added: 0 });
  assertClose(parts.table, KEPT.flatMap((token) => teacherMean(TOKENS.indexOf(token))));
  const first = await distilled({ pca: null, sifCoefficient: null, pooling: "first" });
  const expected = KEPT.flatMap((token) => tokenVectors([2, TOKENS.indexOf(token), 3])[0]);
  assertClose(first.parts.table, expected);
});

Deno.test("distill() weighs tokens by their rank, or by counts in texts", async () => {
  const ranked = await distilled({ sifCoefficient: 1e-3 });
  const total = KEPT.reduce((sum, _, i) => sum + 1 / (i + 2), 0);
  assertClose(ranked.parts.weights!, KEPT.map((_, i) => 1e-3 / (1e-3 + 1 / (i + 2) / total)), 1e-12);
  assert.equal(ranked.report.frequencies, "rank");
  const texts = (async function* () {
    yield await Promise.resolve(["cat cats", "dog"]);
  })();
  const counted = await distilled({ sifCoefficient: 0.5, texts });
  const expected = KEPT.map((token) => 0.5 / (0.5 + ({ cat: 2, "##s": 1, dog: 1 }[token] ?? 0) / 4));
  assertClose(counted.parts.weights!, expected, 1e-12);
  assert.equal(counted.report.frequencies, "texts");
});

Deno.test("distill() puts words in that go through the teacher as their pieces", async () => {
  const words = ["uncats", "dog", "Cats"];
  const { parts, report } = await distilled({ words, pca: null, sifCoefficient: null });
  assert.deepEqual(report.tokens, { kept: 12, removed: 1, added: 2 });
  assert.deepEqual(report.skippedWords.map(({ word }) => word), ["dog"]);
  const [un, cat, goesOn, s] = ["un", "cat", "##cat", "##s"].map((token) => TOKENS.indexOf(token));
  assertClose(parts.table.subarray(10 * DIM), [...teacherMean(un, goesOn, s), ...teacherMean(cat, s)]);
  const tokenizer = await loadTokenizer(parts.tokenizerJson, "the distilled tokenizer");
  assert.deepEqual([...tokenizer.encode("cats uncats")], [11, 10]);
  tokenizer.dispose();
});

Deno.test("distill() lets tokens share rows, each with its own weight", async () => {
  const result = await distilled({ vocabularyQuantization: 4, pca: 2 });
  const { parts, report } = result;
  assert.deepEqual([parts.rows, parts.dim, parts.mapping!.length, report.rows], [4, 2, KEPT.length, 4]);
  const model = await distilledModel(result);
  assertClose([Math.hypot(...(await model.encode(["cat"])).data)], [1]);
  model.dispose();
  const again = await distilled({ vocabularyQuantization: 4, pca: 2 });
  assert.deepEqual(again.parts, parts);
});

Deno.test("distill() keeps 256 dimensions or all there are, and refuses what does not fit", async () => {
  assert.equal((await distilled({})).parts.dim, DIM);
  assert.equal((await distilled({ pca: 0.5 })).parts.dim < DIM, true);
  const refused: [DistillOptions, RegExp][] = [
    [{ pca: 5 }, /^RangeError: Cannot reduce dimensions to 5: the vectors have 4; keep 4 or fewer$/],
    [{ words: [] }, /^RangeError: Cannot extend the vocabulary: no word was given; give words that/],
    [{ words: ["dog", " "] }, /none of 2 words can be put in \("dog": it is one token already, or none\)/],
    [{ sifCoefficient: 2 }, /Cannot weight tokens with the coefficient 2/],
    [{ vocabularyQuantization: 11 }, /Cannot make 11 clusters: there are 10 rows; ask for 1 to 10$/],
    [{ removePattern: /./ }, /none of 11 would be left/],
  ];
  for (const [options, message] of refused) await assert.rejects(distilled(options), message);
  // Of the tokens that come before this one none was asked for: the sizes are told by the first alone.
  for (const options of [{ pca: 5 }, { vocabularyQuantization: 11 }, { pca: 3, vocabularyQuantization: 2 }]) {
    await assert.rejects(distilled(options, { broken: "dog" }), /^RangeError: Cannot (reduce|make)/);
  }
  await assert.rejects(
    distilled({}, { broken: "dog" }),
    /its vector of the token "dog" holds a number that is not/,
  );
});

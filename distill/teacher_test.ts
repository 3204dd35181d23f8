import assert from "node:assert/strict";
import { type Matrix, rowOf } from "../model/mod.ts";
import {
  DIM,
  type TestTeacherOptions,
  testTokenizer,
  TOKENS,
  tokenVectors,
  withTestTeacher,
} from "./_test_teacher.ts";
import { Teacher } from "./teacher.ts";
import type { TeacherEncodeOptions, TeacherOptions } from "./teacher_options.ts";

const [CLS, SEP, CAT, DOG, BIRD, S] = ["[CLS]", "[SEP]", "cat", "dog", "bird", "##s"].map((token) =>
  TOKENS.indexOf(token)
);

/** float32 sums of a few numbers below 4. */
const TOLERANCE = 1e-6;

async function encodeWith(
  texts: readonly string[],
  parts: { files?: TestTeacherOptions; load?: TeacherOptions; encode?: TeacherEncodeOptions },
): Promise<Matrix> {
  let matrix: Matrix | undefined;
  await withTestTeacher(async (folder) => {
    const teacher = await Teacher.load(folder, parts.load);
    try {
      matrix = await teacher.encode(texts, parts.encode);
    } finally {
      teacher.dispose();
    }
  }, parts.files);
  return matrix!;
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= TOLERANCE, `${i}: ${actual[i]} instead of ${expected[i]}`);
  }
}

function meanOf(vectors: readonly number[][]): number[] {
  return vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length);
}

Deno.test("a teacher adds special tokens, pads, cuts and pools: every text as if it were alone", async () => {
  const texts = ["cat", "", "Dog cats bird", "cat cat cat cat cat cat cat"];
  const ids = [[CLS, CAT, SEP], [CLS, SEP], [CLS, DOG, CAT, S, BIRD, SEP], [CLS, CAT, CAT, CAT, CAT, SEP]];
  for (const batchTokens of [1, 12, 4096]) {
    const done: number[] = [];
    const onProgress = (texts: number, total: number): void => void done.push(texts / total);
    const matrix = await encodeWith(texts, { load: { batchTokens }, encode: { onProgress } });
    ids.forEach((text, i) => assertClose(rowOf(matrix, i), meanOf(tokenVectors(text))));
    assert.equal(done.at(-1), 1);
  }
});

Deno.test("Teacher.load() reads pooling, normalisation, prompts and limits from the folder", async () => {
  const cat = tokenVectors([CLS, CAT, SEP]);
  const withPooling = (config: Record<string, unknown>, text = "cat"): Promise<Matrix> =>
    encodeWith([text], { files: { files: { "1_Pooling/config.json": JSON.stringify(config) } } });
  assertClose((await withPooling({ pooling_mode_cls_token: true })).data, cat[0]);
  assertClose((await withPooling({ pooling_mode: "lasttoken" })).data, cat[2]);
  assertClose(
    (await withPooling({ pooling_mode_max_tokens: true })).data,
    cat[0].map((_, i) => Math.max(...cat.map((vector) => vector[i]))),
  );
  assertClose((await withPooling({ pooling_mode: ["cls", "mean"] })).data, [...cat[0], ...meanOf(cat)]);
  const modules = JSON.stringify([{ type: "x.Transformer", path: "" }, {
    type: "x.Normalize",
    path: "2_Normalize",
  }]);
  const unit = await encodeWith(["cat"], { files: { files: { "modules.json": modules } } });
  assertClose([Math.hypot(...unit.data)], [1]);
  const short = await encodeWith(["cat dog"], { load: { maxLength: 3 } });
  assertClose(short.data, meanOf(cat));
  const asked = await encodeWith(["cat"], { encode: { prompt: "query" } });
  assertClose(asked.data, meanOf(tokenVectors([CLS, BIRD, CAT, SEP])));
  const pooling = JSON.stringify({ pooling_mode: "mean", include_prompt: false });
  const left = await encodeWith(["cat"], {
    files: { files: { "1_Pooling/config.json": pooling } },
    encode: { prompt: "query" },
  });
  assertClose(left.data, meanOf(tokenVectors([CLS, BIRD, CAT, SEP]).slice(2)));
});

Deno.test("a teacher may take int32, want fewer inputs, or have pooled already", async () => {
  const expected = meanOf(tokenVectors([CLS, CAT, SEP]));
  const narrow = await encodeWith(["cat"], { files: { inputType: "int32" } });
  assertClose(narrow.data, expected);
  const more = ["input_ids", "attention_mask", "token_type_ids", "position_ids"];
  assertClose((await encodeWith(["cat"], { files: { inputs: more } })).data, expected);
  const pooled = await encodeWith(["cat"], { files: { pooled: true, output: "sentence_embedding" } });
  assertClose(pooled.data, expected.map((value) => value / 2));
  assert.equal(pooled.columns, DIM);
});

const BERT = JSON.stringify({
  ...testTokenizer(),
  post_processor: { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] },
});
const BARE = JSON.stringify({ ...testTokenizer(), post_processor: null });

Deno.test("special tokens come from any post-processor; without one a text without tokens is a zero vector", async () => {
  const bert = await encodeWith(["cat"], { files: { files: { "tokenizer.json": BERT } } });
  assertClose(bert.data, meanOf(tokenVectors([CLS, CAT, SEP])));
  const bare = await encodeWith(["cat", ""], { files: { files: { "tokenizer.json": BARE } } });
  assertClose(bare.data, [...tokenVectors([CAT])[0], 0, 0, 0, 0]);
});

const REFUSED: [what: string, options: TestTeacherOptions, load: TeacherOptions, message: RegExp][] = [
  [
    "an unknown input",
    { inputs: ["input_ids", "attention_mask", "pixel_values"] },
    {},
    /^TypeError: Cannot load the teacher .*: its graph wants the input pixel_values, and Lathe gives input_ids, /,
  ],
  [
    "no ids",
    { inputs: ["attention_mask"] },
    {},
    /its graph has no input input_ids, only attention_mask; export/,
  ],
  [
    "an unknown output",
    { output: "logits" },
    {},
    /^TypeError: .*: its graph has none of the outputs last_hidden_state, .*, only logits; export it for feature/,
  ],
  [
    "an output that is not there",
    {},
    { output: "pooler_output" },
    /no output pooler_output, only last_hidden_state/,
  ],
  [
    "fewer rows than tokens",
    { rows: TOKENS.length - 1 },
    {},
    /^RangeError: .*its tokenizer has ids up to 10 and its graph fewer rows; give a graph and the tokenizer that/,
  ],
  [
    "fewer rows than tokens by config.json",
    { files: { "config.json": '{"vocab_size":10}' } },
    {},
    /its tokenizer has ids up to 10 and config\.json says 10 rows; give the tokenizer that belongs to it/,
  ],
  [
    "another tokenizer than the folder says",
    { files: { "tokenizer_config.json": '{"cls_token":"<s>"}' } },
    {},
    /tokenizer_config\.json names the token <s>, which tokenizer\.json does not have; give/,
  ],
  [
    "a module that is not known",
    { files: { "modules.json": '[{"type":"x.Transformer","path":""},{"type":"x.Dense","path":"2_Dense"}]' } },
    {},
    /its modules\.json has Dense, which Lathe does not run; export it with that module inside the graph/,
  ],
  [
    "a pooling that is not known",
    { files: { "1_Pooling/config.json": '{"pooling_mode":"attention"}' } },
    {},
    /its pooling attention is not known/,
  ],
  [
    "a file that is not JSON",
    { files: { "config.json": "{" } },
    {},
    /^SyntaxError: Cannot read .*: it is not JSON/,
  ],
  [
    "no such ONNX file",
    {},
    { onnxFile: "onnx/model_q4.onnx" },
    /model_q4\.onnx is missing; name one of onnx\/model\.onnx$/,
  ],
  [
    "a damaged ONNX file",
    { files: { "onnx/model.onnx": "no graph" } },
    {},
    /Cannot load the graph the teacher /,
  ],
];

for (const [what, options, load, message] of REFUSED) {
  Deno.test(`Teacher.load() refuses ${what}`, async () => {
    await withTestTeacher((folder) => assert.rejects(Teacher.load(folder, load), message), options);
  });
}

Deno.test("a teacher names the text whose vector is not finite, and the prompt that is not there", async () => {
  await assert.rejects(
    encodeWith(["cat", "dog"], { files: { broken: "dog" } }),
    /^RangeError: Cannot encode with .*: its vector of text 2 holds a number that is not finite; export the teacher/,
  );
  await assert.rejects(
    encodeWith(["cat"], { encode: { prompt: "passage" } }),
    /it has no prompt passage; choose from its prompts: query, document$/,
  );
  await assert.rejects(
    Teacher.load("no-such-folder"),
    /^RangeError: .*no-such-folder: it does not exist; name a folder/,
  );
});

Deno.test("calls of a teacher wait for each other, also after one that failed", async () => {
  await withTestTeacher(async (folder) => {
    const teacher = await Teacher.load(folder);
    const failed = assert.rejects(teacher.encode(["dog"]), /not finite/);
    const [first, second] = await Promise.all([teacher.encode(["cat"]), teacher.encode(["bird"]), failed]);
    assertClose(first.data, meanOf(tokenVectors([CLS, CAT, SEP])));
    assertClose(second.data, meanOf(tokenVectors([CLS, BIRD, SEP])));
    teacher.dispose();
  }, { broken: "dog" });
});

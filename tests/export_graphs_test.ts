/** Exported ONNX graphs, run by the real runtime and held against the model. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { quantizedParts, testParts } from "../export/_test_parts.ts";
import { type ExportedModel, type ExportFormat, exportModel, type Precision } from "../export/mod.ts";
import { testMirror } from "../model/_mirror.ts";
import { StaticModel, type TokenBags } from "../model/mod.ts";
import type { Session } from "../runtime/mod.ts";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { testRuntime } from "./_run_graph.ts";

/** Sums in another order, and factors in float32 instead of float64: a few units in the last of 24 bits. */
const TOLERANCE = 1e-5;

const TEXTS = [
  "cat dog",
  "",
  "bird ".repeat(16),
  "fish tree ".repeat(50),
  "nothing of this is known",
  "river ".repeat(17) + "nothing",
  "house",
  "",
];

const MODELS: Record<string, ExportedModel> = {
  plain: testParts(),
  normalized: testParts({ normalize: true }),
  "without unknown tokens": testParts({ dropUnknown: true, normalize: true }),
  "without unknown tokens, as long as they are": testParts({ dropUnknown: true }),
  "with row numbers and factors": quantizedParts(),
  "with row numbers and factors, without unknown tokens": quantizedParts({ dropUnknown: true }),
};

async function withExport(
  parts: ExportedModel,
  options: { format: ExportFormat; precision?: Precision },
  use: (session: Session, model: StaticModel) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    // What is stored in int8 or float16 is compared with a model that is stored so, too.
    await exportModel(parts, join(folder, "model"), { ...options, format: "model2vec" });
    await exportModel(parts, join(folder, "graph"), options);
    const { precision = "float32" } = options;
    const names = { float32: "model", float16: "model_fp16", int8: "model_quantized" };
    const file = options.format === "onnx" ? "model.onnx" : `onnx/${names[precision]}.onnx`;
    using session = testRuntime().createSession(await Deno.readFile(join(folder, "graph", file)), {
      name: file,
    });
    const model = await StaticModel.load(join(folder, "model"));
    await use(session, model);
    model.dispose();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(
  session: Session,
  inputs: Record<string, { data: BigInt64Array; shape: number[] }>,
): Promise<Record<string, number[]>> {
  const runtime = testRuntime();
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, shape }]) => [name, runtime.tensor(data, shape)]),
  );
  const outputs = await session.run(tensors);
  const copies = Object.entries(outputs).map((
    [name, tensor],
  ) => [name, Array.from(tensor.toArray(), Number)]);
  for (const tensor of [...Object.values(tensors), ...Object.values(outputs)]) tensor.release();
  return Object.fromEntries(copies);
}

async function runBags(session: Session, { ids, offsets }: TokenBags): Promise<number[]> {
  const texts = offsets.length - 1;
  const { embeddings } = await run(session, {
    input_ids: { data: BigInt64Array.from(ids, BigInt), shape: [ids.length] },
    offsets: { data: BigInt64Array.from(offsets.subarray(0, texts), BigInt), shape: [texts] },
  });
  return embeddings;
}

/** Padding is any token, here the last one: the mask must take it out. */
async function runPadded(
  session: Session,
  texts: readonly string[],
  tokenizer: Tokenizer,
): Promise<Record<string, number[]>> {
  const lists = texts.map((text) => tokenizer.encode(text));
  const width = Math.max(...lists.map((list) => list.length));
  const shape = [texts.length, width];
  const ids = new BigInt64Array(texts.length * width).fill(BigInt(tokenizer.vocabSize - 1));
  const mask = new BigInt64Array(texts.length * width);
  lists.forEach((list, row) =>
    list.forEach((id, column) => {
      ids[row * width + column] = BigInt(id);
      mask[row * width + column] = 1n;
    })
  );
  const outputs = await run(session, {
    input_ids: { data: ids, shape },
    attention_mask: { data: mask, shape },
  });
  const counts = lists.map((list) => Math.max(1, list.length));
  const dim = outputs.sentence_embedding.length / texts.length;
  const pooled = Array.from({ length: texts.length * dim }, (_, i) => {
    const row = Math.floor(i / dim);
    let sum = 0;
    for (let token = 0; token < width; token++) {
      sum += outputs.last_hidden_state[(row * width + token) * dim + i % dim];
    }
    return sum / counts[row];
  });
  return { ...outputs, pooled };
}

function assertNear(actual: readonly number[], expected: ArrayLike<number>, name: string): void {
  assert.equal(actual.length, expected.length, name);
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
  assert.ok(worst <= TOLERANCE && actual.every(Number.isFinite), `${name}: differs by ${worst}`);
}

for (const [name, parts] of Object.entries(MODELS)) {
  Deno.test(`the bag graph gives the model's vectors: ${name}`, async () => {
    for (const precision of ["float32", "float16", "int8"] as const) {
      await withExport(parts, { format: "onnx", precision }, async (session, model) => {
        assert.deepEqual([session.inputs, session.outputs], [["input_ids", "offsets"], ["embeddings"]]);
        for (const texts of [TEXTS, ["cat"], ["", ""], []]) {
          const expected = await model.encode(texts);
          const actual = await runBags(session, model.tokenizer.encodeAll(texts));
          assertNear(actual, expected.data, `${precision}, ${texts.length} texts`);
        }
      });
    }
  });

  Deno.test(`the padded graph gives the model's vectors, ready and to be pooled: ${name}`, async () => {
    for (const precision of ["float32", "float16", "int8"] as const) {
      await withExport(parts, { format: "transformersjs", precision }, async (session, model) => {
        const outputs = await runPadded(session, TEXTS, model.tokenizer);
        assertNear(outputs.sentence_embedding, (await model.encode(TEXTS)).data, precision);
        // Whoever pools normalises, too.
        assertNear(
          outputs.pooled,
          (await model.encode(TEXTS, { normalize: false })).data,
          `${precision}, pooled`,
        );
      });
    }
  });
}

const MIRROR = testMirror();

for (
  const name of ["google-bert/bert-base-uncased", "lathe-data/multilingual-wordpiece", "lathe-data/unigram"]
) {
  Deno.test({
    name: `the graphs give the vectors of a model with the tokenizer of ${name}`,
    ignore: MIRROR === undefined,
    async fn() {
      const file = join(MIRROR!, "models", name, "tokenizer.json");
      const tokenizer = await loadTokenizer(await Deno.readFile(file), file);
      const { vocabSize: rows, json: tokenizerJson } = tokenizer;
      tokenizer.dispose();
      const table = Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(i + 0.001 * i * i));
      const parts: ExportedModel = { table, rows, dim: 4, tokenizerJson, normalize: true, dropUnknown: true };
      const texts = ["The quick brown fox, jumping!", "", "Übergrößen 東京 कमरा", "a ".repeat(100)];
      await withExport(parts, { format: "onnx" }, async (session, model) => {
        const expected = (await model.encode(texts)).data;
        assertNear(await runBags(session, model.tokenizer.encodeAll(texts)), expected, "bags");
      });
      await withExport(parts, { format: "transformersjs" }, async (session, model) => {
        const { sentence_embedding } = await runPadded(session, texts, model.tokenizer);
        assertNear(sentence_embedding, (await model.encode(texts)).data, "padded");
      });
    },
  });
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { readSafetensorsHeader, readTensor, StaticModel } from "../model/mod.ts";
import { quantizedParts, testParts } from "./_test_parts.ts";
import { exportModel, type ExportModelOptions } from "./export_model.ts";
import { truncateModel } from "./truncate_model.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function vectorsOf(folder: string, texts: readonly string[]): Promise<number[]> {
  const model = await StaticModel.load(folder);
  const { data } = await model.encode(texts);
  model.dispose();
  return [...data];
}

const TEXTS = ["cat dog", "bird", "", "fish nothing tree", "nothing"];

function assertNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  const worst = Math.max(...actual.map((value, i) => Math.abs(value - expected[i])));
  assert.ok(worst <= tolerance, `differs by ${worst}`);
}

Deno.test("exportModel: a folder for Sentence Transformers or Model2Vec gives the same vectors again", async () => {
  await inFolder(async (folder) => {
    for (const parts of [testParts(), testParts({ normalize: true, dropUnknown: true }), quantizedParts()]) {
      const original = join(folder, crypto.randomUUID());
      await exportModel(parts, original, { format: "model2vec" });
      const expected = await vectorsOf(original, TEXTS);
      // float16 keeps 11 bits, int8 half of 1/127 of a row's largest number; factors go up to 3
      for (
        const [precision, tolerance] of [["float32", 0], ["float16", 3 * 2 ** -12], [
          "int8",
          3 * 0.5 / 127,
        ]] as const
      ) {
        const output = join(folder, crypto.randomUUID());
        await exportModel(parts, output, { format: "model2vec", precision });
        assertNear(await vectorsOf(output, TEXTS), expected, tolerance);
        assert.equal(
          JSON.parse(await Deno.readTextFile(join(output, "config.json"))).embedding_dtype,
          precision,
        );
      }
    }
  });
});

Deno.test("exportModel stores float16 and int8 as such, int8 with a factor for every token", async () => {
  await inFolder(async (folder) => {
    const parts = quantizedParts();
    await exportModel(parts, join(folder, "half"), { format: "model2vec", precision: "float16" });
    await exportModel(parts, join(folder, "int8"), { format: "model2vec", precision: "int8" });
    const half = await readSafetensorsHeader(join(folder, "half/model.safetensors"));
    const int8 = await readSafetensorsHeader(join(folder, "int8/model.safetensors"));
    assert.equal(half.tensors.get("embeddings")?.dtype, "F16");
    assert.equal(int8.tensors.get("embeddings")?.dtype, "I8");
    assert.deepEqual(await readTensor(half, "weights"), parts.weights);
    const [embeddings, weights] = [await readTensor(int8, "embeddings"), await readTensor(int8, "weights")];
    // id 7 is row 1; its factor 3
    assertNear([Number(embeddings[5]) * Number(weights[7])], [parts.table[5] * 3], 3 * 0.5 / 127);
  });
});

Deno.test("truncateModel keeps the first dimensions", async () => {
  await inFolder(async (folder) => {
    const parts = testParts({ normalize: true });
    await exportModel(parts, join(folder, "full"), { format: "sentence-transformers" });
    await exportModel(truncateModel(parts, 2), join(folder, "short"), { format: "sentence-transformers" });
    const model = await StaticModel.load(join(folder, "full"));
    const expected = await model.encode(TEXTS, { truncate: 2 });
    model.dispose();
    assert.deepEqual(await vectorsOf(join(folder, "short"), TEXTS), [...expected.data]);
    for (const columns of [0, 6, 1.5]) {
      assert.throws(() => truncateModel(parts, columns), {
        name: "RangeError",
        message: /truncate to 1 to 5/,
      });
    }
  });
});

Deno.test("exportModel refuses what Sentence Transformers would load and get wrong", async () => {
  const format = "sentence-transformers";
  await assert.rejects(
    exportModel(testParts(), "/nowhere/x", { format, precision: "int8" }),
    /takes no int8 table/,
  );
  await assert.rejects(
    exportModel(quantizedParts(), "/nowhere/x", { format }),
    /ignores this model's row numbers/,
  );
});

Deno.test("exportModel refuses a place that is taken, and leaves nothing after a failure", async () => {
  await inFolder(async (folder) => {
    const options: ExportModelOptions = { format: "onnx", card: "# card\n" };
    await exportModel(testParts(), join(folder, "deep/new"), options);
    assert.equal(await Deno.readTextFile(join(folder, "deep/new/README.md")), "# card\n");
    await Deno.mkdir(join(folder, "empty"));
    await Deno.writeTextFile(join(folder, "file"), "");
    await Deno.symlink("nowhere", join(folder, "link"));
    for (const taken of ["deep/new", "empty", "file", "link"]) {
      await assert.rejects(exportModel(testParts(), join(folder, taken), options), {
        name: "RangeError",
        message: /it exists/,
      });
    }
    await assert.rejects(
      exportModel(testParts(), join(folder, "file/x"), options),
      /^Error: Cannot export to .*file\/x: /,
    );
    const broken = testParts({ table: new Float32Array(40).fill(Infinity) });
    await assert.rejects(
      exportModel(broken, join(folder, "deep/broken"), { format: "onnx", precision: "float16" }),
      /row 0/,
    );
    const names = (await Array.fromAsync(Deno.readDir(join(folder, "deep")), ({ name }) => name)).sort();
    assert.deepEqual(names, ["new"]);
  });
});

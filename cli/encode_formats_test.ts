import assert from "node:assert/strict";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { openParquet, type Row } from "../data/mod.ts";
import { runCommand, withModel } from "./_test_model.ts";
import { NPY_HEADER_BYTES } from "./_npy.ts";
import { encodeCommand } from "./encode.ts";

const ANIMALS = ["cat", "dog", "bird"];

/** A folder with inputs of six texts each, and the command in it. */
interface Place {
  at(name: string): string;
  encode(...argv: string[]): Promise<void>;
}

async function withPlace(use: (place: Place) => Promise<void>): Promise<void> {
  await withModel(async (folder, model) => {
    const at = (name: string): string => join(folder, name);
    const texts = [...ANIMALS, ...ANIMALS];
    await Deno.writeTextFile(at("in.txt"), texts.join("\n") + "\n");
    const records = texts.map((body, id) => ({ id, body, tags: ["x"] }));
    await Deno.writeTextFile(at("in.jsonl"), records.map((each) => JSON.stringify(each)).join("\n"));
    const columnData = [
      { name: "id", data: texts.map((_, i) => 2n ** 60n + BigInt(i)), type: "INT64" as const },
      { name: "body", data: texts, type: "STRING" as const },
    ];
    await Deno.writeFile(
      at("in.parquet"),
      new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2 })),
    );
    await use({ at, encode: (...argv) => runCommand(encodeCommand, model, ...argv) });
  });
}

async function rowsOf(path: string): Promise<Row[]> {
  const file = await openParquet(path);
  try {
    return (await Array.fromAsync(file.read(file.columns, 0, file.rowCount))).flat();
  } finally {
    file.close();
  }
}

async function npy(path: string): Promise<{ header: string; bytes: Uint8Array<ArrayBuffer> }> {
  const bytes = await Deno.readFile(path);
  const header = new TextDecoder("latin1").decode(bytes.subarray(0, NPY_HEADER_BYTES));
  return { header, bytes: bytes.slice(NPY_HEADER_BYTES) };
}

/** The model's vector of animal i. */
function vectorOf(i: number): number[] {
  return [i % 3 + 1, 1];
}

Deno.test("encode writes Parquet with the vectors beside the input's columns, from Parquet, JSON and lines", async () => {
  await withPlace(async ({ at, encode }) => {
    await encode(at("in.parquet"), "--field", "body", "-o", at("a.parquet"));
    const expected = (await rowsOf(at("in.parquet"))).map((row, i) => ({ ...row, embedding: vectorOf(i) }));
    assert.deepEqual(await rowsOf(at("a.parquet")), expected);
    await encode(at("in.jsonl"), "--field", "body", "-o", at("b.parquet"));
    assert.deepEqual((await rowsOf(at("b.parquet")))[4], {
      id: 4n,
      body: "dog",
      tags: ["x"],
      embedding: [2, 1],
    });
    await encode(at("in.txt"), "-o", at("c.parquet"));
    assert.deepEqual((await rowsOf(at("c.parquet")))[5], { text: "bird", embedding: [3, 1] });
    await Deno.writeTextFile(at("empty.txt"), "");
    await encode(at("empty.txt"), "-o", at("d.parquet"));
    assert.deepEqual(await rowsOf(at("d.parquet")), []);
  });
});

Deno.test("encode keeps nulls beside the texts of Parquet, and refuses one for a text by its row", async () => {
  await withPlace(async ({ at, encode }) => {
    const columnData = [
      { name: "text", data: ["cat", "dog", "bird"], type: "STRING" as const },
      { name: "note", data: ["x", null, null], type: "STRING" as const, nullable: true },
      { name: "count", data: [null, 2n, null], type: "INT64" as const, nullable: true },
    ];
    const bytes = parquetWriteBuffer({ columnData, rowGroupSize: 2 });
    await Deno.writeFile(at("nulls.parquet"), new Uint8Array(bytes));
    await encode(at("nulls.parquet"), "-o", at("with.parquet"));
    const expected = (await rowsOf(at("nulls.parquet"))).map((row, i) => ({
      ...row,
      embedding: vectorOf(i),
    }));
    assert.deepEqual(await rowsOf(at("with.parquet")), expected);
    await encode(at("nulls.parquet"), "-o", at("with.jsonl"));
    const [, second] = (await Deno.readTextFile(at("with.jsonl"))).split("\n");
    assert.deepEqual(JSON.parse(second), { text: "dog", note: null, count: 2, embedding: [2, 1] });
    await assert.rejects(
      encode(at("nulls.parquet"), "--field", "note", "-o", at("none.npy")),
      /nulls\.parquet: row 2 has no text in note/,
    );
    await assert.rejects(Deno.stat(at("none.npy")), Deno.errors.NotFound);
  });
});

Deno.test("encode reads Parquet into JSON lines with all digits, and into .npy", async () => {
  await withPlace(async ({ at, encode }) => {
    await encode(at("in.parquet"), "--field", "body", "--truncate", "1", "-o", at("out.jsonl"));
    const lines = (await Deno.readTextFile(at("out.jsonl"))).split("\n");
    assert.equal(lines[1], '{"id":1152921504606846977,"body":"dog","embedding":[2.0000000]}');
    await encode(at("in.parquet"), "--field", "body", "-o", at("out.npy"));
    assert.deepEqual(
      [...new Float32Array((await npy(at("out.npy"))).bytes.buffer)],
      [0, 1, 2, 3, 4, 5].flatMap(vectorOf),
    );
  });
});

Deno.test("encode writes every precision to .npy, with its type in the header, and whole numbers to JSON", async () => {
  await withPlace(async ({ at, encode }) => {
    const coded = async (precision: string): Promise<{ header: string; bytes: Uint8Array<ArrayBuffer> }> => {
      await encode(at("in.txt"), "--precision", precision, "--force", "-o", at("out.npy"));
      return await npy(at("out.npy"));
    };
    const float16 = await coded("float16");
    assert.match(float16.header, /'descr': '<f2', .*'shape': \(6, 2\)/);
    assert.deepEqual(
      [...new Float16Array(float16.bytes.buffer)],
      [0, 1, 2, 3, 4, 5].flatMap(vectorOf),
    );
    // The first column goes from 1 to 3 in 255 steps, of which float32 makes 254.99998; the second has one value only.
    const uint8 = await coded("uint8");
    assert.match(uint8.header, /'descr': '\|u1', .*'shape': \(6, 2\)/);
    assert.deepEqual([...uint8.bytes.subarray(0, 6)], [0, 128, 127, 128, 254, 128]);
    const int8 = await coded("int8");
    assert.match(int8.header, /'descr': '\|i1'/);
    assert.deepEqual([...new Int8Array(int8.bytes.buffer).subarray(0, 6)], [-128, 0, -1, 0, 126, 0]);
    const ubinary = await coded("ubinary");
    assert.match(ubinary.header, /'descr': '\|u1', .*'shape': \(6, 1\)/);
    assert.deepEqual([...ubinary.bytes], Array(6).fill(0b1100_0000));
    const binary = await coded("binary");
    assert.match(binary.header, /'descr': '\|i1', .*'shape': \(6, 1\)/);
    assert.deepEqual([...new Int8Array(binary.bytes.buffer)], Array(6).fill(64));
    await encode(at("in.txt"), "--precision", "int8", "-o", at("out.jsonl"));
    assert.match(await Deno.readTextFile(at("out.jsonl")), /^\{"text":"cat","embedding":\[-128,0\]\}\n/);
    await encode(at("in.parquet"), "--field", "body", "--precision", "uint8", "-o", at("out.parquet"));
    assert.deepEqual((await rowsOf(at("out.parquet"))).map(({ embedding }) => embedding).slice(0, 3), [
      [0, 128],
      [127, 128],
      [254, 128],
    ]);
  });
});

Deno.test("encode calibrates on all texts, whatever the shard, or on others", async () => {
  await withPlace(async ({ at, encode }) => {
    const firstColumn = async (...argv: string[]): Promise<number[]> => {
      await encode(...argv, "--precision", "uint8", "--truncate", "1", "--force", "-o", at("out.npy"));
      return [...(await npy(at("out.npy"))).bytes];
    };
    assert.deepEqual(await firstColumn(at("in.txt"), "--shard", "1/4"), [0, 127]);
    await Deno.writeTextFile(at("range.txt"), "cat\ndog\n");
    assert.deepEqual(await firstColumn(at("in.txt"), "--calibrate", at("range.txt")), [
      0,
      254,
      255,
      0,
      254,
      255,
    ]);
  });
});

Deno.test("encode --shard: the shards of several files, one after the other, are the whole", async () => {
  await withPlace(async ({ at, encode }) => {
    await Deno.writeTextFile(at("in2.txt"), "bird\n\ncat");
    for (const [pattern, options] of [["in*.txt", []], ["in*.parquet", ["--field", "body"]]] as const) {
      await encode(at(pattern), ...options, "--force", "-o", at("all.npy"));
      const whole = (await npy(at("all.npy"))).bytes;
      const parts: number[] = [];
      for (let part = 1; part <= 4; part++) {
        await encode(at(pattern), ...options, "--shard", `${part}/4`, "--force", "-o", at("part.npy"));
        parts.push(...(await npy(at("part.npy"))).bytes);
      }
      assert.deepEqual(parts, [...whole]);
    }
  });
});

Deno.test("encode refuses what it cannot read together, or twice", async () => {
  await withPlace(async ({ at, encode }) => {
    await assert.rejects(
      encode(at("in.txt"), at("in.jsonl")),
      /in\.jsonl together: their formats differ; encode/,
    );
    await assert.rejects(encode(at("none*.txt")), /none\*\.txt: there is no such file; check the path$/);
    await assert.rejects(encode("-", at("in.txt")), /standard input and files together; name one of them$/);
    await assert.rejects(encode("--shard", "1/2"), { name: "UsageError", message: /it can be read once/ });
    await assert.rejects(encode("--precision", "int8"), { name: "UsageError", message: /--calibrate$/ });
    await assert.rejects(encode(at("in.txt"), "--precision", "int4"), {
      name: "UsageError",
      message: /write one of float32, float16, int8, uint8, binary, ubinary$/,
    });
    await assert.rejects(
      encode(at("in.parquet"), "-o", at("out.npy")),
      /in\.parquet: there is no column text; it has id, body: name one by --field$/,
    );
    await assert.rejects(
      encode(at("in.parquet"), "--field", "id", "-o", at("out.npy")),
      /in\.parquet: row 1 has no text in id; drop such rows/,
    );
    await encode(at("in.parquet"), "--field", "body", "-o", at("out.parquet"));
    await assert.rejects(
      encode(at("out.parquet"), "--field", "body", "-o", at("again.parquet")),
      /it has a column embedding already; rename it, or write an \.npy file$/,
    );
  });
});

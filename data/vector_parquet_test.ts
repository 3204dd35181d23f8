import assert from "node:assert/strict";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { openParquet } from "./open_parquet.ts";
import { footerOf, type ParquetFile } from "./_parquet.ts";
import type { Row } from "./rows.ts";
import { type ColumnCodes, type VectorColumn, VectorParquetWriter } from "./vector_parquet.ts";

const ROWS = 7;

/** A file of two row groups with columns of several kinds, one of them with nulls, and page indexes. */
function table(): Uint8Array<ArrayBuffer> {
  const numbers = Array.from({ length: ROWS }, (_, i) => i);
  return new Uint8Array(parquetWriteBuffer({
    columnData: [
      { name: "text", data: numbers.map((i) => `text ${i}`), type: "STRING" },
      { name: "id", data: numbers.map((i) => 2n ** 60n + BigInt(i)), type: "INT64" },
      { name: "tag", data: numbers.map((i) => i % 3 === 0 ? null : `tag ${i % 2}`), type: "STRING" },
      { name: "when", data: numbers.map((i) => new Date(1e12 + i)), type: "TIMESTAMP" },
    ],
    rowGroupSize: [4, 3],
    pageSize: 16,
    kvMetadata: [{ key: "ARROW:schema", value: "x" }, { key: "mine", value: "y" }],
  }));
}

async function withFiles(use: (paths: { from: string; to: string }) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const from = join(folder, "from.parquet");
    await Deno.writeFile(from, table());
    await use({ from, to: join(folder, "to.parquet") });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function rowsOf(path: string): Promise<Row[]> {
  const file = await openParquet(path);
  try {
    return (await Array.fromAsync(file.read(file.columns, 0, file.rowCount))).flat();
  } finally {
    file.close();
  }
}

/** Copies all row groups and gives every row a vector, some rows at a time. */
async function copy(
  file: ParquetFile,
  path: string,
  column: VectorColumn,
  codes: ColumnCodes,
): Promise<void> {
  using out = await Deno.open(path, { write: true, create: true, truncate: true });
  const writer = VectorParquetWriter.like(file, (bytes) => out.writeSync(bytes), column);
  let row = 0;
  for (const [group, rows] of file.groupRows.entries()) {
    await writer.copyGroup(file, group);
    for (const count of [1, rows - 1]) {
      writer.appendVectors(codes.subarray(row * column.width, (row + count) * column.width));
      row += count;
    }
  }
  writer.finish();
}

/** Numbers of each type, the smallest and the largest among them. */
function codesOf(type: VectorColumn["type"], length: number): ColumnCodes {
  const values = { length };
  if (type === "int8") return Int8Array.from(values, (_, i) => i === 0 ? -128 : 127 - 5 * i);
  if (type === "uint8") return Uint8Array.from(values, (_, i) => 255 - 5 * i);
  const float = (_: unknown, i: number): number => Math.fround((i - 5) / 8);
  return type === "float16" ? Float16Array.from(values, float) : Float32Array.from(values, float);
}

for (const type of ["float32", "float16", "int8", "uint8"] as const) {
  for (const width of [1, 3]) {
    Deno.test(`VectorParquetWriter copies columns and adds ${width} ${type} a row`, async () => {
      await withFiles(async ({ from, to }) => {
        const codes = codesOf(type, ROWS * width);
        const file = await openParquet(from);
        await copy(file, to, { name: "embedding", type, width }, codes);
        file.close();
        const expected = (await rowsOf(from)).map((row, i) => {
          return { ...row, embedding: [...codes.subarray(i * width, (i + 1) * width)] };
        });
        assert.deepEqual(await rowsOf(to), expected);
      });
    });
  }
}

Deno.test("VectorParquetWriter copies the bytes of pages, and what is known but for Arrow's own schema", async () => {
  await withFiles(async ({ from, to }) => {
    const file = await openParquet(from);
    await copy(
      file,
      to,
      { name: "embedding", type: "float32", width: 2 },
      codesOf("float32", 2 * ROWS),
    );
    const copied = await openParquet(to);
    assert.deepEqual(copied.groupRows, file.groupRows);
    assert.deepEqual(footerOf(copied).key_value_metadata, [{ key: "mine", value: "y" }]);
    const pages = async (of: ParquetFile, chunk: number): Promise<Uint8Array> => {
      const facts = footerOf(of).row_groups[1].columns[chunk].meta_data!;
      const start = Number(facts.dictionary_page_offset || facts.data_page_offset);
      return await of.slice(start, start + Number(facts.total_compressed_size));
    };
    for (let chunk = 0; chunk < 4; chunk++) {
      assert.deepEqual(await pages(copied, chunk), await pages(file, chunk));
    }
    file.close();
    copied.close();
  });
});

Deno.test("VectorParquetWriter writes values, nulls among them, and refuses other columns and too few vectors", async () => {
  await withFiles(async ({ from, to }) => {
    const file = await openParquet(from);
    const out = await Deno.open(to, { write: true, create: true });
    const column = { name: "embedding", type: "float32", width: 1 } as const;
    const columns = [{ name: "text", type: "STRING" }, { name: "more", type: "JSON" }] as const;
    const writer = VectorParquetWriter.of(columns, (bytes) => out.writeSync(bytes), column);
    await assert.rejects(writer.copyGroup(file, 0), /^TypeError: Cannot copy the columns of .*: they differ/);
    writer.writeGroup([["a", null, "c"], [null, [1], { b: 2 }]]);
    writer.appendVectors(Float32Array.of(1, 2));
    assert.throws(() => writer.finish(), /row group of 3 rows: it has 2 vectors/);
    writer.writeGroup([["a", null, "c"], [null, [1], { b: 2 }]]);
    writer.appendVectors(Float32Array.of(1, 2, 3));
    writer.finish();
    out.close();
    file.close();
    assert.deepEqual(await rowsOf(to), [
      { text: "a", more: null, embedding: [1] },
      { text: null, more: [1], embedding: [2] },
      { text: "c", more: { b: 2 }, embedding: [3] },
    ]);
  });
});

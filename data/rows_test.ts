import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  countRows,
  readColumnNames,
  readRows,
  type ReadRowsOptions,
  resolveSource,
  type Row,
} from "./mod.ts";

type Files = Record<string, string | Uint8Array>;

/** Writes files into a folder of their own and reads them as one source. */
async function withFiles(files: Files, use: (read: Read) => Promise<void>): Promise<void> {
  const baseFolder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(join(baseFolder, name), bytes);
    }
    await use(async (spec, { split, ...options } = {}) => {
      const rows: Row[] = [];
      const source = await resolveSource(spec, { baseFolder, split });
      for await (const batch of readRows(source, options)) rows.push(...batch);
      return rows;
    });
  } finally {
    await Deno.remove(baseFolder, { recursive: true });
  }
}

type Read = (spec: string, options?: ReadRowsOptions & { split?: string }) => Promise<Row[]>;

/** Pairs from a to b in row groups of three rows. */
function parquetOf(from: number, to: number, codec?: "UNCOMPRESSED" | "SNAPPY"): Uint8Array {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  const columnData = [
    { name: "question", data: numbers.map((n) => `question ${n}`), type: "STRING" as const },
    { name: "answer", data: numbers.map((n) => n % 4 === 0 ? null : `answer ${n}`), type: "STRING" as const },
    { name: "score", data: numbers.map((n) => n / 2), type: "DOUBLE" as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 3, codec }));
}

const THREE = [{ a: "1", b: "x" }, { a: "2", b: 'y\n"z", é' }, { a: "3", b: "" }];
const CSV = 'a,b\n1,x\n2,"y\n""z"", é"\n3,\n';
const JSONL = THREE.map((row) => JSON.stringify(row)).join("\n");

Deno.test("readRows() reads CSV, TSV, JSONL, JSON, plain and gzipped, with and without a byte order mark", async () => {
  const files: Files = {
    "a.csv": CSV,
    "b.csv.gz": gzipSync(CSV),
    "c.csv": `\ufeff${CSV.replaceAll("\n3", "\r\n3")}`,
    "d.jsonl": JSONL,
    "e.ndjson": `\ufeff${JSONL.replaceAll("\n", "\r\n\r\n")}\n`,
    "f.jsonl.gz": gzipSync(JSONL),
    "g.json": ` ${JSON.stringify(THREE)}`,
    "h.json.gz": gzipSync(JSONL),
    // Files of several gzip members, as pigz writes them.
    "i.jsonl.gz": new Uint8Array([...gzipSync(JSONL.slice(0, 20)), ...gzipSync(JSONL.slice(20))]),
  };
  await withFiles(files, async (read) => {
    for (const name of Object.keys(files)) deepStrictEqual(await read(name), THREE, name);
  });
});

Deno.test("readRows() takes a quote inside a TSV field as it is", async () => {
  await withFiles({ "a.tsv": 'a\tb\n1\t5" pipe\n' }, async (read) => {
    deepStrictEqual(await read("a.tsv"), [{ a: "1", b: '5" pipe' }]);
  });
});

Deno.test("readRows() reads Parquet by row groups, plain and compressed", async () => {
  const expected = Array.from({ length: 10 }, (_, n) => {
    return { question: `question ${n}`, answer: n % 4 === 0 ? null : `answer ${n}`, score: n / 2 };
  });
  const files = { "a.parquet": parquetOf(0, 10, "UNCOMPRESSED"), "b.parquet": parquetOf(0, 10, "SNAPPY") };
  await withFiles(files, async (read) => {
    for (const name of Object.keys(files)) deepStrictEqual(await read(name), expected, name);
    deepStrictEqual(await read("a.parquet", { columns: ["score"], split: "train[4:6]" }), [{ score: 2 }, {
      score: 2.5,
    }]);
  });
});

Deno.test("readRows() counts slices and limits across files, and leaves nothing open when it stops early", async () => {
  const files: Files = { "1.parquet": parquetOf(0, 7), "2.parquet": parquetOf(7, 12) };
  const lines = (from: number, to: number): string =>
    parquetRows(from, to).map((row) => JSON.stringify(row)).join("\n");
  files["1.jsonl"] = lines(0, 7);
  files["2.jsonl.gz"] = gzipSync(lines(7, 12));
  files["1.csv"] = "question\n" + parquetRows(0, 7).map(({ question }) => question).join("\n");
  files["2.csv.gz"] = gzipSync("question\n" + parquetRows(7, 12).map(({ question }) => question).join("\n"));
  await withFiles(files, async (read) => {
    for (const glob of ["*.parquet", "*.jsonl*", "*.csv*"]) {
      for (
        const [split, limit, from, to] of [["train", 3, 0, 3], ["train[5:9]", 99, 5, 9], [
          "train[8:]",
          2,
          8,
          10,
        ], [
          "train[50:]",
          9,
          0,
          0,
        ], ["train[:7]", 7, 0, 7]] as const
      ) {
        const rows = await read(glob, { split, limit, columns: ["question"] });
        deepStrictEqual(rows, parquetRows(from, to), `${glob} ${split} ${limit}`);
      }
    }
  });
});

function parquetRows(from: number, to: number): Row[] {
  return Array.from({ length: to - from }, (_, i) => ({ question: `question ${from + i}` }));
}

/** Two rows in LZ4 pages as pyarrow writes them: texts q, and n, whose dictionary is empty. */
const ALL_NULL_LZ4 =
  "UEFSMRUEFRQVFkwVBBUAEgAAoAEAAAB4AQAAAHkVABUSFRQsFQQVEBUGFQYcAAAAkAIAAAAEAQEDAhUEFQAVAkwVABUAEgAA" +
  "ABUAFQ4VECwVBBUQFQYVBhwAAABwAgAAAAQAABUEGTw1ABgGc2NoZW1hFQQAFQwlAhgBcSUATBwAAAAVDCUCGAFuJQBMHAAA" +
  "ABYEGRwZLCYAHBUMGTUABhAZGAFxFQ4WBBZoFmwmOiYIKSwVBBUAFQIAFQAVEBUCADwWBBkGGSYABAAAACYAHBUMGTUABhAZ" +
  "GAFuFQ4WBBZQFlQmkgEmdCksFQQVABUCABUAFRAVAgA8FgAZBhkmBAAAAAAWuAEWBCYIFsABACggcGFycXVldC1jcHAtYXJy" +
  "b3cgdmVyc2lvbiAyNS4wLjEZLBwAABwAAADWAAAAUEFSMQ==";

Deno.test("readRows() passes over an empty list among other files", async () => {
  await withFiles({ "a.json": "[]", "b.json": '[{"a":"1"}]', "c.json": "[]" }, async (read) => {
    deepStrictEqual(await read("*.json", { columns: ["a"] }), [{ a: "1" }]);
  });
});

Deno.test("readRows() reads the empty dictionary of a column that is all null, whatever the codec", async () => {
  const bytes = Uint8Array.fromBase64(ALL_NULL_LZ4);
  await withFiles({ "a.parquet": bytes }, async (read) => {
    deepStrictEqual(await read("a.parquet"), [{ q: "x", n: null }, { q: "y", n: null }]);
  });
});

Deno.test("readColumnNames() and countRows() tell columns and, of Parquet, the number of rows", async () => {
  const baseFolder = await Deno.makeTempDir();
  await Deno.writeFile(join(baseFolder, "a.parquet"), parquetOf(0, 10));
  await Deno.writeTextFile(join(baseFolder, "a.csv"), CSV);
  await Deno.writeTextFile(join(baseFolder, "empty.csv"), "a,b\n");
  const parquet = await resolveSource("a.parquet", { baseFolder, split: "train[2:99]" });
  const csv = await resolveSource("a.csv", { baseFolder });
  deepStrictEqual(await readColumnNames(parquet), ["question", "answer", "score"]);
  strictEqual(await countRows(parquet), 8);
  deepStrictEqual(await readColumnNames(csv), ["a", "b"]);
  strictEqual(await countRows(csv), undefined);
  await rejects(readColumnNames(await resolveSource("empty.csv", { baseFolder })), /it has no rows/);
  await Deno.remove(baseFolder, { recursive: true });
});

Deno.test("readRows() says which columns there are when one is missing", async () => {
  await withFiles({ "a.csv": CSV, "a.jsonl": JSONL, "a.parquet": parquetOf(0, 4) }, async (read) => {
    await rejects(read("a.csv", { columns: ["c"] }), /a\.csv: there is no column "c"; choose from a, b/);
    await rejects(
      read("a.jsonl", { columns: ["a", "c"] }),
      /a\.jsonl: there is no column "c"; choose from a, b/,
    );
    await rejects(
      read("a.parquet", { columns: ["c"] }),
      /no column "c"; choose from question, answer, score/,
    );
  });
});

const whole = parquetOf(0, 100);
const corrupt = whole.slice();
// The first pages of the file: overwritten headers and data cannot be decoded.
corrupt.fill(0xff, 4, 200);

/** Damaged files and what the message must say. */
const DAMAGED: Record<string, [string | Uint8Array, RegExp]> = {
  "cut.parquet": [whole.slice(0, whole.length - 20), /it is not a whole Parquet file/],
  "short.parquet": [whole.slice(0, 6), /it is not a whole Parquet file/],
  "empty.parquet": ["", /it is not a whole Parquet file/],
  "corrupt.parquet": [corrupt, /it is not a whole Parquet file/],
  "text.parquet": ["question,answer\n1,2\n", /it is not a whole Parquet file/],
  "fields.csv": ['a,b\n1,2\n"3\n3",4\n5,6,7\n8,9\n', /line 5 is malformed/],
  "twice.csv": ["a,b,a\n1,2,3\n", /its first line names column "a" twice/],
  "quote.csv": ['a,b\n1,2\n3,4"x\n', /line 3 is malformed/],
  "open.csv": ['a,b\n1,2\n3,"4\n5,6\n', /line \d is malformed \(Quote Not Closed/],
  "line.jsonl": ['{"a":1}\n\n{"a":2}\n{"a":\n{"a":3}\n', /line 4 is not JSON/],
  "value.jsonl": ['{"a":1}\n[2]\n', /line 2 is not a JSON object/],
  "list.json": ['[{"a":1},\n 5]', /row 2 is not a JSON object/],
  "cutlist.json": ['[{"a":1},', /the list is not JSON/],
  "utf8.jsonl": [new Uint8Array([0x7b, 0x22, 0x61, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /it is not valid UTF-8/],
  "cututf8.csv": [new Uint8Array([0x61, 0x0a, 0x62, 0xc3]), /it is not valid UTF-8/],
  "cut.jsonl.gz": [gzipSync(`${JSONL}\n`.repeat(50)).subarray(0, 90), /gzip stream is damaged or cut short/],
  "text.csv.gz": [CSV, /gzip stream is damaged or cut short/],
};

for (const [name, [content, reason]] of Object.entries(DAMAGED)) {
  Deno.test(`readRows() refuses ${name} in one sentence that names the file`, async () => {
    await withFiles({ [name]: content }, async (read) => {
      await rejects(read(name), (error: Error) => {
        strictEqual(error.name, "SyntaxError");
        match(error.message, reason);
        match(error.message, new RegExp(`^Cannot read [^ ]*/${name.replaceAll(".", "\\.")}: [^\\n]*; `));
        return true;
      });
    });
  });
}

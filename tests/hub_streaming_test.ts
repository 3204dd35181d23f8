/** Parquet files on the hub are read by ranges: only the rows and columns asked for, by few requests. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import {
  countRows,
  readColumnNames,
  readGroupSizes,
  readRows,
  resolveSource,
  type Row,
} from "../data/mod.ts";
import { type Hub, parseHubAddress } from "../hub/mod.ts";
import { dataset, type HubCase, withHub } from "./_hub_case.ts";
import type { LoopbackContent } from "./_loopback_repository.ts";

/** Texts that do not shrink when they are compressed, so that bytes say what was read. */
function texts(column: string, from: number, to: number, length: number): string[] {
  let state = 12345 + from;
  return Array.from({ length: to - from }, (_, i) => {
    let text = `${column} ${from + i} `;
    while (text.length < length) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      text += state.toString(36);
    }
    return text;
  });
}

interface TableOptions {
  rowGroupSize?: number;
  /** Bytes of a page; a chunk of several pages has an index of them. */
  pageSize?: number;
  /** Whether long columns come before short ones. */
  reverse?: boolean;
}

/** Rows `from .. to` of a short column `q` and a long column `a`. */
function table(
  from: number,
  to: number,
  { rowGroupSize = 2000, pageSize, reverse = false }: TableOptions = {},
): LoopbackContent {
  const columnData = [
    { name: "q", data: texts("q", from, to, 40), type: "STRING" as const },
    { name: "a", data: texts("a", from, to, 400), type: "STRING" as const },
  ];
  if (reverse) columnData.reverse();
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize, pageSize, codec: "UNCOMPRESSED" }));
}

const SOURCE = "hf://datasets/owner/name";
/** Two files, 20,000 rows, 9 MB; a row group is 0.9 MB. */
const FILES = {
  "train-0.parquet": table(0, 10_000),
  "train-1.parquet": table(10_000, 20_000, { reverse: true }),
};
const TAIL = 1 << 19;

async function withFiles(
  files: Record<string, LoopbackContent>,
  use: (hubCase: HubCase) => Promise<void>,
): Promise<void> {
  await withHub([dataset("owner/name", files)], use);
}

interface ReadOptions {
  hub: Hub;
  columns?: string[];
  split?: string;
  limit?: number;
}

async function read({ hub, split, ...options }: ReadOptions): Promise<Row[]> {
  const rows: Row[] = [];
  const source = await resolveSource(SOURCE, { hub, split });
  for await (const batch of readRows(source, { hub, ...options })) rows.push(...batch);
  return rows;
}

/** Requests for bytes of files; the hub's redirections are not counted. */
function rangesIn({ server }: HubCase): (string | null)[] {
  return server.requests.filter(({ path }) => /^\/[0-9a-f]{64}$/.test(path)).map(({ range }) => range);
}

Deno.test("remote rows are the rows of the files, whatever the order of their columns", async () => {
  await withFiles(FILES, async (hubCase) => {
    const rows = await read({ hub: hubCase.connect(), columns: ["q", "a"] });
    const [q, a] = [[40, "q"], [400, "a"]].map(([length, column]) => [
      ...texts(column as string, 0, 10_000, length as number),
      ...texts(column as string, 10_000, 20_000, length as number),
    ]);
    deepStrictEqual(rows, q.map((_, i) => ({ q: q[i], a: a[i] })));
    ok(!existsSync(join(hubCase.cacheFolder, "datasets--owner--name/blobs")));
    // A footer and 4.5 MB, which fit into one request, of either file.
    strictEqual(rangesIn(hubCase).length, 4);
  });
});

Deno.test("a slice, a limit and a choice of columns read little more than they need", async () => {
  await withFiles(FILES, async ({ server, connect }) => {
    const cost = async (options: Omit<ReadOptions, "hub">, rows: number): Promise<number> => {
      const before = server.bytesSent;
      strictEqual((await read({ hub: connect(), ...options })).length, rows);
      return server.bytesSent - before;
    };
    const group = 2000 * 450;
    // One file's footer and one row group, of which the rest of the pages is passed over where there is an index.
    ok(await cost({ split: "train[:2000]" }, 2000) < TAIL + 1.1 * group);
    ok(await cost({ limit: 100 }, 100) < TAIL + 1.1 * group);
    ok(await cost({ split: "train[4000:6000]" }, 2000) < TAIL + 1.1 * group);
    // Both footers, and the column of 40 characters of both files; gaps of 0.8 MB are not bridged.
    ok(await cost({ columns: ["q"] }, 20_000) < 2 * TAIL + 1.2 * 20_000 * 45);
    ok(await cost({ split: "train[15000:15001]", columns: ["q"] }, 1) < 2 * TAIL + 1.2 * 2000 * 45);
    // Nothing but footers.
    const before = server.bytesSent;
    const hub = connect();
    const source = await resolveSource(SOURCE, { hub });
    strictEqual(await countRows(source, { hub }), 20_000);
    deepStrictEqual(await readColumnNames(source, { hub }), ["q", "a"]);
    deepStrictEqual(await readGroupSizes(source.files[1], { hub }), [2000, 2000, 2000, 2000, 2000]);
    strictEqual(server.bytesSent - before, 2 * TAIL);
  });
});

Deno.test("of a large row group with a page index only the pages of the rows asked for are read", async () => {
  const files = { "train.parquet": table(0, 20_000, { rowGroupSize: 20_000, pageSize: 20_000 }) };
  await withFiles(files, async ({ server, connect }) => {
    const hub = connect();
    const rows = await read({ hub, split: "train[9000:9010]" });
    deepStrictEqual(rows.map(({ q }) => q), texts("q", 0, 20_000, 40).slice(9000, 9010));
    // The footer, and one or two pages of either column.
    ok(server.bytesSent < TAIL + 4 * 25_000, String(server.bytesSent));
  });
});

Deno.test("a large row group is read by one request, window after window", async () => {
  const data = Array.from({ length: 150_000 }, (_, i) => `q ${i}`);
  const columnData = [{ name: "q", data, type: "STRING" as const }];
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 150_000, pageSize: 100_000 }));
  await withFiles({ "train.parquet": bytes }, async (hubCase) => {
    const hub = hubCase.connect();
    const sizes: number[] = [];
    let next = 0;
    for await (const rows of readRows(await resolveSource(SOURCE, { hub }), { hub })) {
      for (const { q } of rows) strictEqual(q, data[next++]);
      sizes.push(rows.length);
    }
    deepStrictEqual(sizes, [65_536, 65_536, 18_928]);
    ok(rangesIn(hubCase).length <= 2);
  });
});

Deno.test("many small row groups are read by few requests", async () => {
  await withFiles({ "train.parquet": table(0, 20_000, { rowGroupSize: 100 }) }, async (hubCase) => {
    strictEqual((await read({ hub: hubCase.connect() })).length, 20_000);
    // 200 row groups, 9 MB: the footer and one request.
    strictEqual(rangesIn(hubCase).length, 2);
  });
});

Deno.test("ranges that are cut are gone on with, and nothing is read twice", async () => {
  await withFiles({ "train.parquet": table(0, 4000) }, async (hubCase) => {
    const { server, connect } = hubCase;
    const whole = await read({ hub: connect() });
    const bytes = server.bytesSent;
    Object.assign(server.faults, { cuts: 3, cutAfter: 100_000 });
    deepStrictEqual(await read({ hub: connect() }), whole);
    strictEqual(server.bytesSent, 2 * bytes);
  });
});

Deno.test("a hub that cannot be read any more is told as such, not as a damaged file", async () => {
  await withFiles({ "train.parquet": table(0, 4000) }, async ({ server, connect }) => {
    const hub = connect();
    const source = await resolveSource(SOURCE, { hub });
    await readColumnNames(source, { hub });
    server.faults.serverErrors = Infinity;
    const rows = readRows(source, { hub, columns: ["q"] });
    await rejects(
      rows.next(),
      /^Error: Cannot read hf:\/\/datasets\/owner\/name@[0-9a-f]{40}\/train\.parquet: http:\S+ has a fault/,
    );
  });
});

Deno.test("damaged bytes are told as a damaged file", async () => {
  await withFiles({ "train.parquet": table(0, 4000) }, async ({ server, connect }) => {
    server.faults.wrongBytes = Infinity;
    await rejects(read({ hub: connect() }), {
      name: "SyntaxError",
      message: /^Cannot read hf:\/\/datasets\/owner\/name\/train\.parquet: it is not a whole Parquet file \(/,
    });
  });
});

Deno.test("where a server ignores ranges the file goes to the cache and is read there", async () => {
  await withFiles(FILES, async ({ server, cacheFolder, connect }) => {
    server.faults.ignoreRanges = true;
    strictEqual((await read({ hub: connect(), split: "train[:100]", columns: ["q"] })).length, 100);
    strictEqual([...Deno.readDirSync(join(cacheFolder, "datasets--owner--name/blobs"))].length, 1);
  });
});

Deno.test("a file that is in the cache is read there", async () => {
  await withFiles(FILES, async ({ server, connect }) => {
    const hub = connect();
    const repository = await hub.open(parseHubAddress(SOURCE, "datasets"));
    for (const path of Object.keys(FILES)) await repository.fetch(path);
    const before = server.bytesSent;
    strictEqual((await read({ hub })).length, 20_000);
    strictEqual(server.bytesSent, before);
  });
});

Deno.test("files of text formats are downloaded whole, checked, and read from the cache", async () => {
  const lines = texts("q", 0, 100, 40).map((q) => JSON.stringify({ q })).join("\n");
  for (const [name, content] of [["train.jsonl", lines], ["train.jsonl.gz", gzipSync(lines)]] as const) {
    await withFiles({ [name]: content as LoopbackContent }, async ({ server, connect }) => {
      server.faults.wrongBytes = 1;
      const rows = await read({ hub: connect(), split: "train[10:20]" });
      deepStrictEqual(rows, texts("q", 0, 100, 40).slice(10, 20).map((q) => ({ q })));
      const before = server.bytesSent;
      strictEqual((await read({ hub: connect() })).length, 100);
      strictEqual(server.bytesSent, before);
    });
  }
});

Deno.test("a column that later files lack is refused, and values that are no text are handed on", async () => {
  const later = parquetWriteBuffer({
    columnData: [
      { name: "q", data: [1, 2], type: "INT32" },
      { name: "a", data: [{ x: [1] }, null], type: "JSON" },
    ],
  });
  const files = { "train-0.parquet": table(0, 1), "train-1.parquet": new Uint8Array(later) };
  await withFiles(files, async ({ connect }) => {
    const rows = await read({ hub: connect(), columns: ["a", "q"], split: "train[1:]" });
    deepStrictEqual(rows, [{ a: { x: [1] }, q: 1 }, { a: null, q: 2 }]);
  });
  const other = parquetWriteBuffer({ columnData: [{ name: "question", data: ["x"], type: "STRING" }] });
  await withFiles({ ...files, "train-1.parquet": new Uint8Array(other) }, async ({ connect }) => {
    await rejects(read({ hub: connect(), columns: ["q"] }), {
      name: "RangeError",
      message:
        'Cannot read hf://datasets/owner/name/train-1.parquet: there is no column "q"; choose from question',
    });
  });
});

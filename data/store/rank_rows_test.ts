import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { assignColumns } from "../columns.ts";
import { Random } from "../random.ts";
import type { RankedSource } from "../row_source.ts";
import { resolveSource } from "../source.ts";
import { GROUPS } from "./_shard_header.ts";
import { linesOf, rowsIn, storeOf, tokenizer, withFolder } from "./_test_store.ts";
import { heldOutChoice } from "./held_out_choice.ts";
import { rankRows, type RowDifficulty } from "./rank_rows.ts";
import type { StoreOptions } from "./store_options.ts";
import { openTokenStore, type TokenStoreSpec } from "./token_store.ts";

const ROWS = 700;
const ROLES = assignColumns(["question", "answer"]);

/** Row i; every 7th repeats the one before, every 11th has an empty text, every 13th one that has no tokens. */
function rowOf(i: number): { question: string; answer: string; rank: number } {
  if (i % 7 === 6) return { ...rowOf(i - 1), rank: difficultyOf(i - 1) };
  const answer = i % 11 === 10 ? " " : i % 13 === 12 ? "\u200b" : "answer ".repeat(1 + i % 9) + i;
  return { question: `question ${i}`, answer, rank: difficultyOf(i) };
}

/** Half of the values occur more than once, some are negative. */
function difficultyOf(i: number): number {
  return i % 2 === 0 ? (i * 37) % 101 - 50 : i % 5;
}

/** Every row of the store as text, with its rank, in the order of the store. */
function ranked(spec: TokenStoreSpec): { row: string; rank: number }[] {
  const store = openTokenStore(spec) as RankedSource;
  const found = [];
  for (const [from, to] of [[0, 1], [1, 500], [500, 500], [500, GROUPS]]) {
    const ranks = store.readRanks(from, to);
    found.push(...rowsIn(store.readGroups(from, to)).map((row, i) => ({ row, rank: ranks[i] })));
  }
  store.close();
  return found;
}

/** The ranks that a stable sort of the rows by their values gives. */
function expectedRanks(rows: readonly { row: string }[], valueOf: (row: string) => number): number[] {
  const order = rows.map(({ row }, i) => ({ i, value: valueOf(row) })).sort((a, b) =>
    a.value - b.value || a.i - b.i
  );
  const ranks = new Array<number>(rows.length);
  order.forEach(({ i }, rank) => ranks[i] = rank);
  return ranks;
}

function lengthOf(row: string): number {
  return row.split(" ").filter((word) => word !== "|").length;
}

/** Number of a row by its tokens, which spell its digits. */
async function numbersByTokens(folder: string): Promise<Map<string, number>> {
  const rows = Array.from({ length: ROWS }, (_, i) => rowOf(i)).filter((_, i) => i % 7 !== 6);
  await Deno.writeTextFile(
    join(folder, "all.jsonl"),
    linesOf(rows.map(({ question, answer }) => ({ question, answer }))),
  );
  return new Map(rows.map(({ question, answer, rank }) => {
    return [[question, answer].map((text) => tokenizer.encode(text).join(" ")).join(" | "), rank];
  }));
}

async function withStore(
  use: (parts: { folder: string; spec: TokenStoreSpec; column: RowDifficulty }) => Promise<void>,
  { file = "rows.jsonl", bytes, ...more }: { file?: string; bytes?: Uint8Array } & Partial<StoreOptions> = {},
): Promise<void> {
  await withFolder(async (folder) => {
    const text = linesOf(Array.from({ length: ROWS }, (_, i) => rowOf(i)));
    await Deno.writeFile(join(folder, file), bytes ?? new TextEncoder().encode(text));
    const source = await resolveSource(file, { baseFolder: folder });
    const { spec } = await storeOf(folder, file, { roles: ROLES, ...more });
    await use({ folder, spec, column: { kind: "column", column: "rank", source, roles: ROLES } });
  });
}

const SETTINGS: [string, Partial<StoreOptions>][] = [
  ["as they are", {}],
  ["in many shards", { shardRows: 50 }],
  ["with repeated rows", { shardRows: 64, duplicates: "keep" }],
  ["with rows held out", { shardRows: 64, heldOut: heldOutChoice(60, new Random(3)) }],
];

for (const [name, more] of SETTINGS) {
  Deno.test(`rankRows() ranks rows by their tokens and by a column as a stable sort does: ${name}`, () =>
    withStore(async ({ folder, spec, column }) => {
      const { spec: byLength, spread } = await rankRows(spec, { kind: "length" });
      const rows = ranked(byLength);
      strictEqual(rows.length, spec.rowCount);
      deepStrictEqual(rows.map(({ rank }) => rank), expectedRanks(rows, lengthOf));
      const lengths = rows.map(({ row }) => lengthOf(row)).sort((a, b) => a - b);
      const at = (share: number): number => lengths[Math.round(share * (lengths.length - 1))];
      deepStrictEqual(spread, [at(0), at(0.25), at(0.5), at(0.75), at(1)]);
      const values = await numbersByTokens(folder);
      const { spec: byColumn } = await rankRows(spec, column);
      const again = ranked(byColumn);
      deepStrictEqual(again.map(({ row }) => row), rows.map(({ row }) => row));
      deepStrictEqual(again.map(({ rank }) => rank), expectedRanks(again, (row) => values.get(row)!));
    }, more));
}

Deno.test("rankRows() reads numbers of Parquet's integers and CSV's texts", async () => {
  const rows = Array.from({ length: ROWS }, (_, i) => rowOf(i));
  const columnData = [
    { name: "question", data: rows.map(({ question }) => question) },
    { name: "answer", data: rows.map(({ answer }) => answer) },
    { name: "rank", data: rows.map(({ rank }) => BigInt(rank)), type: "INT64" as const },
  ];
  const parquet = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 90 }));
  const csv = ["question,answer,rank", ...rows.map((row) => `${row.question},"${row.answer}",${row.rank}`)]
    .join("\n");
  const found: string[] = [];
  const files: [string, Uint8Array | undefined][] = [
    ["rows.jsonl", undefined],
    ["rows.parquet", parquet],
    ["rows.csv", new TextEncoder().encode(csv)],
  ];
  for (const [file, bytes] of files) {
    await withStore(async ({ spec, column }) => {
      const byRank = ranked((await rankRows(spec, column)).spec);
      // The order of equal values within a group is that of the shards, the same for all three.
      found.push(JSON.stringify(byRank));
    }, { file, bytes });
  }
  strictEqual(found[1], found[0]);
  strictEqual(found[2], found[0]);
});

Deno.test("rankRows() ranks by a function of the rows, and keeps one file for each key", () =>
  withStore(async ({ spec }) => {
    const rankBy = async (key: string, sign: number): Promise<number[]> => {
      const difficulty: RowDifficulty = {
        kind: "score",
        key,
        score: (window) => Float32Array.from(rowsIn(window), (row) => sign * lengthOf(row) / 7),
      };
      return ranked((await rankRows(spec, difficulty)).spec).map(({ rank }) => rank);
    };
    const rows = ranked((await rankRows(spec, { kind: "length" })).spec);
    deepStrictEqual(await rankBy("up", 1), rows.map(({ rank }) => rank));
    deepStrictEqual(await rankBy("down", -1), expectedRanks(rows, (row) => -lengthOf(row)));
    deepStrictEqual(await rankBy("up", NaN), rows.map(({ rank }) => rank), "kept");
    await rejects(rankBy("none", NaN), {
      name: "RangeError",
      message:
        "Cannot rank pairs: the difficulty of a row is NaN; rank by what is a finite number for every row",
    });
    const names = [...Deno.readDirSync(spec.folder)].map(({ name }) => name);
    strictEqual(names.filter((name) => name.startsWith("ranks-") && name.endsWith(".bin")).length, 3);
    deepStrictEqual(names.filter((name) => name.endsWith(".new")), []);
  }));

Deno.test("rankRows() makes damaged ranks again, and a store that reads them says so", () =>
  withStore(async ({ spec }) => {
    const { spec: made, checksum } = await rankRows(spec, { kind: "length" });
    const path = join(made.folder, made.ranks!);
    const bytes = Deno.readFileSync(path);
    const damaged = bytes.slice();
    damaged[damaged.length - 2] ^= 1;
    Deno.writeFileSync(path, damaged);
    const store = openTokenStore(made) as RankedSource;
    throws(() => store.readRanks(0, GROUPS), /its group \d+ has another checksum; start again/);
    store.close();
    throws(() => Deno.statSync(path), Deno.errors.NotFound);
    for (const cut of [undefined, bytes.slice(0, 100), bytes.slice(0, -4)]) {
      if (cut !== undefined) Deno.writeFileSync(path, cut);
      throws(() => openTokenStore(made), /start again, and this part is made again/);
      strictEqual((await rankRows(spec, { kind: "length" })).checksum, checksum);
      deepStrictEqual(Deno.readFileSync(path), bytes);
    }
  }));

const BAD: [value: unknown, shown: string][] = [
  ["easy", '"easy"'],
  [null, "null"],
  ["NaN", '"NaN"'],
  [[1, 2], "1,2"],
  [1e300, "1e+300"],
];

for (const [value, shown] of BAD) {
  Deno.test(`rankRows() refuses a column that has ${shown}, naming the row`, () => {
    const rows = Array.from({ length: ROWS }, (_, i) => i === 300 ? { ...rowOf(i), rank: value } : rowOf(i));
    return withStore(async ({ spec, column }) => {
      await rejects(rankRows(spec, column), {
        name: "RangeError",
        message: `Cannot rank pairs by column "rank": row 301 has ${shown}, which is no finite number; ` +
          "mend the column, or name another",
      });
      ok([...Deno.readDirSync(spec.folder)].every(({ name }) => !name.endsWith(".new")));
    }, { bytes: new TextEncoder().encode(linesOf(rows)), shardRows: 200 });
  });
}

Deno.test("rankRows() does not mind what a row has that is not used", () => {
  const isDropped = (i: number): boolean => i % 11 === 10 && i % 7 !== 6;
  const rows = Array.from({ length: ROWS }, (_, i) => isDropped(i) ? { ...rowOf(i), rank: null } : rowOf(i));
  return withStore(async ({ spec, column }) => {
    strictEqual(ranked((await rankRows(spec, column)).spec).length, spec.rowCount);
  }, { bytes: new TextEncoder().encode(linesOf(rows)) });
});

Deno.test("rankRows() notices a source that has changed", () =>
  withStore(async ({ folder, spec, column }) => {
    const all = Array.from({ length: ROWS }, (_, i) => rowOf(i));
    for (const rows of [all.slice(1), all.slice(0, -1), [...all, rowOf(1)], all.toReversed()]) {
      await Deno.writeTextFile(join(folder, "rows.jsonl"), linesOf(rows));
      await rejects(rankRows(spec, column), (error: Error) => {
        match(error.message, /^Cannot rank pairs: its rows are not those that its token ids were made from/);
        return true;
      });
    }
  }, { shardRows: 100 }));

Deno.test("rankRows() stops when it is told to, and hears nothing of what is there", () =>
  withStore(async ({ spec, column }) => {
    const stop = new AbortController();
    const heard: number[] = [];
    const onProgress = ({ rows }: { rows: number }): void => {
      heard.push(rows);
      stop.abort(new Error("enough"));
    };
    await rejects(rankRows(spec, column, { signal: stop.signal, onProgress }), { message: "enough" });
    strictEqual(heard.length, 1);
    await rankRows(spec, column);
    await rankRows(spec, column, { onProgress });
    strictEqual(heard.length, 1);
  }));

/** Small data sets and their token stores, for tests. */
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { buildWordPieceTokenizer, loadTokenizer, type Tokenizer } from "../../text/mod.ts";
import { assignColumns } from "../columns.ts";
import type { RowWindow } from "../row_source.ts";
import { readColumnNames } from "../rows.ts";
import { resolveSource } from "../source.ts";
import { type PreparedStore, prepareStore } from "./prepare_store.ts";
import type { StoreOptions } from "./store_options.ts";
import { openTokenStore, type TokenStoreSpec } from "./token_store.ts";

/** Knows digits and a few words. */
export const tokenizer: Tokenizer = await loadTokenizer(
  buildWordPieceTokenizer(["question answer 0123456789"], { vocabSize: 64 }),
  "test",
);

/** Runs a test in a temporary folder. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A pair by its number. */
export function pairOf(number: number): { question: string; answer: string } {
  return { question: `question ${number}`, answer: `answer ${number} ${number}` };
}

/** A Parquet file of the pairs `from .. to` with row groups of so many rows. */
export function parquetOf(from: number, to: number, rowGroupSize: number): Uint8Array {
  const pairs = Array.from({ length: to - from }, (_, i) => pairOf(from + i));
  const columnData = (["question", "answer"] as const).map((name) => ({
    name,
    data: pairs.map((pair) => pair[name]),
    type: "STRING" as const,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
}

/** One JSON object a line. */
export function linesOf(rows: readonly unknown[]): string {
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

/** Options of a store of some files in a folder; the cache is a folder in it. */
export async function storeOptions(
  folder: string,
  files: string,
  more: Partial<StoreOptions> = {},
): Promise<StoreOptions> {
  const source = await resolveSource(files, { baseFolder: folder });
  const roles = assignColumns(await readColumnNames(source));
  const cacheFolder = join(folder, "cache");
  return { name: "pairs", source, roles, tokenizer, cacheFolder, duplicates: "drop", threads: 1, ...more };
}

/** Prepares the store of some files in a folder. */
export async function storeOf(
  folder: string,
  files: string,
  more: Partial<StoreOptions> = {},
): Promise<{ store: PreparedStore; spec: TokenStoreSpec }> {
  const options = await storeOptions(folder, files, more);
  const store = await prepareStore(options);
  const { manifest, summary } = store;
  const spec: TokenStoreSpec = {
    name: options.name,
    folder: store.folder,
    shards: manifest.shards.map(({ name }) => name),
    columnCount: options.roles.texts.length,
    labelWidth: manifest.labelWidth,
    idBytes: manifest.idBytes,
    rowCount: summary.groupRows.reduce((sum, rows) => sum + rows, 0),
    duplicates: options.duplicates,
    heldOut: Uint32Array.from(store.heldOut.flatMap(({ low, high }) => [low, high])),
    groupRows: summary.groupRows,
    groupBytes: summary.groupBytes,
    groupRepeats: summary.groupRepeats,
  };
  return { store, spec };
}

/** Token ids of every row of a window, column by column, as text. */
export function rowsIn({ rowCount, columns, labels }: RowWindow): string[] {
  const width = (labels?.length ?? 0) / rowCount;
  return Array.from({ length: rowCount }, (_, row) => {
    const texts = columns.map(({ ids, offsets }) => ids.subarray(offsets[row], offsets[row + 1]).join(" "));
    return [...texts, ...labels?.subarray(row * width, (row + 1) * width) ?? []].join(" | ");
  });
}

/** All rows of a store, read so many groups at a time. */
export function readAll(spec: TokenStoreSpec, step = 1024): string[] {
  const store = openTokenStore(spec);
  const rows: string[] = [];
  for (let from = 0; from < 1024; from += step) {
    rows.push(...rowsIn(store.readGroups(from, Math.min(1024, from + step))));
  }
  store.close();
  return rows;
}

/** A row as {@linkcode rowsIn} gives it. */
export function encoded(...texts: string[]): string {
  return texts.map((text) => tokenizer.encode(text).join(" ")).join(" | ");
}

/** The bytes of all shards of a folder, by name. */
export function shardBytesOf(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".bin"))
    .sort();
  return Object.fromEntries(names.map((name) => [name, Deno.readFileSync(join(folder, name)).toBase64()]));
}

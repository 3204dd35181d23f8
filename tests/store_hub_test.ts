/** Token stores of data sets on the hub: threads read it by themselves, and what is there is not asked for again. */
import { deepStrictEqual, match, ok, rejects } from "node:assert/strict";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { assignColumns, readColumnNames, resolveSource } from "../data/mod.ts";
import { shardBytesOf, tokenizer } from "../data/store/_test_store.ts";
import { type PreparedStore, prepareStore } from "../data/store/prepare_store.ts";
import type { StoreOptions } from "../data/store/store_options.ts";
import type { Hub } from "../hub/mod.ts";
import { dataset, withHub } from "./_hub_case.ts";

const SOURCE = "hf://datasets/owner/name";

/** Pairs `from .. to` in row groups of 500. */
function pairs(from: number, to: number): Uint8Array<ArrayBuffer> {
  const columnData = ["question", "answer"].map((name) => ({
    name,
    data: Array.from({ length: to - from }, (_, i) => `${name} ${from + i}`),
    type: "STRING" as const,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 500 }));
}

const FILES = { "train-0.parquet": pairs(0, 2000), "train-1.parquet": pairs(2000, 4000) };

async function prepareFrom(
  hub: Hub,
  cacheFolder: string,
  more: Partial<StoreOptions>,
): Promise<PreparedStore> {
  const source = await resolveSource(SOURCE, { hub });
  const roles = assignColumns(await readColumnNames(source, { hub }));
  const heldOut = { count: 50, key: [1, 2] as [number, number] };
  const base = { name: "pairs", source, roles, tokenizer, hub, cacheFolder, heldOut, shardRows: 1000 };
  return await prepareStore({ ...base, duplicates: "drop", ...more });
}

Deno.test("threads read a data set from the hub and make the store that one thread makes", async () => {
  await withHub([dataset("owner/name", FILES)], async ({ connect, cacheFolder }) => {
    const threads = [1, 2];
    const stores = [];
    for (const count of threads) {
      const folder = join(cacheFolder, `tokens of ${count}`);
      stores.push(await prepareFrom(connect(), folder, { threads: count, threadBytes: 1 }));
    }
    const [one, two] = stores;
    deepStrictEqual([two.summary, two.heldOut, two.manifest], [one.summary, one.heldOut, one.manifest]);
    deepStrictEqual(shardBytesOf(two.folder), shardBytesOf(one.folder));
    deepStrictEqual(one.manifest.shards.map(({ rows }) => rows), [1000, 1000, 1000, 1000]);
    ok(one.manifest.contents.files.every(({ isLocal }) => !isLocal));
  });
});

Deno.test("a store that is there is used, and of its files no more than a footer is asked for", async () => {
  await withHub([dataset("owner/name", FILES)], async ({ connect, cacheFolder, server }) => {
    const folder = join(cacheFolder, "tokens");
    const made = await prepareFrom(connect(), folder, { threads: 1 });
    const asked = server.requests.length;
    deepStrictEqual(await prepareFrom(connect(), folder, { threads: 1 }), made);
    const parts = server.requests.slice(asked).filter(({ range }) => range !== null);
    ok(parts.every(({ path }) => path.includes("train-0")), parts.map(({ path }) => path).join());
  });
});

Deno.test("what the hub tells a thread reaches the caller as the same sentence", async () => {
  const [file] = Object.entries(FILES).map(([name, bytes]) => ({ [name]: bytes }));
  await withHub([dataset("owner/name", file)], async ({ connect, cacheFolder, server }) => {
    const hub = connect();
    const source = await resolveSource(SOURCE, { hub });
    const roles = assignColumns(await readColumnNames(source, { hub }));
    // Another commit takes the place of the one that was resolved.
    server.put(dataset("owner/name", { "README.md": "" }));
    const base = {
      name: "pairs",
      source,
      roles,
      tokenizer,
      hub,
      duplicates: "drop" as const,
      shardRows: 500,
    };
    const messages: string[] = [];
    for (const threads of [1, 2]) {
      const options = { ...base, cacheFolder: join(cacheFolder, `${threads}`), threads, threadBytes: 1 };
      await rejects(prepareStore(options), (error: Error) => messages.push(error.message) > 0);
    }
    match(
      messages[0],
      /^Cannot find hf:.*: it has no revision ".*"; name a branch, a tag or a commit of it$/,
    );
    deepStrictEqual(messages[1], messages[0]);
  });
});

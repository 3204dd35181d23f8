import { deepStrictEqual, match, notStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "./_lock.ts";
import { linesOf, pairOf, readAll, shardBytesOf, storeOf, withFolder } from "./_test_store.ts";
import { folderBytes, listStores, removeStaleStores } from "./cached_stores.ts";

Deno.test("a file that changes makes another store; the old one stays until stale stores are removed", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "a.jsonl");
    const cache = join(folder, "cache");
    await Deno.writeTextFile(path, linesOf([1, 2].map(pairOf)));
    const before = await storeOf(folder, "a.jsonl");
    await Deno.writeTextFile(path, linesOf([1, 2, 3].map(pairOf)));
    const after = await storeOf(folder, "a.jsonl");
    notStrictEqual(after.store.folder, before.store.folder);
    deepStrictEqual([readAll(before.spec).length, readAll(after.spec).length], [2, 3]);
    const stores = await listStores(cache);
    strictEqual(stores.length, 2);
    for (const { folder, name, bytes, isComplete, stale } of stores) {
      deepStrictEqual([name, isComplete, bytes], ["pairs", true, await folderBytes(folder)]);
      if (folder === before.store.folder) match(stale!, /a\.jsonl has changed/);
      else strictEqual(stale, undefined);
    }
    deepStrictEqual((await removeStaleStores(cache)).map((store) => store.folder), [before.store.folder]);
    deepStrictEqual([existsSync(before.store.folder), existsSync(after.store.folder)], [false, true]);
    Deno.removeSync(path);
    match((await removeStaleStores(cache))[0].stale!, /a\.jsonl is gone/);
    deepStrictEqual(await listStores(cache), []);
  });
});

Deno.test("a file that changes while it is read is noticed, and nothing of it is kept", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "a.jsonl");
    await Deno.writeTextFile(path, linesOf(Array.from({ length: 3000 }, (_, i) => pairOf(i))));
    const onProgress = (): void => Deno.writeTextFileSync(path, linesOf([pairOf(7), pairOf(8)]));
    await rejects(storeOf(folder, "a.jsonl", { onProgress }), {
      message:
        /^Cannot prepare data set pairs: .*a\.jsonl has changed while it was read; leave it alone and start again$/,
    });
    const [{ folder: store }] = await listStores(join(folder, "cache"));
    deepStrictEqual(shardBytesOf(store), {});
    strictEqual(readAll((await storeOf(folder, "a.jsonl")).spec).length, 2);
  });
});

Deno.test("a store of another version of the format, or without a manifest, is stale", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf([1, 2].map(pairOf)));
    const { store } = await storeOf(folder, "a.jsonl");
    const manifest = join(store.folder, "store.json");
    const text = await Deno.readTextFile(manifest);
    await Deno.writeTextFile(manifest, text.replace('"version": 1', '"version": 0'));
    const cache = join(folder, "cache");
    strictEqual((await listStores(cache))[0].stale, "it is of version 0 of the format");
    await Deno.remove(manifest);
    strictEqual((await listStores(cache))[0].stale, "it has no manifest");
    deepStrictEqual(await listStores(join(folder, "nowhere")), []);
  });
});

Deno.test("a store that is being prepared is not removed, whatever its manifest says", async () => {
  await withFolder(async (folder) => {
    const cache = join(folder, "cache");
    const store = join(cache, "tokens", "begun");
    const lock = await lockFolder(store);
    deepStrictEqual(await removeStaleStores(cache), []);
    strictEqual(existsSync(store), true);
    lock[Symbol.dispose]();
    deepStrictEqual((await removeStaleStores(cache)).map((each) => each.folder), [store]);
    strictEqual(existsSync(store), false);
  });
});

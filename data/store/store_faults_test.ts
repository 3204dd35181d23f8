import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  encoded,
  linesOf,
  pairOf,
  parquetOf,
  readAll,
  shardBytesOf,
  storeOf,
  storeOptions,
  withFolder,
} from "./_test_store.ts";
import { listStores } from "./cached_stores.ts";
import { prepareStore } from "./prepare_store.ts";
import { readUnfinishedStore } from "./unfinished_store.ts";
import { verifyStore } from "./verify_store.ts";

const CHILD = fileURLToPath(new URL("./_test_prepare.ts", import.meta.url));

/** Starts preparing in a process of its own. */
function prepareInProcess(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", CHILD, ...args],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** The only store of a cache folder. */
function storeIn(cacheFolder: string): string | undefined {
  const tokens = join(cacheFolder, "tokens");
  if (!existsSync(tokens)) return undefined;
  const names = [...Deno.readDirSync(tokens)].map(({ name }) => name);
  return names.length === 0 ? undefined : join(tokens, names[0]);
}

/** When and as what every shard of a folder was written. */
function shardStamps(folder: string): Record<string, string> {
  return Object.fromEntries(
    Object.keys(shardBytesOf(folder)).map((name) => {
      const { mtime, ino } = Deno.statSync(join(folder, name));
      return [name, `${mtime?.getTime()} ${ino}`];
    }),
  );
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

for (const ending of ["parquet", "jsonl"]) {
  Deno.test(`SIGKILL while a shard of ${ending} is written loses nothing that was finished`, async () => {
    await withFolder(async (folder) => {
      const pairs = Array.from({ length: 6000 }, (_, number) => pairOf(number));
      const content = ending === "jsonl"
        ? new TextEncoder().encode(linesOf(pairs))
        : parquetOf(0, 6000, 1200);
      await Deno.writeFile(join(folder, `pairs.${ending}`), content);
      const cache = join(folder, "killed");
      const child = prepareInProcess(folder, `pairs.${ending}`, cache, "1200", "3");
      await child.stdout.cancel();
      strictEqual((await child.status).signal, "SIGKILL");
      const store = storeIn(cache)!;
      const finished = shardStamps(store);
      strictEqual(Object.keys(finished).length, 2);
      const partial = namesIn(store).filter((name) => name.endsWith(".bin.new"));
      strictEqual(partial.length, 1);
      ok(Deno.statSync(join(store, partial[0])).size > 8192);
      const soFar = readAll((await readUnfinishedStore(store))!);
      deepStrictEqual(
        soFar.sort(),
        pairs.slice(0, 2400).map((pair) => encoded(...Object.values(pair))).sort(),
      );
      // As another thread would have left it.
      Deno.writeTextFileSync(join(store, "shard-000009-000.bin.new"), "half");
      const options = { shardRows: 1200 };
      const resumed = await storeOf(folder, `pairs.${ending}`, { ...options, cacheFolder: cache });
      const stamps = shardStamps(store);
      strictEqual(Object.keys(stamps).length, 5);
      for (const [name, stamp] of Object.entries(finished)) strictEqual(stamps[name], stamp);
      ok(!namesIn(store).some((name) => name.endsWith(".new")));
      const undisturbed = await storeOf(folder, `pairs.${ending}`, options);
      deepStrictEqual(shardBytesOf(store), shardBytesOf(undisturbed.store.folder));
      deepStrictEqual(resumed.store.summary, undisturbed.store.summary);
      strictEqual(resumed.spec.rowCount, 6000);
    });
  });
}

/** Ways to damage a shard. */
const DAMAGES: Record<string, (path: string) => void> = {
  "is gone": (path) => Deno.removeSync(path),
  "is cut off": (path) => Deno.truncateSync(path, Deno.statSync(path).size - 100),
  "is empty": (path) => Deno.truncateSync(path, 0),
  "has a flipped bit in its header": (path) => flipBit(path, 5000),
  "has a flipped bit in its description": (path) => flipBit(path, 16 + 8192 + 12),
  "is of another version of the format": (path) => flipBit(path, 8),
};

function flipBit(path: string, at: number): void {
  const bytes = Deno.readFileSync(path);
  bytes[at] ^= 4;
  Deno.writeFileSync(path, bytes);
}

Deno.test("a shard that is gone, cut off or damaged in its header is made again, alone and with the same bytes", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "a.parquet"), parquetOf(0, 3000, 1000));
    await Deno.writeTextFile(
      join(folder, "b.jsonl"),
      linesOf(Array.from({ length: 3000 }, (_, i) => pairOf(i))),
    );
    for (const file of ["a.parquet", "b.jsonl"]) {
      const options = { shardRows: 1000 };
      const { store } = await storeOf(folder, file, options);
      const bytes = shardBytesOf(store.folder);
      const names = Object.keys(bytes);
      strictEqual(names.length, 3);
      for (const [what, damage] of Object.entries(DAMAGES)) {
        const stamps = shardStamps(store.folder);
        damage(join(store.folder, names[1]));
        await storeOf(folder, file, options);
        deepStrictEqual(shardBytesOf(store.folder), bytes, what);
        const now = shardStamps(store.folder);
        deepStrictEqual([now[names[0]], now[names[2]]], [stamps[names[0]], stamps[names[2]]], what);
      }
    }
  });
});

Deno.test("a flipped bit among the rows is found by reading and by verifyStore, and that shard is made again", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "a.parquet"), parquetOf(0, 3000, 1000));
    const { store, spec } = await storeOf(folder, "a.parquet", { shardRows: 1000 });
    const bytes = shardBytesOf(store.folder);
    const path = join(store.folder, "shard-000001-000.bin");
    const { size } = Deno.statSync(path);
    // In the part of hashes and lengths, and in that of ids.
    for (const at of [12_000, size - 50]) {
      flipBit(path, at);
      throws(
        () => readAll(spec),
        /Cannot read .*shard-000001-000\.bin: its group \d+ has another checksum; start again/,
      );
      ok(!existsSync(path));
      throws(() => readAll(spec), /shard-000001-000\.bin: it is not there; start again/);
      await storeOf(folder, "a.parquet", { shardRows: 1000 });
      flipBit(path, at);
      const faults = await verifyStore(store.folder);
      deepStrictEqual(faults.map(({ name }) => name), ["shard-000001-000.bin"]);
      match(faults[0].message, /has another checksum/);
      await storeOf(folder, "a.parquet", { shardRows: 1000 });
      deepStrictEqual(shardBytesOf(store.folder), bytes);
    }
  });
});

Deno.test("a damaged manifest or note beside the shards is made again, and the shards stay", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "a.parquet"), parquetOf(0, 3000, 1000));
    const heldOut = { count: 5, key: [1, 2] as [number, number] };
    const { store } = await storeOf(folder, "a.parquet", { shardRows: 1000, heldOut });
    const stamps = shardStamps(store.folder);
    for (const name of namesIn(store.folder).filter((name) => name.endsWith(".json"))) {
      const path = join(store.folder, name);
      const text = Deno.readTextFileSync(path);
      for (const damaged of [text.slice(0, -20), text.replace(/\d(?=\D*$)/, "x"), ""]) {
        Deno.writeTextFileSync(path, damaged);
        deepStrictEqual((await storeOf(folder, "a.parquet", { shardRows: 1000, heldOut })).store, store);
        strictEqual(Deno.readTextFileSync(path), text);
      }
    }
    deepStrictEqual(shardStamps(store.folder), stamps);
  });
});

Deno.test("a manifest that is JSON, but none of ours, is made again", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf([1, 2].map(pairOf)));
    const { store: { folder: store, manifest } } = await storeOf(folder, "a.jsonl");
    const others = ["null", "[]", "{}", '{"contents":{}}', '{"shards":5,"facts":{}}', '"text"', "7"];
    for (const text of others) {
      await Deno.writeTextFile(join(store, "store.json"), text);
      strictEqual((await listStores(join(folder, "cache")))[0].stale, "it has no manifest");
      deepStrictEqual((await storeOf(folder, "a.jsonl")).store.manifest, manifest);
    }
  });
});

Deno.test("of two processes at once one makes the store and the other waits for it", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "a.parquet"), parquetOf(0, 3000, 1000));
    const cache = join(folder, "shared");
    // The test itself holds the lock until both wait.
    const { store } = await storeOf(folder, "a.parquet", { shardRows: 1000, cacheFolder: cache });
    const bytes = shardBytesOf(store.folder);
    for (const name of Object.keys(bytes)) Deno.removeSync(join(store.folder, name));
    const lock = Deno.openSync(join(store.folder, "lock"), { write: true });
    lock.lockSync(true);
    let waiting = 0;
    const children = [1, 2].map(() => prepareInProcess(folder, "a.parquet", cache, "1000"));
    const texts = children.map(async (child) => {
      let text = "";
      for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
        text += part;
        if (text === "waiting\n" && ++waiting === 2) lock.close();
      }
      return text;
    });
    deepStrictEqual(await Promise.all(texts), ["waiting\ndone\n", "waiting\ndone\n"]);
    deepStrictEqual(shardBytesOf(store.folder), bytes);
  });
});

Deno.test("one thread, two threads and no thread make the same bytes and hold out the same rows", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "a.parquet"), parquetOf(0, 6000, 1000));
    const heldOut = { count: 50, key: [1, 2] as [number, number] };
    const base = { shardRows: 1000, heldOut };
    const alone = await storeOf(folder, "a.parquet", base);
    for (const threads of [2, 3]) {
      const options = { ...base, cacheFolder: join(folder, `cache ${threads}`), threads, threadBytes: 1 };
      const progress: number[] = [];
      const { store } = await storeOf(folder, "a.parquet", {
        ...options,
        onProgress: ({ rows }) => progress.push(rows),
      });
      deepStrictEqual(shardBytesOf(store.folder), shardBytesOf(alone.store.folder));
      deepStrictEqual([store.heldOut, store.summary], [alone.store.heldOut, alone.store.summary]);
      strictEqual(progress.at(-1), 6000);
      // Other rows from the complete store, in threads as well.
      const others = { ...heldOut, key: [3, 4] as [number, number] };
      const later = await storeOf(folder, "a.parquet", { ...options, heldOut: others });
      deepStrictEqual(
        later.store.heldOut,
        (await storeOf(folder, "a.parquet", { ...base, heldOut: others })).store.heldOut,
      );
    }
  });
});

Deno.test("bad data in a thread gives the same sentence as without threads, and what was finished stays", async () => {
  await withFolder(async (folder) => {
    const pairs = Array.from({ length: 3000 }, (_, i) => pairOf(i));
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf(pairs));
    await Deno.writeTextFile(join(folder, "b.jsonl"), linesOf(pairs) + "\n{");
    // Small files make one unit; by their sizes these two are not.
    const options = await storeOptions(folder, "?.jsonl", { shardRows: 1000 });
    for (const file of options.source.files) file.size = 40 * 2 ** 20;
    for (const more of [{ threads: 1 }, { threads: 2, threadBytes: 1, cacheFolder: join(folder, "other") }]) {
      await rejects(prepareStore({ ...options, ...more }), (error: Error) => {
        ok(error instanceof SyntaxError);
        match(error.message, /Cannot read .*b\.jsonl: line 3001 is not JSON \(.*\); correct or remove it/);
        return true;
      });
      const store = storeIn(more.cacheFolder ?? options.cacheFolder)!;
      ok(namesIn(store).includes("shard-000001-000.bin"));
    }
  });
});

Deno.test("a cache folder that cannot be made is told in a sentence", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf([pairOf(1)]));
    await Deno.writeTextFile(join(folder, "file"), "");
    await rejects(storeOf(folder, "a.jsonl", { cacheFolder: join(folder, "file") }), {
      message: /^Cannot write to .*file\/tokens\/.*: .*; name another cache folder with LATHE_CACHE$/,
    });
  });
});

Deno.test("a signal ends the work in threads and without, and the next run goes on", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "a.parquet"), parquetOf(0, 6000, 1000));
    for (const threads of [1, 2]) {
      const options = {
        shardRows: 1000,
        threads,
        threadBytes: 1,
        cacheFolder: join(folder, `cache ${threads}`),
      };
      const controller = new AbortController();
      const stopped = storeOf(folder, "a.parquet", {
        ...options,
        signal: controller.signal,
        onProgress: ({ rows }) => rows >= 2000 && controller.abort(),
      });
      await rejects(stopped, { name: "AbortError" });
      ok(!existsSync(join(storeIn(options.cacheFolder)!, "summary-drop.json")));
      const { spec } = await storeOf(folder, "a.parquet", options);
      strictEqual(readAll(spec).length, 6000);
    }
  });
});

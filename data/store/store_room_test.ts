import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parquetOf, shardBytesOf, storeOf, withFolder } from "./_test_store.ts";

const ROWS = 60_000;
const SENTENCE = new RegExp(
  "Cannot prepare data set pairs: there is no room in .* for (about|at least) \\d\\.\\d MB that are missing; " +
    "make room there, or name another cache folder with LATHE_CACHE; what is done is kept",
);

async function run(command: string, ...args: string[]): Promise<boolean> {
  return (await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output()).success;
}

/** Whether a small file system can be mounted here. */
async function mountSmall(folder: string): Promise<boolean> {
  return Deno.uid() === 0 && await run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder);
}

Deno.test("a full disk ends the preparing with a sentence, and with more room it goes on", async (t) => {
  await withFolder(async (folder) => {
    const cacheFolder = join(folder, "small");
    await Deno.mkdir(cacheFolder);
    if (!await mountSmall(cacheFolder)) {
      console.log("the test of a full disk is skipped: no small file system can be mounted here");
      return;
    }
    try {
      await Deno.writeFile(join(folder, "a.parquet"), parquetOf(0, ROWS, 10_000));
      const expected = await storeOf(folder, "a.parquet", { shardRows: 10_000 });
      for (const threads of [1, 2]) {
        await t.step(`${threads} threads`, async () => {
          const options = { shardRows: 10_000, cacheFolder, threads, threadBytes: 1 };
          await run("mount", "-o", "remount,size=3m", cacheFolder);
          await rejects(storeOf(folder, "a.parquet", options), { message: SENTENCE });
          const [store] = [...Deno.readDirSync(join(cacheFolder, "tokens"))].map(({ name }) =>
            join(cacheFolder, "tokens", name)
          );
          const kept = Object.keys(shardBytesOf(store));
          ok(kept.length > 0 && kept.length < 6, kept.join());
          ok(![...Deno.readDirSync(store)].some(({ name }) => name.endsWith(".new")));
          ok(await run("mount", "-o", "remount,size=30m", cacheFolder));
          const { spec } = await storeOf(folder, "a.parquet", options);
          strictEqual(spec.rowCount, ROWS);
          deepStrictEqual(shardBytesOf(store), shardBytesOf(expected.store.folder));
          await Deno.remove(join(cacheFolder, "tokens"), { recursive: true });
        });
      }
    } finally {
      ok(await run("umount", cacheFolder));
    }
  });
});

Deno.test("a limit on the size of files ends the preparing with the same sentence", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "a.parquet"), parquetOf(0, ROWS, 10_000));
    const script = fileURLToPath(new URL("./_test_prepare.ts", import.meta.url));
    // 400 blocks of 1,024 bytes; without the signal ignored the kernel ends the process.
    const shell = `trap '' XFSZ; ulimit -f 400; exec "$0" "$@"`;
    const { code, stdout } = await new Deno.Command("bash", {
      args: [
        "-c",
        shell,
        Deno.execPath(),
        "run",
        "-A",
        "--no-check",
        script,
        folder,
        "a.parquet",
        join(folder, "cache"),
        "10000",
      ],
    }).output();
    match(new TextDecoder().decode(stdout), SENTENCE);
    strictEqual(code, 1);
  });
});

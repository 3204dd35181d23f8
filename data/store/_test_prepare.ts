/**
 * Prepares a store in a process of its own, for tests: `deno run _test_prepare.ts FOLDER FILES CACHE SHARD_ROWS [KILL]`.
 * Prints "waiting" while another process prepares it, and "done". With KILL the process sends itself SIGKILL when it has
 * written half of its shard of that number, from 1.
 */
import { storeOf } from "./_test_store.ts";

function killInShard(number: number): void {
  const { writeSync } = Deno.FsFile.prototype;
  let shards = 0;
  Deno.FsFile.prototype.writeSync = function (bytes: Uint8Array): number {
    const isShard = new TextDecoder().decode(bytes.subarray(0, 8)) === "lathetok";
    if (!isShard || ++shards < number) return writeSync.call(this, bytes);
    writeSync.call(this, bytes.subarray(0, bytes.length >> 1));
    Deno.kill(Deno.pid, "SIGKILL");
    // The signal may take a moment.
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  };
}

if (import.meta.main) {
  const [folder, files, cacheFolder, shardRows, kill] = Deno.args;
  const tell = (word: string): void => void Deno.stdout.writeSync(new TextEncoder().encode(word + "\n"));
  if (kill !== undefined) killInShard(Number(kill));
  try {
    await storeOf(folder, files, {
      cacheFolder,
      shardRows: Number(shardRows),
      onWait: () => tell("waiting"),
    });
    tell("done");
  } catch (error) {
    tell((error as Error).message);
    Deno.exit(1);
  }
}

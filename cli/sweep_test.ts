import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "./_args.ts";
import { tryLockFile } from "./_file_lock.ts";
import { runCommand } from "./_test_model.ts";
import { sweepCommand } from "./sweep.ts";

const GRID = ["quickstart", "--grid", "training.epochs=1,2"];

Deno.test("sweep refuses what it was not asked rightly, before it writes anything", async () => {
  const folder = join(await Deno.makeTempDir(), "out");
  const cores = navigator.hardwareConcurrency;
  const cases: [string[], RegExp][] = [
    [[], /^Cannot run sweep: RECIPE is missing; name one, or a sweep to go on with by --to$/],
    [["--to", folder, "--halving"], /RECIPE is missing; --halving belongs to one$/],
    [["--to", folder, "--grid", "a=1"], /RECIPE is missing; --grid belongs to one$/],
    [["quickstart"], /there is nothing to vary; give --grid /],
    [[...GRID, "--eta", "3"], /--eta and --rungs say how to halve; give --halving, too$/],
    [
      [...GRID, "--halving", "--eta", "1"],
      /^Cannot read --eta 1: it is no whole number from 2; write --eta 2$/,
    ],
    [[...GRID, "--parallel", "two"], /^Cannot read --parallel two: /],
    [
      [...GRID, "--parallel", `${cores + 1}`],
      new RegExp(`they share ${cores} cores; give --parallel ${cores} or less$`),
    ],
    [[...GRID, "--device", "gpu"], /^Cannot use device gpu: /],
  ];
  for (const [argv, message] of cases) {
    await assert.rejects(runCommand(sweepCommand, ...argv), (error: Error) => {
      assert.ok(error instanceof UsageError, `${argv}: ${error.message}`);
      assert.match(error.message, message);
      return true;
    });
  }
  const refused: [string[], RegExp][] = [
    [["--to", folder], /^Cannot go on with the sweep in .*out: there is none; name the RECIPE$/],
    [[...GRID, "--size", "48", "--to", folder], /^Cannot rank epochs-1 by size 48: /],
    [["quickstart", "--grid", "training.epoch=1,2", "--to", folder], /did you mean epochs\?$/],
  ];
  for (const [argv, message] of refused) {
    await assert.rejects(runCommand(sweepCommand, ...argv), { name: /Error$/, message }, argv.join(" "));
  }
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});

Deno.test("one process at a time sweeps into a folder", async () => {
  const folder = await Deno.makeTempDir();
  using _lock = tryLockFile(join(folder, "locks/sweep"))!;
  await assert.rejects(runCommand(sweepCommand, ...GRID, "--to", folder), {
    message: `Cannot sweep into ${folder}: another process is at it; wait for it, or name another --to`,
  });
});

import assert from "node:assert/strict";
import { LATEST_FILE, latestModel, rememberLatest } from "./_latest_run.ts";

/** The note lies in the current folder, so the test goes to one of its own. */
async function inFreshFolder(use: () => Promise<void>): Promise<void> {
  const before = Deno.cwd();
  const folder = await Deno.makeTempDir();
  try {
    Deno.chdir(folder);
    await use();
  } finally {
    Deno.chdir(before);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("rememberLatest notes the folder for latestModel and leaves nothing else", () =>
  inFreshFolder(async () => {
    await assert.rejects(latestModel(), /runs\/latest names none; train one, or name a folder$/);
    await rememberLatest("runs/a");
    assert.equal(await latestModel(), "runs/a");
    assert.deepEqual([...Deno.readDirSync("runs")].map(({ name }) => name), ["latest"]);
  }));

Deno.test("rememberLatest says that the model is whole where only the note cannot be written", () =>
  inFreshFolder(async () => {
    await Deno.writeTextFile("runs", "a file");
    await assert.rejects(
      rememberLatest("elsewhere/a"),
      /^RangeError: Cannot note elsewhere\/a as the last model: runs\/latest cannot be written .*; the model is whole/,
    );
    await Deno.remove("runs");
    await Deno.mkdir(LATEST_FILE, { recursive: true });
    await assert.rejects(latestModel(), /^RangeError: Cannot read runs\/latest: .*; name a model folder$/);
    await assert.rejects(rememberLatest("a"), /runs\/latest cannot be written/);
    assert.deepEqual([...Deno.readDirSync("runs")].map(({ name }) => name), ["latest"]);
  }));

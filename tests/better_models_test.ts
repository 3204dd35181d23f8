/** The commands of `docs/better-models.md`, one after the other as they stand there, on a few rows of every data set. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lathe } from "../cli/_test_process.ts";
import { HAS_SMALL_TEACHER, MIRROR } from "./_small_teacher.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const ignore = !HAS_SMALL_TEACHER;

const ROWS = 300;
const DATASETS = ["definitions", "examples", "medquad", "squad"];
/** What makes the page's trainings small. */
const SMALL = [
  "training.batchSize=64",
  "training.maxSteps=4",
  "evaluation=[]",
  ...DATASETS.map((name) => `datasets.${name}.take=${ROWS}`),
].flatMap((field) => ["--set", field]);

/** The words of every command of a page's first block. */
function commandsOf(page: string): string[][] {
  const [, block] = /```sh\n([^`]+)```/.exec(page)!;
  const lines = block.replaceAll("\\\n", " ").split("\n").filter((line) => line.startsWith("deno task "));
  return lines.map((line) => line.split(/\s+/).slice("deno task".split(" ").length));
}

function smaller([name, ...args]: readonly string[]): string[] {
  const here = args.map((arg) => arg.startsWith("bench/") ? join(root, arg) : arg);
  return [name, ...here, ...(name === "train" || name === "mine" ? SMALL : [])];
}

Deno.test({
  name: "the commands of docs/better-models.md lead from a teacher to a comparison of all models",
  ignore,
  async fn() {
    const commands = commandsOf(await Deno.readTextFile(join(root, "docs/better-models.md")));
    assert.deepEqual(commands.map(([name]) => name), [
      "distill",
      "train",
      "mine",
      "train",
      "train",
      "soup",
      "eval",
    ]);
    const cwd = await Deno.makeTempDir();
    try {
      let printed = "";
      for (const command of commands) {
        const outcome = await lathe(smaller(command), { cwd, env: { LATHE_HUB_MIRROR: MIRROR } });
        assert.equal(outcome.code, 0, `${command.join(" ")}: ${outcome.error}`);
        printed = outcome.out;
      }
      for (const model of ["runs/warm", "runs/again-12", "runs/soup"]) {
        assert.match(printed, new RegExp(`^${model} against runs/distilled: `, "m"));
      }
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  },
});

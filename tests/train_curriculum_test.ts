/** Trainings whose rows come in by difficulty: what they draw, what they say, that they resume, and what they refuse. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { DataReport } from "../cli/_data_text.ts";
import { lathe } from "../cli/_test_process.ts";
import {
  metricsOf,
  modelBytes,
  namesIn,
  smallRecipe,
  trainUntil,
  withSmallRecipe,
  writeRecipe,
} from "./_test_run.ts";

interface StoredData {
  totalSteps: number;
  datasets: Record<
    string,
    { kept: number; columnNames: string[]; ranks: { checksum: string; spread: number[] } }
  >;
}

async function dataOf(out: string): Promise<StoredData> {
  return JSON.parse(await Deno.readTextFile(join(out, "data.json")));
}

/** Runs a test in a folder with data that has a column of ranks, and a trained model of the recipe's tokenizer. */
async function withCurriculum(
  curriculum: Record<string, unknown> | null,
  use: (cwd: string) => Promise<void>,
): Promise<void> {
  await withSmallRecipe(async (cwd) => {
    const sizes = ["--set", "model.dim=16", "--set", "loss.dims=[16]"];
    const { code, error } = await lathe(
      ["train", "small.json", "-o", "guide", "--max-steps", "10", ...sizes],
      { cwd },
    );
    assert.equal(code, 0, error);
    const lines = (await Deno.readTextFile(join(cwd, "pairs.jsonl"))).split("\n");
    const rows = lines.map((line, i) => JSON.stringify({ ...JSON.parse(line), rank: 1 + i % 10 }));
    await Deno.writeTextFile(join(cwd, "mined.jsonl"), rows.join("\n"));
    const text = lines.map((line) => JSON.stringify({ text: JSON.parse(line).asked }));
    await Deno.writeTextFile(join(cwd, "texts.jsonl"), text.join("\n"));
    const mined = { source: "mined.jsonl", columns: ["asked", "found"], heldOut: 100 };
    await writeRecipe(cwd, { ...smallRecipe({ curriculum }), tokenizer: "guide", datasets: { mined } });
    await use(cwd);
  });
}

const CURRICULA = {
  length: { by: { kind: "length" }, pacing: { kind: "step", start: 0.1, until: 1 } },
  guide: { by: { kind: "guide", model: "guide" }, order: "hardFirst" },
  column: { by: { kind: "column", column: "rank" }, weightPower: 2 },
};

Deno.test("train by length, a guide's margins and a column: as many steps as without, and the rows left out are told", async () => {
  await withCurriculum(null, async (cwd) => {
    const checksums = new Set<string>();
    const plain = await lathe(["train", "small.json", "-o", "plain", "--json"], { cwd });
    assert.equal(plain.code, 0, plain.error);
    for (const [kind, curriculum] of Object.entries(CURRICULA)) {
      const set = ["--set", `training.curriculum=${JSON.stringify(curriculum)}`];
      // Where all columns are taken, that of the ranks is no text.
      if (kind === "column") set.push("--set", "datasets.mined.columns=null");
      const folder = join(cwd, `by-${kind}`);
      const { code, out, error } = await lathe(["train", "small.json", "-o", folder, "--json", ...set], {
        cwd,
      });
      assert.equal(code, 0, error);
      assert.equal(JSON.parse(out).steps, JSON.parse(plain.out).steps);
      const { totalSteps, datasets: { mined } } = await dataOf(folder);
      assert.deepEqual([totalSteps, mined.columnNames], [JSON.parse(plain.out).steps, ["asked", "found"]]);
      const { checksum, spread } = mined.ranks;
      checksums.add(checksum);
      assert.deepEqual(spread, spread.toSorted((a, b) => a - b));
      if (kind === "column") assert.deepEqual([spread[0], spread[4]], [1, 10]);
      if (kind === "guide") assert.ok(spread[0] > -2 && spread[4] < 2 && spread[0] < spread[4]);
      const passes = (await metricsOf(folder)).filter((record) => record.kind === "pass");
      const [{ unusedRows }] = passes;
      // A tenth of 900 rows is drawn again and again, by a step that never comes.
      if (kind === "length") assert.equal(unusedRows, 810);
      else assert.ok(Number(unusedRows) > 50 && Number(unusedRows) < 500, `${kind}: ${unusedRows}`);
      assert.notDeepEqual(await modelBytes(folder), await modelBytes(join(cwd, "plain")));
      const report = await lathe(["data", "small.json", "--json", ...set], { cwd });
      const { epoch } = JSON.parse(report.out) as DataReport;
      assert.deepEqual([epoch?.totalSteps, epoch?.stepsPerEpoch], [totalSteps, totalSteps], report.error);
    }
    assert.equal(checksums.size, 3);
  });
});

Deno.test("a run with a curriculum that is killed within its first epoch resumes to the same bytes", async () => {
  await withCurriculum({ ...CURRICULA.guide, weightPower: 3 }, async (cwd) => {
    const argv = ["small.json", "--json", "--set", "training.batchSize=8", "--set", "evaluation=[]"];
    const whole = await lathe(["train", ...argv, "-o", "whole"], { cwd });
    assert.equal(whole.code, 0, whole.error);
    const killed = [...argv, "-o", "out", "--set", "training.saveSteps=5"];
    const isTime = (): boolean =>
      namesIn(join(cwd, "out/checkpoints")).some((name) => name >= "step-00000030");
    const { signal, error } = await trainUntil(killed, { cwd, signal: "SIGKILL", isTime });
    assert.equal(signal, "SIGKILL", error);
    const resumed = await lathe(["train", ...killed, "--resume"], { cwd });
    assert.deepEqual([resumed.code, resumed.error], [0, ""]);
    assert.deepEqual(await modelBytes(join(cwd, "out")), await modelBytes(join(cwd, "whole")));
    const passesOf = async (out: string): Promise<unknown[]> =>
      (await metricsOf(join(cwd, out))).filter(({ kind }) => kind === "pass");
    assert.deepEqual(await passesOf("out"), await passesOf("whole"));
  });
});

/** What is wrong, changes of the recipe, the sentence. */
const REFUSED: [name: string, set: Record<string, unknown>, message: RegExp][] = [
  [
    "a column that is not there",
    { "training.curriculum": { by: { kind: "column", column: "rnak" } } },
    /^Cannot rank mined by column "rnak": there is no such column; choose from asked, found, rank\n$/,
  ],
  [
    "a column of texts",
    {
      "training.curriculum": { by: { kind: "column", column: "asked" } },
    },
    /^Cannot rank mined by column "asked": row 1 has "[a-z ]+", which is no finite number; mend the column, or name another\n$/,
  ],
  [
    "a guide of another tokenizer",
    {
      "training.curriculum": CURRICULA.guide,
      "tokenizer": { build: "wordPiece", vocabSize: 1000 },
    },
    /^Cannot guide by guide: its tokenizer is another than the recipe's; train a guide with the same tokenizer\n$/,
  ],
  [
    "a guide for texts without positives",
    {
      "training.curriculum": CURRICULA.guide,
      "datasets.mined.source": "texts.jsonl",
      "datasets.mined.columns": null,
    },
    /^Cannot rank mined by a guide: it has one column of texts \(text\) and no positives; rank by length or a column\n$/,
  ],
  [
    "no rows at the beginning",
    { "training.curriculum": { by: { kind: "length" }, pacing: { start: 0 } } },
    /^Cannot read recipe small.json: training.curriculum.pacing.start is 0; it must be a number above 0 and at most 1\n$/,
  ],
];

Deno.test("train refuses a curriculum that its data cannot have, in one sentence, and leaves nothing", async (t) => {
  await withCurriculum(null, async (cwd) => {
    for (const [name, changes, message] of REFUSED) {
      await t.step(name, async () => {
        const set = Object.entries(changes).flatMap((
          [path, value],
        ) => ["--set", `${path}=${JSON.stringify(value)}`]);
        const { code, error } = await lathe(["train", "small.json", "-o", "out", "--json", ...set], { cwd });
        assert.match(error, message);
        assert.equal(code, 1);
        assert.deepEqual(namesIn(join(cwd, "out")), []);
      });
    }
  });
});

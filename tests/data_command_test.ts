/** Both seed recipes on a hub that speaks the real one's interface, and what `data` says of a recipe. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lathe, MAIN, type Outcome } from "../cli/_test_process.ts";
import type { DataReport } from "../cli/_data_text.ts";
import { dataset, withHub } from "./_hub_case.ts";
import { readSeedRecipes, seedRepositories } from "./_seed_repositories.ts";
import { smallRecipe, withSmallRecipe } from "./_test_run.ts";

const recipePath = (name: string): string => fileURLToPath(new URL(`../recipes/${name}.ts`, import.meta.url));

/** Enough rows for the 10,000 that the recipes hold out. */
const ROWS = 10_600;

/** Smaller than the recipes in what takes time, not in what is read and held out. */
const SMALL = [
  "model.dim=32",
  "loss.dims=[16,32]",
  "training.batchSize=128",
  "training.logSteps=5",
  "evaluation=[]",
]
  .flatMap((setting) => ["--set", setting]);

const RECIPES: readonly [file: string, published: string][] = [
  ["retrieval-en", "english"],
  ["similarity-multilingual", "multilingual"],
];

Deno.test("both seed recipes resolve all their data sets on a hub, hold out their rows and train 20 steps", async (t) => {
  const published = await readSeedRecipes();
  await withHub(
    await seedRepositories({ rows: ROWS, heldOutRows: 50, seed: 1 }),
    async ({ server, cacheFolder }) => {
      const run = (...argv: string[]): Promise<Outcome> =>
        lathe(argv, {
          cwd: cacheFolder,
          env: {
            HF_ENDPOINT: server.endpoint,
            HF_HOME: join(cacheFolder, "hub"),
            LATHE_CACHE: join(cacheFolder, "lathe"),
            LATHE_HUB_MIRROR: "",
            HF_TOKEN: "",
            HF_HUB_OFFLINE: "",
          },
        });
      for (const [file, model] of RECIPES) {
        await t.step(file, async () => {
          const { code, out, error } = await run("data", recipePath(file), ...SMALL, "--json");
          assert.equal(code, 0, error);
          const { datasets, epoch, untrainable } = JSON.parse(out) as DataReport;
          assert.deepEqual(
            datasets.map(({ source }) => source),
            published[model].datasets.map(({ dataset }) => `hf://datasets/${dataset}`),
          );
          const recipe = JSON.parse((await run("recipe", recipePath(file))).out);
          for (const { name, report, examples, columns, revision } of datasets) {
            const { heldOut } = recipe.datasets[name];
            assert.equal(report.heldOut, typeof heldOut === "number" ? heldOut : 50, name);
            assert.equal(examples.length, 3, name);
            assert.match(revision!, /^[0-9a-f]{40}$/, name);
            assert.ok(report.kept > 0 && columns.length >= 2, name);
            assert.ok(
              report.columns.every(({ median, p95, p99, longest }) =>
                median <= p95 && p95 <= p99 && p99 <= longest
              ),
            );
          }
          assert.equal(untrainable, null);
          assert.ok(epoch!.secondsPerStep > 0 && epoch!.stepsPerEpoch > 20);
          const trained = await run(
            "train",
            recipePath(file),
            ...SMALL,
            "--max-steps",
            "20",
            "-o",
            `run-${file}`,
            "--json",
          );
          assert.equal(trained.code, 0, trained.error);
          assert.equal(JSON.parse(trained.out).steps, 20);
        });
      }
    },
  );
});

Deno.test("data: examples, overlaps, --check, and a recipe that does not fit its data", async () => {
  await withSmallRecipe(async (cwd) => {
    const env = { LATHE_CACHE: join(cwd, "cache"), LATHE_HUB_MIRROR: "" };
    const run = (...argv: string[]): Promise<Outcome> => lathe(["data", ...argv], { cwd, env });
    const { code, out, error } = await run("small.json");
    assert.equal(code, 0, error);
    assert.match(out, /^lines {2}pairs\.jsonl\n {2}1,000 rows read: 900 rows to train on, 100 held out\n/);
    assert.match(out, /\n {2}row 1 {2}asked {2}"/);
    assert.match(
      out,
      /\n2 data sets, 1,900 rows to train on, [\d,]+ tokens, .* on the disk\nan epoch takes about /,
    );

    await Deno.writeTextFile(
      join(cwd, "pairs.tsv"),
      (await Deno.readTextFile(join(cwd, "pairs.jsonl"))).trim().split("\n").slice(0, 40)
        .map((line) => Object.values(JSON.parse(line)).join("\t")).join("\n").replace(
          /^/,
          "sentence1\tsentence2\n",
        )
        .split("\n").map((line, i) => `${line}\t${i === 0 ? "score" : "0.5"}`).join("\n"),
    );
    const overlap = JSON.parse(
      (await run("small.json", "--overlap", "pairs.tsv", "--check", "--json")).out,
    ) as DataReport;
    const [{ texts, found, foundAnywhere }] = overlap.evaluations;
    assert.equal(texts, 80);
    assert.ok(found.lines > 60 && found.lines === foundAnywhere, "all but the texts of held-out rows");
    assert.deepEqual([overlap.check, overlap.epoch], [true, null]);

    const unfit = await run("small.json", "--set", "training.batchSize=5000");
    assert.equal(unfit.code, 1);
    assert.match(unfit.out, /\nCannot plan batches: batch size 5000 is larger than every data set/);
    assert.match(unfit.error, /^Cannot plan batches: .*lower batchSize\n$/);
    assert.deepEqual(await run(), {
      code: 2,
      out: "",
      error: "Cannot run data: RECIPE is missing; name a recipe, or ask for --clean\n",
    });
    await Deno.remove(join(cwd, "pairs.jsonl"));
    assert.match((await run("--clean")).out, /^(removed .*pairs\.jsonl is gone\n)+$/);
    assert.equal((await run("--clean")).out, "nothing to remove\n");
  });
});

Deno.test("data: a signal ends it at once, also while the hub is silent, with one sentence and status 1", async () => {
  const pairs = Array.from({ length: 50 }, (_, i) => JSON.stringify({ asked: `q ${i}`, found: `a ${i}` }));
  await withHub(
    [dataset("o/pairs", { "train.jsonl": pairs.join("\n") })],
    async ({ server, cacheFolder }) => {
      const datasets = { pairs: { source: "hf://datasets/o/pairs" } };
      const recipe = { ...smallRecipe(), datasets, evaluation: [] };
      await Deno.writeTextFile(join(cacheFolder, "small.json"), JSON.stringify(recipe));
      Object.assign(server.faults, { stalls: Infinity, cutAfter: 10 });
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", MAIN, "data", "small.json"],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        env: {
          HF_ENDPOINT: server.endpoint,
          HF_HOME: join(cacheFolder, "hub"),
          LATHE_CACHE: join(cacheFolder, "lathe"),
          LATHE_HUB_MIRROR: "",
        },
        cwd: cacheFolder,
      }).spawn();
      const output = child.output();
      while (server.bytesSent === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      child.kill("SIGTERM");
      const { code, stdout, stderr } = await output;
      const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
      assert.deepEqual([code, text(stdout), text(stderr)], [
        1,
        "",
        "Stopped: the command was interrupted; start it again, what was prepared is kept\n",
      ]);
    },
  );
});

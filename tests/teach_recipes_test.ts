/** Teaching and the recipes that train on its vectors, from end to end, on the mirror's small teacher. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lathe, type Outcome } from "../cli/_test_process.ts";
import { StaticModel } from "../model/mod.ts";
import { HAS_SMALL_TEACHER, MIRROR } from "./_small_teacher.ts";

const TEACHER = "hf://models/lathe-data/tiny-teacher";
const ignore = !HAS_SMALL_TEACHER;

/** A recipe whose texts are taught. */
const TEXTS = {
  name: "texts",
  tokenizer: TEACHER,
  model: { dim: 64 },
  datasets: {
    squad: { source: "hf://datasets/lathe-data/squad-sentences", columns: ["question", "answer"] },
  },
  loss: { kind: "multipleNegativesRanking" },
  training: { learningRate: 0.1 },
};

/** Runs in a temporary folder that holds `texts.json`. */
async function withFolder(use: (run: (...argv: string[]) => Promise<Outcome>, cwd: string) => Promise<void>) {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(cwd, "texts.json"), JSON.stringify(TEXTS));
    await use(async (...argv) => {
      const outcome = await lathe(argv, { cwd, env: { LATHE_HUB_MIRROR: MIRROR } });
      assert.equal(outcome.code, 0, outcome.error);
      return outcome;
    }, cwd);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

interface Scores {
  collections: { name: string; mainMetric: string; sizes: { metrics: Record<string, number> }[] }[];
}

/** Main scores by collection. */
function scoresOf({ collections }: Scores): Record<string, number> {
  return Object.fromEntries(
    collections.map(({ name, mainMetric, sizes }) => [name, sizes.at(-1)!.metrics[mainMetric]]),
  );
}

const SMALL = [
  `tokenizer=${TEACHER}`,
  `model.init.distill=${TEACHER}`,
  "training.batchSize=64",
  "training.epochs=2",
  "training.learningRate=0.01",
].flatMap((override) => ["--set", override]);

Deno.test({
  name: "vectors that were taught train a student which comes near its teacher, by the shipped recipes",
  ignore,
  fn: () =>
    withFolder(async (run, cwd) => {
      const to = (folder: string): string[] => ["--teacher", TEACHER, "--to", folder, "--json"];
      const full = JSON.parse((await run("teach", "texts.json", ...to("full"), "--take", "1500")).out);
      assert.equal(full.header.dimension, 128);
      assert.equal(full.texts, 1500);
      const means = ["--pca", "64", "--no-special", "--no-normalize", "--pooling", "mean"];
      await run("teach", "texts.json", ...to("short"), "--take", "1500", ...means);
      const held = [
        "--set",
        "datasets.vectors.heldOut=200",
        "--set",
        'evaluation=[{"kind":"heldOutTeacherVectors"}]',
      ];
      const student = async (recipe: string, vectors: string, ...more: string[]): Promise<void> => {
        const source = ["--set", `datasets.vectors.source=${vectors}/*.parquet`];
        const { out } = await run(
          "train",
          recipe,
          "-o",
          recipe,
          "--json",
          ...SMALL,
          ...source,
          ...held,
          ...more,
        );
        const { before, report } = JSON.parse(out);
        const [first, last] = [scoresOf(before), scoresOf(report)];
        assert.deepEqual(Object.keys(last), ["vectors", "vectors-pairs"]);
        assert.ok(last.vectors > first.vectors, JSON.stringify([first, last]));
        // Few texts teach the contrast more about neighbours than about the size of cosines.
        assert.ok(last["vectors-pairs"] > 0.9, JSON.stringify([first, last]));
        if (recipe === "distill-bge-m3") assert.ok(last.vectors > first.vectors / 2, "the error has halved");
      };
      await student("distill-bge-m3", "full", "--set", "model.dim=128", "--set", "model.init.pooling=mean");
      await student("tokenlearn-en", "short", "--set", "model.dim=64", "--set", "training.evalSteps=20");
      await run(
        "distill",
        "tokenlearn-en",
        "-o",
        "potion",
        "--pca",
        "64",
        "--sif",
        "5e-4",
        "--texts",
        "full/*.parquet",
      );
      const potion = await StaticModel.load(join(cwd, "potion"));
      assert.equal(potion.dim, 64);
      potion.dispose();
      const mixed = await lathe(
        ["train", "distill-bge-m3", "-o", "mixed", ...SMALL, "--set", "model.dim=64"].concat([
          "--set",
          "datasets.vectors.source={full,short}/*.parquet",
        ]),
        { cwd, env: { LATHE_HUB_MIRROR: MIRROR } },
      );
      assert.equal(mixed.code, 1);
      assert.match(
        mixed.error,
        /Cannot use the vectors of .* together: they come from another teacher or way/,
      );
    }),
});

Deno.test({
  name: "model2vec-en trains no step: its model is what distill makes",
  ignore,
  fn: () =>
    withFolder(async (run, cwd) => {
      const data = [
        "--set",
        'datasets={"squad":{"source":"hf://datasets/lathe-data/squad-sentences","take":500}}',
      ];
      const more = [
        "--set",
        "model.dim=32",
        "--set",
        "evaluation=[]",
        "--set",
        "training.batchSize=64",
        "--set",
        `tokenizer=${TEACHER}`,
      ];
      await run(
        "train",
        "model2vec-en",
        "-o",
        "m2v",
        ...data,
        ...more,
        "--set",
        `model.init.distill=${TEACHER}`,
      );
      await run("distill", TEACHER, "-o", "distilled", "--pca", "32");
      const [recipe, command] = await Promise.all(
        ["m2v", "distilled"].map((folder) => StaticModel.load(join(cwd, folder))),
      );
      const texts = ["turned on a lathe", "an unheard-of word"];
      assert.deepEqual(await recipe.encode(texts), await command.encode(texts));
      recipe.dispose();
      command.dispose();
    }),
});

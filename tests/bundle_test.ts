/** The archive for servers runs on a machine with no network, an empty home and nothing of Deno or Node.js. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { COMMANDS } from "../cli/_commands.ts";
import { withTestTeacher } from "../distill/_test_teacher.ts";
import { CAN_ISOLATE, isolated, listing, type Unpacked, withBundle } from "./_bundle.ts";

/** The largest archive. */
const LARGEST = 70e6;

/** A recipe as somebody writes it elsewhere on the disk, with types and an import by the package's name. */
const RECIPE = `
import { defineRecipe, multipleNegativesRanking, type Recipe } from "@lathe/lathe/recipes";
const dim: number = 16;
const recipe: Recipe = defineRecipe({
  name: "elsewhere",
  tokenizer: { build: "wordPiece", vocabSize: 1000 },
  model: { dim },
  datasets: { pairs: { source: "pairs.csv", columns: ["a", "b"] } },
  loss: multipleNegativesRanking(),
  training: { batchSize: 8, learningRate: 0.2 },
});
export default recipe;
`;

Deno.test({
  name:
    "the bundle is small and runs every command without a network, a home or a PATH, and writes nothing into itself",
  ignore: !CAN_ISOLATE,
  async fn(t) {
    await withBundle(async (unpacked) => {
      assert.ok(unpacked.archiveBytes <= LARGEST, `${unpacked.archiveBytes} bytes`);
      const before = listing(unpacked.folder);
      const step = async (name: string, fn: () => Promise<void>): Promise<void> => {
        assert.ok(await t.step(name, fn), name);
      };
      await step("help and version, also through links and without a home", () => checkLauncher(unpacked));
      await step("train, eval and encode", () => checkModel(unpacked));
      await step("a recipe in TypeScript from elsewhere", () => checkRecipe(unpacked));
      await step("sweep", () => checkSweep(unpacked));
      await step("data, mine, export, soup, tokenizer and push", () => checkFiles(unpacked));
      await step("distill and teach", () => checkTeacher(unpacked));
      await step("serve", () => checkServe(unpacked));
      await step("doctor", () => checkDoctor(unpacked));
      assert.deepEqual(listing(unpacked.folder), before);
    });
  },
});

async function checkLauncher(unpacked: Unpacked): Promise<void> {
  const { code, out, error } = await isolated(unpacked, `"$LATHE" --help`);
  assert.deepEqual([code, error], [0, ""]);
  for (const name of Object.keys(COMMANDS)) {
    assert.match(out, new RegExp(`^ {2}${name} +\\w`, "m"));
  }
  assert.match(out, /^ {2}lathe train$/m, "a program of its own is not called by deno task");
  const { folder, work } = unpacked;
  await Deno.symlink(join(folder, "lathe"), join(work, "absolute"));
  await Deno.symlink("absolute", join(work, "relative"));
  const version = /^lathe \d+\.\d+\.\d+\n$/;
  for (const script of ["./relative --version", "/bin/sh relative --version", "HOME= ./absolute -V"]) {
    const linked = await isolated(unpacked, script);
    assert.equal(linked.code, 0, linked.error);
    assert.match(linked.out, version);
  }
}

async function checkModel(unpacked: Unpacked): Promise<void> {
  const trained = await isolated(unpacked, `"$LATHE" train --max-steps 3 --output model`);
  assert.equal(trained.code, 0, trained.error);
  const scored = await isolated(unpacked, `"$LATHE" eval model --truncate 16,256`);
  assert.equal(scored.code, 0, scored.error);
  assert.match(scored.out, /^typescript +NDCG@10 +0\.\d/m);
  const encoded = await isolated(unpacked, `echo "read a file" | "$LATHE" encode model --truncate 3`);
  assert.equal(encoded.code, 0, encoded.error);
  const { text, embedding } = JSON.parse(encoded.out);
  assert.deepEqual([text, embedding.length], ["read a file", 3]);
}

async function checkRecipe(unpacked: Unpacked): Promise<void> {
  await Deno.writeTextFile(join(unpacked.work, "recipe.ts"), RECIPE);
  const { code, out, error } = await isolated(unpacked, `"$LATHE" recipe recipe.ts`);
  assert.equal(code, 0, error);
  assert.equal(JSON.parse(out).model.dim, 16);
}

async function checkSweep(unpacked: Unpacked): Promise<void> {
  const sets = "--set training.maxSteps=1 --set datasets.typescript.take=2000 --set datasets.node.take=2000";
  const sweep = `"$LATHE" sweep quickstart ${sets} --grid training.batchSize=16,32 --json`;
  const { code, out, error } = await isolated(unpacked, sweep);
  assert.equal(code, 0, error);
  const states = JSON.parse(out).entries.map(({ state }: { state: string }) => state);
  assert.deepEqual(states, ["finished", "finished"], "the program starts itself");
}

/** What only reads and writes files. */
async function checkFiles(unpacked: Unpacked): Promise<void> {
  const small = "--set datasets.typescript.take=2000 --set datasets.node.take=2000";
  const found = "mined/mining.json exported/model.onnx mixed/model.safetensors pruned.json";
  const { code, out, error } = await isolated(
    unpacked,
    `set -e
     "$LATHE" data quickstart ${small} --json
     "$LATHE" mine quickstart ${small} --model model --negatives 1 --to mined
     "$LATHE" export model --to onnx --output exported
     "$LATHE" soup model model --output mixed
     "$LATHE" tokenizer prune model --recipe quickstart --size 2000 --output pruned.json
     for file in ${found}; do [ -s $file ]; done`,
  );
  assert.equal(code, 0, `${error}\n${out}`);
  const pushed = await isolated(unpacked, `"$LATHE" push model me/model --dry-run`);
  assert.equal(pushed.code, 1);
  assert.match(pushed.error, /Cannot push .*huggingface\.co/, "there is no network");
}

async function checkTeacher(unpacked: Unpacked): Promise<void> {
  await withTestTeacher(async (teacher) => {
    await Deno.writeTextFile(join(unpacked.work, "pairs.csv"), "a,b\noak,ash\nelm,yew\n");
    const { code, out, error } = await isolated(
      unpacked,
      `set -e
       "$LATHE" distill ${teacher} --output distilled
       "$LATHE" teach recipe.ts --teacher ${teacher} --to taught`,
    );
    assert.equal(code, 0, `${error}\n${out}`);
  });
}

async function checkServe(unpacked: Unpacked): Promise<void> {
  const port = 8123; // of the namespace, which nobody else is in
  const asks = `const ask = async () => {
    for (;;) try { return await (await fetch("http://127.0.0.1:${port}/health")).text(); } catch { /* not up yet */ }
  };
  console.log(await ask());`;
  await Deno.writeTextFile(join(unpacked.work, "ask.js"), asks);
  const { code, out, error } = await isolated(
    unpacked,
    `"$LATHE" serve model --port ${port} & server=$!
     "$\{LATHE%/*}/runtime/deno" run -A --no-config ask.js; kill $server; wait $server`,
  );
  assert.equal(code, 0, error);
  assert.deepEqual(JSON.parse(out), { status: "ok", model: "model" });
}

async function checkDoctor(unpacked: Unpacked): Promise<void> {
  const { code, out, error } = await isolated(unpacked, `"$LATHE" doctor --device cpu --json`);
  assert.equal(code, 0, error);
  const { library, devices } = JSON.parse(out);
  assert.ok(library.path.startsWith(unpacked.folder));
  assert.deepEqual(devices.map(({ usable }: { usable: boolean }) => usable), [true]);
}

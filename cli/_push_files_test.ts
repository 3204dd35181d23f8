import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { choosePushFiles, type ChosenFiles, type PushChoice } from "./_push_files.ts";

/** What a run leaves, and what may lie about. */
const RUN: Readonly<Record<string, string>> = {
  "model.safetensors": "table",
  "tokenizer.json": "{}",
  "config.json": "{}",
  "config_sentence_transformers.json": "{}",
  "modules.json": "[]",
  "recipe.json":
    '{ "datasets": { "a": { "source": "pairs.jsonl" }, "b": { "source": "hf://datasets/o/n" } } }',
  "report.json": '{ "collections": [] }',
  "run.json": "{}",
  "data.json": "{}",
  "metrics.jsonl": "",
  "training.html": "",
  "best.safetensors": "table",
  "artifacts/training_model.onnx": "graph",
  "checkpoints/step-00000250/state.safetensors": "state",
  "tensorboard/events.out": "",
  ".env": "SECRET=1",
  ".git/config": "",
  ".cache/huggingface/x.metadata": "",
};

const MODEL = [
  "config.json",
  "config_sentence_transformers.json",
  "model.safetensors",
  "modules.json",
  "recipe.json",
  "report.json",
  "tokenizer.json",
];

async function choose(
  contents: Record<string, string>,
  choice: Partial<PushChoice> = {},
): Promise<ChosenFiles> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(contents)) {
      await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    return await choosePushFiles(folder, { include: [], exclude: [], ...choice });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function pathsOf(files: readonly { path: string }[]): string[] {
  return files.map(({ path }) => path);
}

Deno.test("of a run the model goes, with how it came about; the rest is listed with a reason", async () => {
  const { files, leftOut, lacksCard } = await choose(RUN);
  assert.deepEqual(pathsOf(files), MODEL);
  assert.ok(lacksCard);
  const rest = Object.keys(RUN).filter((path) => !MODEL.includes(path) && !/^\.(git|cache)\//.test(path));
  assert.deepEqual(pathsOf(leftOut), rest.sort());
  assert.deepEqual(new Set(leftOut.map(({ reason }) => reason)), new Set(["not part of a model"]));
});

Deno.test("what exports and other libraries write goes", async () => {
  const others = [
    "0_StaticEmbedding/model.safetensors",
    "0_StaticEmbedding/tokenizer.json",
    "1_Normalize/config.json",
    "LICENSE.txt",
    "README.md",
    "config.json",
    "model.onnx",
    "onnx/model_fp16.onnx",
    "tokenizer_config.json",
    "vocab.txt",
  ];
  const { files, leftOut, lacksCard } = await choose(Object.fromEntries(others.map((path) => [path, ""])));
  assert.deepEqual([pathsOf(files), leftOut, lacksCard], [others, [], false]);
});

Deno.test("--include adds files and folders, --exclude takes away and wins", async () => {
  const include = ["tensorboard", "*.html", "./artifacts/**", ".env"];
  const { files, leftOut } = await choose(RUN, { include, exclude: ["re*.json", "artifacts/"] });
  const added = [".env", "tensorboard/events.out", "training.html"];
  const expected = [...MODEL, ...added].filter((path) => !path.startsWith("re")).sort();
  assert.deepEqual(pathsOf(files), expected);
  const excluded = leftOut.filter(({ reason }) => reason === "excluded");
  assert.deepEqual(pathsOf(excluded), ["artifacts/training_model.onnx", "recipe.json", "report.json"]);
  const all = await choose(RUN, { include: ["*"] });
  assert.ok(!pathsOf(all.files).includes(".env"), "a star stands for no hidden file");
});

Deno.test("a card is made unless there is one or it is left out", async () => {
  assert.equal((await choose({ ...RUN, "README.md": "# card" })).lacksCard, false);
  assert.equal((await choose(RUN, { exclude: ["README.md"] })).lacksCard, false);
});

const SECRET = "it holds what looks like a token or a password";

Deno.test("records that name files of this machine, hold secrets or quote texts stay", async () => {
  const recipe = (source: string): string => JSON.stringify({ datasets: { a: { source } } });
  const cases: [files: Record<string, string>, path: string, reason: string][] = [
    [{ "recipe.json": recipe("/home/me/pairs.jsonl") }, "recipe.json", "it names files of this machine"],
    [{ "recipe.json": recipe("C:\\data\\pairs.jsonl") }, "recipe.json", "it names files of this machine"],
    [
      { "recipe.json": recipe("\\\\server\\me\\pairs.jsonl") },
      "recipe.json",
      "it names files of this machine",
    ],
    [{ "recipe.json": recipe("json:/home/me/pairs.jsonl") }, "recipe.json", "it names files of this machine"],
    [{ "recipe.json": '{"/home/me": 1}' }, "recipe.json", "it names files of this machine"],
    [{ "recipe.json": recipe("https://me:pass@host/pairs.jsonl") }, "recipe.json", SECRET],
    [{ "recipe.json": recipe("https://host/pairs.jsonl?X-Amz-Signature=abc") }, "recipe.json", SECRET],
    [{ "recipe.json": JSON.stringify({ note: `hf_${"x".repeat(34)}` }) }, "recipe.json", SECRET],
    [{ "report.json": '{ "worst": [{ "text": "private" }] }' }, "report.json", "it quotes texts of its data"],
    [{ "report.json": "{ damaged" }, "report.json", "it is no JSON"],
  ];
  for (const [more, path, reason] of cases) {
    const { leftOut } = await choose({ ...RUN, ...more });
    assert.equal(leftOut.find((file) => file.path === path)?.reason, reason);
    assert.ok(pathsOf((await choose({ ...RUN, ...more }, { include: [path] })).files).includes(path));
  }
});

Deno.test("records with addresses of the hub, globs and plain words go", async () => {
  const words = [
    "hf://datasets/me/pairs@main/*.parquet",
    "data/**/*.jsonl",
    "and/or",
    "100 / 8",
    "https://host/a?b=1",
  ];
  const { leftOut } = await choose({ ...RUN, "recipe.json": JSON.stringify({ words }) });
  assert.ok(!pathsOf(leftOut).includes("recipe.json"));
});

Deno.test("a glob that stands for nothing, a file and a missing folder are refused", async () => {
  await assert.rejects(choose(RUN, { exclude: ["secrets/**"] }), {
    name: "RangeError",
    message: /: --exclude secrets\/\*\* is no file of it; check the name$/,
  });
  await assert.rejects(choose(RUN, { include: ["tensorboards"] }), /--include tensorboards is no file of it/);
  const none: PushChoice = { include: [], exclude: [] };
  await assert.rejects(choosePushFiles("none", none), {
    message: "Cannot push none: there is no such folder; name a model's folder",
  });
  await assert.rejects(choosePushFiles("deno.json", none), /it is a file; name a model's folder/);
});

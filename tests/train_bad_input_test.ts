/** What `train` is given and cannot use: one sentence that names it and the cure, and nothing in the output folder. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { lathe } from "../cli/_test_process.ts";
import { modelBytes, namesIn, smallRecipe, withSmallRecipe, writeRecipe } from "./_test_run.ts";

interface BadInput {
  /** What is wrong. */
  name: string;
  /** Changes of the recipe: `PATH=VALUE`. */
  set?: string[];
  /** The one data set's source, in place of the recipe's two. */
  source?: Record<string, unknown>;
  /** More of the command line. */
  argv?: string[];
  /** Files to put into the folder. */
  files?: Record<string, string | Uint8Array>;
  /** The sentence. */
  message: RegExp;
  /** Exit status. @default 1 */
  status?: number;
}

const PARQUET = new Uint8Array(
  parquetWriteBuffer({
    columnData: ["asked", "found"].map((name) => ({
      name,
      data: Array.from({ length: 80 }, (_, i) => `${name} ${i}`),
    })),
  }),
);

/** A data set of the hub with two configs. */
const CARD = `---
configs:
- config_name: pair
  default: true
  data_files:
  - split: train
    path: pair.parquet
- config_name: other
  data_files:
  - split: train
    path: pair.parquet
---
`;

const HUB: Record<string, string | Uint8Array> = {
  "hub/datasets/owner/pairs/README.md": CARD,
  "hub/datasets/owner/pairs/pair.parquet": PARQUET,
};

const hub = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  source: "hf://datasets/owner/pairs",
  ...more,
});

const BAD_INPUTS: BadInput[] = [
  {
    name: "an unknown key",
    set: ["training.batchsize=32"],
    message:
      /^Cannot read recipe small\.json: training\.batchsize is not a known key; did you mean batchSize\?$/,
  },
  {
    name: "a value of the wrong type",
    set: ["training.epochs=many"],
    message:
      /^Cannot read recipe small\.json: training\.epochs is "many"; it must be a whole number of at least 1$/,
  },
  {
    name: "a dimension that is no Matryoshka size",
    set: ["model.dim=48"],
    message:
      /^Cannot read recipe small\.json: loss\S* .*16, 32 for model\.dim 48; the largest size must be model\.dim$/,
  },
  {
    name: "a dimension below the Matryoshka sizes",
    set: ["model.dim=16"],
    message:
      /^Cannot read recipe small\.json: loss\S* .*16, 32 for model\.dim 16; the largest size must be model\.dim$/,
  },
  {
    name: "a data set that is not there",
    source: { source: "hf://datasets/owner/pears" },
    files: HUB,
    message: /^Cannot find hf:\/\/datasets\/owner\/pears: .*owner\/pairs/,
  },
  {
    name: "a config that is not there",
    source: hub({ config: "triplet" }),
    files: HUB,
    message: /^Cannot find hf:\/\/datasets\/owner\/pairs: there is no config "triplet"; it has pair, other$/,
  },
  {
    name: "a split that is not there",
    source: hub({ split: "dev" }),
    files: HUB,
    message: /^Cannot find hf:\/\/datasets\/owner\/pairs: config "pair" has no split "dev"; it has train$/,
  },
  {
    name: "a column that is not there",
    source: hub({ columns: ["asked", "answered"] }),
    files: HUB,
    message: /^Cannot read .*pair\.parquet: there is no column "answered"; choose from asked, found$/,
  },
  {
    name: "a file that is not there",
    source: { source: "nothing-*.csv" },
    message: /^Cannot find nothing-\*\.csv: there is no such file in .*; check the path$/,
  },
  {
    name: "a Parquet file that is cut short",
    source: { source: "cut.parquet" },
    files: { "cut.parquet": PARQUET.slice(0, -30) },
    message: /^Cannot read .*cut\.parquet: it is not a whole Parquet file.*; /,
  },
  {
    name: "a malformed line of CSV",
    source: { source: "bad.csv" },
    files: { "bad.csv": `asked,found\n${"a,b\n".repeat(70)}c,d,e\n` },
    message: /^Cannot read .*bad\.csv: line 72 is malformed.*; /,
  },
  {
    name: "a malformed line of JSONL",
    source: { source: "bad.jsonl" },
    files: { "bad.jsonl": `${'{"asked":"a","found":"b"}\n'.repeat(70)}{"asked":"c"\n` },
    message: /^Cannot read .*bad\.jsonl: line 71 is not JSON.*; /,
  },
  {
    name: "a batch larger than the data",
    set: ["training.batchSize=4096"],
    message: /batch size 4096 is larger than every data set; the largest has 1000 rows, lower batchSize$/,
  },
  {
    name: "a tokenizer file that is not one",
    set: ["tokenizer=bad.json"],
    files: { "bad.json": '{"model": 1}' },
    message: /^Cannot load .*bad\.json: .*; /,
  },
  {
    name: "a tokenizer that is not there",
    set: ["tokenizer=missing"],
    message:
      /^Cannot load the tokenizer: .*missing\/tokenizer\.json is not there; name a tokenizer\.json, its folder, or hf:\/\/models\/OWNER\/NAME$/,
  },
  {
    name: "a model to start from without its parts",
    set: ['model.init={"from":"model"}'],
    files: { "model/config.json": "{}" },
    message: /^Cannot load .*model.*; /,
  },
  {
    name: "a column too few for the loss",
    source: { source: "pairs.jsonl", columns: ["asked"] },
    message:
      /^Cannot train on only: the loss matryoshka needs \(anchor, positive\).* and there are \(asked\); /,
  },
  {
    name: "a device that does not exist",
    argv: ["--device", "webgpo"],
    message: /^Cannot use device webgpo: there is no such device; write one of cpu, cuda, webgpu, auto$/,
    status: 2,
  },
  {
    name: "an option that the device does not have",
    argv: ["--device", "cuda", "--device-option", "use_tf23=1"],
    message: /^Cannot read --device-option use_tf23=1: cuda has no option use_tf23; did you mean use_tf32\?$/,
    status: 2,
  },
  {
    name: "a number of a device that takes none",
    argv: ["--device", "webgpu:1"],
    message: /^Cannot use device webgpu:1: webgpu takes no number; write webgpu alone$/,
    status: 2,
  },
  {
    name: "products that the device does not have",
    set: ["training.precision=float16"],
    source: { source: "not-there.jsonl" }, // refused before any data is read
    message:
      /^Cannot train on cpu with training\.precision float16: cpu has no products in float16; set training\.precision to float32$/,
  },
  {
    name: "an override that sets nothing",
    argv: ["--set", "seed"],
    message: /^Cannot apply --set seed: it is not of the form PATH=VALUE; /,
  },
];

async function writeFiles(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
  }
}

for (const { name, set = [], source, argv = [], files = {}, message, status = 1 } of BAD_INPUTS) {
  Deno.test(`train refuses ${name} in one sentence and writes nothing`, async () => {
    await withSmallRecipe(async (cwd) => {
      await writeFiles(cwd, files);
      if (source !== undefined) {
        await writeRecipe(cwd, { ...smallRecipe(), datasets: { only: source }, evaluation: [] });
      }
      const before = namesIn(cwd);
      const overrides = set.flatMap((each) => ["--set", each]);
      const { code, out, error } = await lathe([
        "train",
        "small.json",
        "-o",
        "out",
        "--json",
        ...overrides,
        ...argv,
      ], {
        cwd,
        env: { LATHE_HUB_MIRROR: join(cwd, "hub") },
      });
      assert.match(error, /^[^\n]+\n$/, "one line");
      assert.match(error.trimEnd(), message);
      assert.deepEqual([code, out], [status, ""]);
      assert.deepEqual(namesIn(cwd), before, "nothing is written");
    });
  });
}

Deno.test("train --device cuda and webgpu write nothing where they cannot be used", async () => {
  await withSmallRecipe(async (cwd) => {
    for (const device of ["cuda", "webgpu"]) {
      const { code, error } = await lathe(
        ["train", "small.json", "-o", device, "--json", "--device", device],
        { cwd },
      );
      if (code === 0) continue;
      assert.match(error, new RegExp(`^Cannot (use device ${device}|run training_model): [^\\n]+\n$`, "m"));
      if (/^Cannot use/m.test(error)) assert.ok(!namesIn(cwd).includes(device));
    }
  });
});

/** Mounts a file system of so many bytes in memory; false where that is not allowed. */
async function mount(folder: string, options: string): Promise<boolean> {
  const argv = ["-t", "tmpfs", "-o", options, "none", folder];
  const run = new Deno.Command("mount", { args: argv, stderr: "null" }).output();
  return await run.then(({ success }) => success, () => false);
}

async function canMount(): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  const mounted = await mount(folder, "size=16k");
  if (mounted) await new Deno.Command("umount", { args: [folder] }).output();
  await Deno.remove(folder);
  if (!mounted) console.log("train is not tested on a full disk: no file system can be mounted here");
  return mounted;
}

/** Room on the disk, and what does not fit into it any more: the artifacts; a checkpoint of 384 KB; the model. */
const ROOMS = [
  ["4k", "write disk/out/artifacts/\\w+\\.onnx"],
  ["300k", "write checkpoint disk/out/checkpoints/step-00000030"],
  ["600k", "save the model to disk/out"],
];

Deno.test({
  name:
    "train on a full disk ends with one sentence, leaves nothing half-written, and resumes when there is room",
  ignore: !await canMount(),
  fn: async () => {
    await withSmallRecipe(async (cwd) => {
      const disk = join(cwd, "disk");
      await Deno.mkdir(disk);
      const argv = ["train", "small.json", "-o", "disk/out", "--json", "--set", "training.saveSteps=30"];
      assert.ok(await mount(disk, "size=4k"));
      try {
        for (const [i, [size, what]] of ROOMS.entries()) {
          assert.ok(await mount(disk, `remount,size=${size}`));
          const { code, error } = await lathe(i === 0 ? argv : [...argv, "--resume"], { cwd });
          assert.match(
            error,
            new RegExp(`^Cannot ${what}: No space left on device[^\\n]*; make room there[^\\n]*\\n$`),
          );
          assert.equal(code, 1);
          const left = ["", "artifacts", "checkpoints"].flatMap((name) => namesIn(join(disk, "out", name)));
          assert.deepEqual(left.filter((name) => /\.(new|partial)$/.test(name)), []);
          assert.ok(!left.includes("modules.json"));
        }
        assert.ok(await mount(disk, "remount,size=8m"));
        assert.deepEqual((await lathe([...argv, "--resume"], { cwd })).code, 0);
        assert.equal((await lathe(["train", "small.json", "-o", "whole", "--json"], { cwd })).code, 0);
        assert.deepEqual(await modelBytes(join(disk, "out")), await modelBytes(join(cwd, "whole")));
      } finally {
        await new Deno.Command("umount", { args: [disk] }).output();
      }
    });
  },
});

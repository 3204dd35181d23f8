import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { dirname, join } from "node:path";
import { Hub } from "../hub/mod.ts";
import { type ResolvedSource, resolveSource, type ResolveSourceOptions } from "./mod.ts";

/** A mirror with data sets whose cards name their files in every way that the hub allows. */
const FILES: Record<string, string> = {
  "datasets/owner/listed/README.md": `---
license: mit
configs:
- config_name: first
  data_files:
  - split: train
    path: first/train-*
  - split: dev
    path: [first/dev-a.csv, first/dev-b.csv]
- config_name: second
  default: true
  data_files:
    train: second.csv
- config_name: third
  data_files: first/*.csv
- config_name: fourth
  data_files: [second.csv, first/dev-a.csv]
- config_name: fifth
  data_dir: first
- config_name: gone
  data_files: nowhere-*.csv
---
text
`,
  "datasets/owner/listed/first/train-1.csv": "",
  "datasets/owner/listed/first/train-0.csv": "",
  "datasets/owner/listed/first/dev-a.csv": "",
  "datasets/owner/listed/first/dev-b.csv": "",
  "datasets/owner/listed/second.csv": "",
  "datasets/owner/shards/README.md": "no front matter",
  "datasets/owner/shards/data/train-00000-of-00001.parquet": "",
  "datasets/owner/shards/data/NanoX-00000-of-00001.parquet": "",
  "datasets/owner/names/train_pairs.jsonl": "",
  "datasets/owner/names/valid/pairs.jsonl": "",
  "datasets/owner/names/my-test.jsonl": "",
  "datasets/owner/names/notes.txt": "",
  "datasets/owner/plain/pairs.jsonl.gz": "",
  "datasets/owner/two/README.md":
    "---\nconfigs:\n- config_name: a\n  data_files: a.csv\n- config_name: b\n  data_files: b.csv\n---",
  "datasets/owner/broken/README.md": "---\nconfigs: [a\n---",
  "datasets/owner/odd/README.md": "---\nconfigs:\n- config_name: a\n  data_files: 7\n---",
  "models/owner/model/tokenizer.json": "{}",
  "local/a.csv": "",
  "local/b.d.ts": "",
  "local/c.csv.gz": "",
  "local/deep/er/d.ndjson": "",
  "local/e[1].tsv": "",
  "local/f.parquet.gz": "",
  "local/g.txt": "",
};

async function withMirror(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(FILES)) {
      await Deno.mkdir(join(folder, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(source: ResolvedSource, folder: string): string[] {
  return source.files.map(({ path }) => path.slice(folder.length + 1));
}

Deno.test("resolveSource() finds config and split by the data card, in every form that the hub allows", async () => {
  await withMirror(async (mirror) => {
    const found = async (options: ResolveSourceOptions): Promise<string[]> => {
      const source = await resolveSource("hf://datasets/owner/listed", {
        hub: new Hub({ mirror }),
        ...options,
      });
      return namesIn(source, join(mirror, "datasets/owner/listed"));
    };
    deepStrictEqual(await found({}), ["second.csv"]);
    deepStrictEqual(await found({ config: "first" }), ["first/train-0.csv", "first/train-1.csv"]);
    deepStrictEqual(await found({ config: "first", split: "dev" }), ["first/dev-a.csv", "first/dev-b.csv"]);
    strictEqual((await found({ config: "third" })).length, 4);
    deepStrictEqual(await found({ config: "fourth" }), ["second.csv", "first/dev-a.csv"]);
    deepStrictEqual(await found({ config: "fifth", split: "validation" }), [
      "first/dev-a.csv",
      "first/dev-b.csv",
    ]);
  });
});

Deno.test("resolveSource() falls back to the hub's file names without configs", async () => {
  await withMirror(async (mirror) => {
    const found = async (name: string, split?: string): Promise<string[]> => {
      const source = await resolveSource(`hf://datasets/owner/${name}`, { hub: new Hub({ mirror }), split });
      return namesIn(source, join(mirror, `datasets/owner/${name.split("/")[0]}`));
    };
    deepStrictEqual(await found("shards"), ["data/train-00000-of-00001.parquet"]);
    deepStrictEqual(await found("shards", "NanoX"), ["data/NanoX-00000-of-00001.parquet"]);
    deepStrictEqual(await found("names"), ["train_pairs.jsonl"]);
    deepStrictEqual(await found("names", "validation"), ["valid/pairs.jsonl"]);
    deepStrictEqual(await found("names", "test[:5]"), ["my-test.jsonl"]);
    deepStrictEqual(await found("plain"), ["pairs.jsonl.gz"]);
    deepStrictEqual(await found("names/valid/*.jsonl"), ["valid/pairs.jsonl"]);
    deepStrictEqual(await found("names/"), ["train_pairs.jsonl"]);
  });
});

Deno.test("resolveSource() says what there is when data set, config or split is missing", async () => {
  await withMirror(async (mirror) => {
    const refused = (spec: string, options: ResolveSourceOptions, message: RegExp): Promise<void> => {
      return rejects(resolveSource(spec, { hub: new Hub({ mirror }), ...options }), {
        name: "RangeError",
        message,
      });
    };
    await refused(
      "hf://datasets/owner/none",
      {},
      /no such data set of owner .*owner\/listed, .*LATHE_HUB_MIRROR/,
    );
    await refused("hf://datasets/nobody/none", {}, /no data set of nobody .*choose from owner\/\.\.\./);
    await refused(
      "hf://datasets/owner/listed",
      { config: "x" },
      /no config "x"; it has first, second, third/,
    );
    await refused(
      "hf://datasets/owner/listed",
      { config: "first", split: "test" },
      /no split "test"; it has train, dev/,
    );
    await refused(
      "hf://datasets/owner/names/no/*.parquet",
      {},
      /no\/\*\.parquet: there is no such file in the repository; check the path$/,
    );
    await refused("hf://datasets/owner/listed", { config: "gone" }, /has no files \(nowhere-\*\.csv\)/);
    await refused(
      "hf://datasets/owner/names",
      { split: "dev" },
      /no split "dev"; it has test, train, validation/,
    );
    await refused("hf://datasets/owner/names", { config: "x" }, /no config "x"; its data card names none/);
    await refused("hf://datasets/owner/two", {}, /none is the default; choose one of a, b/);
    await rejects(resolveSource("hf://datasets/owner", { hub: new Hub({ mirror }) }), /it is no hub address/);
    await rejects(
      resolveSource("hf://datasets/../etc", { hub: new Hub({ mirror }) }),
      /it is no hub address/,
    );
    await rejects(
      resolveSource("hf://datasets/owner/broken", { hub: new Hub({ mirror }) }),
      /front matter is not YAML/,
    );
    await rejects(
      resolveSource("hf://datasets/owner/odd", { hub: new Hub({ mirror }) }),
      /data_files are not globs by split/,
    );
  });
});

Deno.test("resolveSource() finds files by path and glob, sorted, with their formats", async () => {
  await withMirror(async (folder) => {
    const baseFolder = join(folder, "local");
    const { files, range } = await resolveSource("{*.csv*,*.d.ts,**/*.ndjson}", {
      baseFolder,
      split: "train[10:20]",
    });
    deepStrictEqual(range, { start: 10, end: 20 });
    deepStrictEqual(
      files.map(({ path, format, compressed }) => [path.slice(baseFolder.length + 1), format, compressed]),
      [
        ["a.csv", "csv", false],
        ["b.d.ts", "declarations", false],
        ["c.csv.gz", "csv", true],
        ["deep/er/d.ndjson", "jsonl", false],
      ],
    );
    strictEqual((await resolveSource("e[1].tsv", { baseFolder })).files[0].format, "tsv");
    strictEqual((await resolveSource(join(baseFolder, "a.csv"))).files[0].path, join(baseFolder, "a.csv"));
  });
});

Deno.test("resolveSource() refuses files that are missing or of no known format", async () => {
  await withMirror(async (folder) => {
    const baseFolder = join(folder, "local");
    await rejects(
      resolveSource("x-*.csv", { baseFolder }),
      /there is no such file in .*local; check the path$/,
    );
    await rejects(
      resolveSource("owner/name", { baseFolder }),
      /check the path, or write hf:\/\/datasets\/owner\/name$/,
    );
    await rejects(resolveSource("a.csv", { baseFolder, split: "dev" }), /files have no split "dev"/);
    await rejects(resolveSource("a.csv", { baseFolder, config: "c" }), /files have no config "c"/);
    await rejects(resolveSource("a.csv", { baseFolder, split: "train[5" }), SyntaxError);
    for (const name of ["g.txt", "f.parquet.gz"]) {
      await rejects(
        resolveSource(name, { baseFolder }),
        /is of no known format; give files that end in \.parquet, \.csv/,
      );
    }
  });
});

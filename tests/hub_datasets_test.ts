/** Which files of a hub data set a config and a split stand for. */
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import {
  countRows,
  readColumnNames,
  readRows,
  resolveSource,
  type ResolveSourceOptions,
} from "../data/mod.ts";
import { dataset, withHub } from "./_hub_case.ts";
import type { LoopbackContent, LoopbackRepository } from "./_loopback_repository.ts";
import { readSeedRecipes, seedRepositories } from "./_seed_repositories.ts";

function parquet(rows: number, name = "q"): Uint8Array<ArrayBuffer> {
  const data = Array.from({ length: rows }, (_, i) => `${name} ${i}`);
  return new Uint8Array(parquetWriteBuffer({ columnData: [{ name, data, type: "STRING" as const }] }));
}

const CARD = `---
configs:
- config_name: pair
  data_files:
  - split: train
    path: pair/train-*
- config_name: triplet
  default: true
  data_files:
  - split: train
    path: triplet/*
---
`;

function converted(
  id: string,
  main: Record<string, LoopbackContent>,
  branch: Record<string, LoopbackContent>,
): LoopbackRepository {
  return { kind: "datasets", id, branches: { main, "refs/convert/parquet": branch } };
}

const REPOSITORIES: LoopbackRepository[] = [
  converted("owner/card", {
    "README.md": CARD,
    "pair/train-00000-of-00002.parquet": parquet(3),
    "pair/train-00001-of-00002.parquet": parquet(4),
    "triplet/a.parquet": parquet(5),
  }, { "pair/train/0000.parquet": parquet(9), "scored/train/0000.parquet": parquet(6) }),
  converted("owner/bare", { "README.md": "text", "rows.tar": "" }, {
    "en/test/0000.parquet": parquet(1),
    "en/train/0000.parquet": parquet(2),
    "en/train/0001.parquet": parquet(3),
    "en/train/index.duckdb": "",
    "de/partial-train/0000.parquet": parquet(7),
  }),
  converted("owner/big", { "data/train-00000-of-00001.parquet": parquet(8) }, {
    "default/partial-train/0000.parquet": parquet(2),
    "default/test/0000.parquet": parquet(1),
  }),
  dataset("owner/names", { "train.jsonl": '{"q":"a"}\n{"q":"b"}\n{"q":"c"}\n{"q":"d"}\n{"q":"e"}\n' }),
  dataset("owner/none", { "empty.parquet": parquet(0) }),
];

Deno.test("config and split are found by the card, else on the Parquet branch, else by file names", async () => {
  await withHub(REPOSITORIES, async ({ connect }) => {
    const hub = connect();
    const found = async (spec: string, options: ResolveSourceOptions): Promise<[string, ...string[]]> => {
      const { config, files } = await resolveSource(`hf://datasets/owner/${spec}`, { hub, ...options });
      return [config!, ...files.map(({ path }) => path)];
    };
    deepStrictEqual(await found("card", {}), ["triplet", "triplet/a.parquet"]);
    deepStrictEqual(await found("card", { config: "pair" }), [
      "pair",
      "pair/train-00000-of-00002.parquet",
      "pair/train-00001-of-00002.parquet",
    ]);
    deepStrictEqual(await found("card", { config: "scored" }), ["scored", "scored/train/0000.parquet"]);
    deepStrictEqual(await found("bare", { config: "en" }), [
      "en",
      "en/train/0000.parquet",
      "en/train/0001.parquet",
    ]);
    deepStrictEqual(await found("bare", { config: "en", split: "test" }), ["en", "en/test/0000.parquet"]);
    deepStrictEqual(await found("big", { split: "test" }), ["default", "default/test/0000.parquet"]);
    deepStrictEqual(await found("names", {}), ["default", "train.jsonl"]);
    deepStrictEqual(await found("card/pair/*1-of*", {}), ["default", "pair/train-00001-of-00002.parquet"]);
    deepStrictEqual(await found("bare@refs/convert/parquet/en/test/*", {}), [
      "default",
      "en/test/0000.parquet",
    ]);
  });
});

Deno.test("a split of which the hub converted only the beginning is avoided, or said to be so", async () => {
  await withHub(REPOSITORIES, async ({ connect }) => {
    const hub = connect();
    const big = await resolveSource("hf://datasets/owner/big", { hub });
    deepStrictEqual([big.files[0].path, big.note], ["data/train-00000-of-00001.parquet", undefined]);
    const bare = await resolveSource("hf://datasets/owner/bare", { hub, config: "de" });
    strictEqual(bare.note, `the hub's Parquet branch holds only the beginning of split "train"`);
    strictEqual(bare.files[0].path, "de/partial-train/0000.parquet");
  });
});

Deno.test("a missing config or split is refused with those that there are", async () => {
  await withHub(REPOSITORIES, async ({ connect }) => {
    const refused = async (id: string, options: ResolveSourceOptions, message: RegExp): Promise<void> => {
      const work = resolveSource(`hf://datasets/owner/${id}`, { hub: connect(), ...options });
      await rejects(work, { name: "RangeError", message });
    };
    await refused("card", { config: "x" }, /: there is no config "x"; it has pair, triplet, scored$/);
    await refused("card", { split: "dev" }, /: config "triplet" has no split "dev"; it has train$/);
    await refused("bare", {}, /it has several configs and none is the default; choose one of de, en$/);
    await refused(
      "bare",
      { config: "en", split: "dev" },
      /config "en" has no split "dev"; it has test, train$/,
    );
    await refused("names", { config: "x" }, /no config "x"; its data card names none, leave the config out$/);
    await refused("card/none-*", {}, /there is no such file in the repository; check the path$/);
    await refused("card/pair/*", { split: "dev" }, /a path has no split "dev"; leave it out$/);
  });
});

Deno.test("a revision is read as it was, and the commit found is good as a revision", async () => {
  await withHub(REPOSITORIES, async ({ server, connect }) => {
    const source = "hf://datasets/owner/bare";
    const before = await resolveSource(source, { hub: connect(), config: "en" });
    strictEqual(before.revision, server.commit("datasets", "owner/bare", "refs/convert/parquet"));
    deepStrictEqual(before.files[0].repository, {
      kind: "datasets",
      id: "owner/bare",
      revision: before.revision,
    });
    const pinned = await resolveSource(source, { hub: connect(), config: "en", revision: before.revision });
    deepStrictEqual(pinned, before);
    deepStrictEqual(await resolveSource(`${source}@${before.revision}`, { hub: connect(), config: "en" }), {
      ...before,
      name: `${source}@${before.revision}`,
    });
    const branch = await resolveSource(`${source}@refs/convert/parquet`, { hub: connect(), config: "en" });
    deepStrictEqual(branch.files, before.files);
    // The Parquet branch belongs to the newest commit: with another revision it is left alone.
    const main = server.commit("datasets", "owner/bare");
    await rejects(resolveSource(source, { hub: connect(), config: "en", revision: main }), /no config "en"/);
    const newest = await resolveSource(source, { hub: connect(), config: "en", revision: "main" });
    deepStrictEqual(newest, before);
    await rejects(
      resolveSource(`${source}@v1`, { hub: connect(), revision: "v2" }),
      /it names revision "v1", and "v2" is asked for; give one of them$/,
    );
  });
});

Deno.test("a branch that moves means one commit for one hub object", async () => {
  await withHub(REPOSITORIES, async ({ server, connect }) => {
    const hub = connect();
    const before = await resolveSource("hf://datasets/owner/names", { hub });
    server.put(dataset("owner/names", { "train.jsonl": '{"q":"z"}\n' }));
    deepStrictEqual(await resolveSource("hf://datasets/owner/names", { hub }), before);
    const after = await resolveSource("hf://datasets/owner/names", { hub: connect() });
    strictEqual(after.revision, server.commit("datasets", "owner/names"));
    strictEqual(after.files[0].version === before.files[0].version, false);
  });
});

Deno.test("slices by percent and from the end are counted on the rows that there are", async () => {
  await withHub(REPOSITORIES, async ({ connect }) => {
    const hub = connect();
    const taken = async (id: string, options: ResolveSourceOptions): Promise<unknown[]> => {
      const source = await resolveSource(`hf://datasets/owner/${id}`, { hub, ...options });
      const values: unknown[] = [];
      for await (const rows of readRows(source, { hub })) values.push(...rows.map(({ q }) => q));
      return values;
    };
    deepStrictEqual(await taken("card", { config: "pair", split: "train[:30%]" }), ["q 0", "q 1"]);
    deepStrictEqual(await taken("card", { config: "pair", split: "train[-1:]" }), ["q 3"]);
    // 2.5 and 1.5 rows: halves go to the even number.
    deepStrictEqual(await taken("names", { split: "train[:50%]" }), ["a", "b"]);
    deepStrictEqual(await taken("names", { split: "train[30%:-20%]" }), ["c", "d"]);
    deepStrictEqual(await taken("none", {}), []);
    const none = await resolveSource("hf://datasets/owner/none", { hub });
    deepStrictEqual([await countRows(none, { hub }), await readColumnNames(none, { hub })], [0, ["q"]]);
  });
});

Deno.test("a listing of many pages is read to its end", async () => {
  const files = Array.from(
    { length: 25 },
    (_, i) => [`train-${String(i).padStart(2, "0")}.jsonl`, `{"q":"${i}"}\n`],
  );
  await withHub([dataset("owner/many", Object.fromEntries(files))], async ({ server, connect }) => {
    const { files: found } = await resolveSource("hf://datasets/owner/many", { hub: connect() });
    deepStrictEqual(found.map(({ path }) => path), files.map(([path]) => path));
    strictEqual(server.requests.filter(({ path }) => /\/tree\/[0-9a-f]{40}\?/.test(path)).length, 4);
  }, { pageSize: 7 });
});

Deno.test("all 13 and 19 data sets of the seed recipes are found, with splits, columns and rows", async () => {
  const recipes = await readSeedRecipes();
  deepStrictEqual(Object.values(recipes).map(({ datasets }) => datasets.length), [13, 19]);
  await withHub(await seedRepositories({ rows: 48, heldOutRows: 8 }), async ({ connect }) => {
    const hub = connect();
    for (
      const { dataset, config, columns, heldOut } of Object.values(recipes).flatMap(({ datasets }) =>
        datasets
      )
    ) {
      const splits: [string, number][] = [["train", 48]];
      if (typeof heldOut === "object") splits.push([heldOut.split, 8]);
      for (const [split, expected] of splits) {
        const options = { config: config ?? undefined, split, hub };
        const source = await resolveSource(`hf://datasets/${dataset}`, options);
        if (columns) deepStrictEqual(await readColumnNames(source, { hub }), columns, dataset);
        const wanted = columns ?? await readColumnNames(source, { hub });
        let count = 0;
        for await (const rows of readRows(source, { hub, columns: wanted })) {
          count += rows.filter((row) => wanted.every((column) => typeof row[column] === "string")).length;
        }
        strictEqual(count, expected, `${dataset} ${split}`);
      }
    }
  });
});

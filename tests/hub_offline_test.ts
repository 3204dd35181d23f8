/** Without network: the cache serves what it holds, ours or other tools', and names what it lacks. */
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { dirname, join } from "node:path";
import { readRows, resolveSource, type Row } from "../data/mod.ts";
import { type Hub, parseHubAddress, resolveModelPath } from "../hub/mod.ts";
import { dataset, withHub } from "./_hub_case.ts";

const CARD = "---\nconfigs:\n- config_name: pairs\n  data_files: data/train-*\n---\n";
const PAIRS = dataset("owner/pairs", {
  "README.md": CARD,
  "data/train-00000-of-00002.jsonl": '{"q":"a"}\n',
  "data/train-00001-of-00002.jsonl": '{"q":"b"}\n',
});
const MODEL = {
  kind: "models" as const,
  id: "owner/model",
  branches: {
    main: {
      "config.json": "{}",
      "model.safetensors": "s",
      "onnx/model.onnx": "o",
      "pytorch_model.bin": "never read",
      "vocab.txt": "v",
    },
  },
};
const SOURCE = "hf://datasets/owner/pairs";

async function rowsOf(hub: Hub): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of readRows(await resolveSource(SOURCE, { hub }), { hub })) rows.push(...batch);
  return rows;
}

Deno.test("what was read once is read without network: same files, same versions, same commit", async () => {
  await withHub([PAIRS], async ({ server, connect }) => {
    const online = await resolveSource(SOURCE, { hub: connect() });
    strictEqual(online.revision, server.commit("datasets", "owner/pairs"));
    deepStrictEqual(await rowsOf(connect()), [{ q: "a" }, { q: "b" }]);
    const asked = server.requests.length;
    const hub = connect({ offline: true });
    deepStrictEqual(await resolveSource(SOURCE, { hub }), online);
    deepStrictEqual(await rowsOf(hub), [{ q: "a" }, { q: "b" }]);
    strictEqual(server.requests.length, asked);
  });
});

Deno.test("a whole commit id that was read once is not asked for again, with or without network", async () => {
  await withHub([PAIRS], async ({ server, connect }) => {
    const revision = server.commit("datasets", "owner/pairs");
    await rowsOf(connect());
    const asked = server.requests.length;
    for (const hub of [connect(), connect({ offline: true })]) {
      const repository = await hub.open(parseHubAddress(`${SOURCE}@${revision}`, "datasets"));
      strictEqual((await repository.listFiles()).length, 3);
      strictEqual(await repository.readText("README.md"), CARD);
    }
    strictEqual(server.requests.length, asked);
  });
});

Deno.test("what the cache lacks is named, with the command that fetches it", async () => {
  await withHub([PAIRS], async ({ server, cacheFolder, connect }) => {
    const hub = connect({ offline: true });
    const refused = async (work: Promise<unknown>, message: string): Promise<void> => {
      await rejects(work, { name: "RangeError", message });
    };
    await refused(
      resolveSource(SOURCE, { hub, revision: "v1" }),
      `Cannot read hf://datasets/owner/pairs@v1: it is not in the cache ${cacheFolder}, and HF_HUB_OFFLINE forbids ` +
        "the network; fetch it with: hf download --repo-type dataset owner/pairs --revision v1",
    );
    await refused(
      resolveModelPath("hf://models/owner/model", { hub }),
      `Cannot read hf://models/owner/model: it is not in the cache ${cacheFolder}, and HF_HUB_OFFLINE forbids ` +
        "the network; fetch it with: hf download owner/model",
    );
    await resolveSource(SOURCE, { hub: connect() });
    const revision = server.commit("datasets", "owner/pairs");
    const path = "data/train-00000-of-00002.jsonl";
    await refused(
      rowsOf(connect({ offline: true })),
      `Cannot read hf://datasets/owner/pairs@${revision}/${path}: it is not in the cache ` +
        `${join(cacheFolder, "datasets--owner--pairs")}, and HF_HUB_OFFLINE forbids the network; ` +
        `fetch it with: hf download --repo-type dataset owner/pairs ${path} --revision ${revision}`,
    );
  });
});

/** Writes a cache as another tool does: blobs, links to them, a branch, and no list of all files. */
async function fillCache(folder: string, commit: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const pointer = join(folder, "snapshots", commit, path);
    const blob = join(folder, "blobs", `${"0".repeat(60)}${text.length}`);
    for (const place of [pointer, blob]) await Deno.mkdir(dirname(place), { recursive: true });
    await Deno.writeTextFile(blob, text);
    await Deno.symlink(blob, pointer);
  }
  await Deno.mkdir(join(folder, "refs"), { recursive: true });
  await Deno.writeTextFile(join(folder, "refs/main"), `${commit}\n`);
}

Deno.test("a cache that another tool has filled is read, and a shard that it lacks is missed", async () => {
  await withHub([], async ({ cacheFolder, connect }) => {
    const folder = join(cacheFolder, "datasets--owner--pairs");
    const commit = "c".repeat(40);
    const first = { "README.md": CARD, "data/train-00000-of-00002.jsonl": '{"q":"a"}\n' };
    await fillCache(folder, commit, first);
    await rejects(rowsOf(connect({ offline: true })), /train-00001-of-00002\.jsonl: it is not in the cache/);
    await fillCache(folder, commit, { "data/train-00001-of-00002.jsonl": '{"q":"bb"}\n' });
    const { files, revision } = await resolveSource(SOURCE, { hub: connect({ offline: true }) });
    deepStrictEqual(files.map(({ size, version }) => [size, Number(version)]), [[10, 10], [11, 11]]);
    strictEqual(revision, commit);
    deepStrictEqual(await rowsOf(connect({ offline: true })), [{ q: "a" }, { q: "bb" }]);
  });
});

Deno.test("of a model the files that may be read are fetched, and ONNX files if asked for", async () => {
  await withHub([MODEL], async ({ server, cacheFolder, connect }) => {
    const hub = connect();
    const folder = await resolveModelPath("hf://models/owner/model", { hub });
    const commit = server.commit("models", "owner/model");
    strictEqual(folder, join(cacheFolder, "models--owner--model/snapshots", commit));
    const names = (): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    deepStrictEqual(names(), ["config.json", "model.safetensors", "vocab.txt"]);
    strictEqual(await resolveModelPath("hf://models/owner/model", { hub, onnx: true }), folder);
    deepStrictEqual(names(), ["config.json", "model.safetensors", "onnx", "vocab.txt"]);
    strictEqual(
      await resolveModelPath("hf://models/owner/model/vocab.txt", { hub }),
      join(folder, "vocab.txt"),
    );
    strictEqual(
      await resolveModelPath("hf://models/owner/model/onnx", { hub, onnx: true }),
      join(folder, "onnx"),
    );
    const offline = connect({ offline: true });
    strictEqual(await resolveModelPath("hf://models/owner/model", { hub: offline }), folder);
    for (const each of [hub, offline]) {
      await rejects(resolveModelPath("hf://models/owner/model/none", { hub: each }), {
        name: "RangeError",
        message: /owner\/model(@[0-9a-f]+)?\/none: it (has no such file|is not in the cache)/,
      });
    }
  });
});

/** Downloads into the hub's own cache: its layout, resuming, checksums, full disks, several processes. */
import { downloadFileToCacheDir, scanCacheDir } from "@huggingface/hub";
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type HubProgress, parseHubAddress, type Repository } from "../hub/mod.ts";
import { dataset, type HubCase, someBytes, withHub } from "./_hub_case.ts";

const BYTES = someBytes(300_000);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");
const CARD = "hello\n";
/** `echo hello | git hash-object --stdin` */
const CARD_OID = "ce013625030ba8dba906f756967f9e9ca394464a";
const FILES = { "README.md": CARD, "notes.txt": "notes", "data/a b#1.parquet": BYTES };
const LARGE = "data/a b#1.parquet";
const ADDRESS = parseHubAddress("hf://datasets/owner/name", "datasets");

async function withDownload(
  use: (repository: Repository, hubCase: HubCase & { folder: string; blob: string }) => Promise<void>,
): Promise<void> {
  await withHub([dataset("owner/name", FILES)], async (hubCase) => {
    const repository = await hubCase.connect().open(ADDRESS);
    const folder = join(hubCase.cacheFolder, "datasets--owner--name");
    await Deno.mkdir(join(folder, "blobs"), { recursive: true });
    await use(repository, { ...hubCase, folder, blob: join(folder, "blobs", SHA256) });
  });
}

Deno.test("a file goes where other tools of the hub look for it, and is fetched once", async () => {
  await withDownload(async (repository, { server, folder, blob }) => {
    const path = await repository.fetch(LARGE);
    strictEqual(path, join(folder, "snapshots", repository.revision!, LARGE));
    deepStrictEqual(await Deno.readFile(path), BYTES);
    strictEqual(await Deno.readLink(path), `../../../blobs/${SHA256}`);
    strictEqual(await Deno.realPath(path), await Deno.realPath(blob));
    strictEqual(await repository.readText("README.md"), CARD);
    strictEqual(await Deno.readTextFile(join(folder, "blobs", CARD_OID)), CARD);
    strictEqual(await Deno.readTextFile(join(folder, "refs/main")), repository.revision);
    const sent = server.bytesSent;
    strictEqual(await repository.fetch(LARGE), path);
    strictEqual(server.bytesSent, sent);
  });
});

Deno.test("the hub's own client finds our files, and we find those it has downloaded", async () => {
  await withDownload(async (repository, { server, cacheFolder, connect }) => {
    const options = { repo: "datasets/owner/name", cacheDir: cacheFolder, hubUrl: server.endpoint };
    await repository.fetch(LARGE);
    await repository.fetch("notes.txt");
    const [{ id, filesCount, revisions }] = (await scanCacheDir(cacheFolder)).repos;
    // Its scan passes over files in folders.
    deepStrictEqual([id, filesCount], [{ name: "owner/name", type: "dataset" }, 1]);
    deepStrictEqual([revisions[0].commitOid, revisions[0].refs], [repository.revision, ["main"]]);
    const sent = server.bytesSent;
    const { debug } = console;
    try {
      console.debug = (): void => {};
      strictEqual(await downloadFileToCacheDir({ ...options, path: LARGE }), await repository.fetch(LARGE));
      strictEqual(server.bytesSent, sent);
      const theirs = await downloadFileToCacheDir({ ...options, path: "README.md" });
      const afterwards = server.bytesSent;
      strictEqual(await (await connect().open(ADDRESS)).fetch("README.md"), theirs);
      strictEqual(server.bytesSent, afterwards);
    } finally {
      console.debug = debug;
    }
  });
});

Deno.test("a download goes on where the connection was cut, and tells how far it is", async () => {
  await withDownload(async (_, { server, connect, waits }) => {
    const progress: HubProgress[] = [];
    const hub = connect({}, { onDownload: (step) => progress.push({ ...step }) });
    Object.assign(server.faults, { cuts: 2, cutAfter: 1000 });
    const path = await (await hub.open(ADDRESS)).fetch(LARGE);
    deepStrictEqual(await Deno.readFile(path), BYTES);
    strictEqual(server.bytesSent, BYTES.length);
    const ranges = server.requests.filter((request) => request.path.endsWith(SHA256)).map(({ range }) =>
      range
    );
    deepStrictEqual(ranges, [null, "bytes=1000-299999", "bytes=2000-299999"]);
    // Every time some bytes had come, so the count of failures began anew.
    deepStrictEqual(waits, [1, 1]);
    const name = "hf://datasets/owner/name/data/a b#1.parquet";
    deepStrictEqual(progress[0], { name, received: 0, total: BYTES.length });
    deepStrictEqual(progress.at(-1), { name, received: BYTES.length, total: BYTES.length });
  });
});

Deno.test("a download goes on where another process has stopped, unless too much is there", async () => {
  await withDownload(async (repository, { server, blob }) => {
    await Deno.writeFile(`${blob}.incomplete`, BYTES.subarray(0, 200_000));
    deepStrictEqual(await Deno.readFile(await repository.fetch(LARGE)), BYTES);
    strictEqual(server.bytesSent, 100_000);
    await Deno.remove(blob);
    await Deno.writeFile(`${blob}.incomplete`, someBytes(300_001));
    deepStrictEqual(await Deno.readFile(await repository.fetch(LARGE)), BYTES);
    strictEqual(server.bytesSent, 400_000);
    ok(!existsSync(`${blob}.incomplete`));
  });
});

Deno.test("a download begins again where the server cannot go on in the middle", async () => {
  await withDownload(async (repository, { server, blob }) => {
    server.faults.ignoreRanges = true;
    await Deno.writeFile(`${blob}.incomplete`, BYTES.subarray(0, 200_000));
    deepStrictEqual(await Deno.readFile(await repository.fetch(LARGE)), BYTES);
    await Deno.remove(blob);
    server.faults.cuts = Infinity;
    await rejects(
      repository.fetch(LARGE),
      /the server cannot go on in the middle, begun 4 times\); run it again/,
    );
  });
});

Deno.test("wrong bytes are fetched once more, and refused if they stay wrong", async () => {
  await withDownload(async (repository, { server, blob }) => {
    server.faults.wrongBytes = 1;
    deepStrictEqual(await Deno.readFile(await repository.fetch(LARGE)), BYTES);
    await Deno.remove(blob);
    server.faults.wrongBytes = Infinity;
    for (const path of [LARGE, "README.md"]) {
      await rejects(repository.fetch(path), {
        name: "SyntaxError",
        message: `Cannot download hf://datasets/owner/name/${path}: its checksum was wrong twice; ` +
          "check the proxy or mirror that it came through",
      });
    }
    deepStrictEqual([...Deno.readDirSync(join(blob, ".."))], []);
  });
});

Deno.test("a full disk is said in one sentence, and nothing half is taken for whole", async () => {
  await withDownload(async (repository, { blob, cacheFolder }) => {
    // Whatever is written to this device finds it full.
    await Deno.symlink("/dev/full", `${blob}.incomplete`);
    await rejects(repository.fetch(LARGE), {
      name: "Error",
      message: `Cannot write the hub's cache ${cacheFolder}: no space is left on its disk; ` +
        "set HF_HUB_CACHE to a folder on a disk with room that may be written",
    });
    ok(!existsSync(blob));
  });
});

Deno.test("a file whose path leads out of the cache is refused", async () => {
  await withHub([dataset("owner/evil", { "../../../x": "evil" })], async ({ connect }) => {
    const repository = await connect().open(parseHubAddress("hf://datasets/owner/evil", "datasets"));
    await rejects(repository.listFiles(), {
      name: "RangeError",
      message: /^Cannot list hf:\/\/datasets\/owner\/evil: the hub lists a file \.\.\/\.\.\/\.\.\/x with/,
    });
  });
});

Deno.test("a cache that cannot be written is said in one sentence", async () => {
  await withDownload(async (_, { cacheFolder, connect }) => {
    const file = join(cacheFolder, "file");
    await Deno.writeTextFile(file, "");
    const message = `Cannot write the hub's cache ${file}: a part of its path is a file; ` +
      "set HF_HUB_CACHE to a folder on a disk with room that may be written";
    await rejects(connect({ cacheFolder: file }).open(ADDRESS), { name: "Error", message });
  });
});

Deno.test("a cached file that was cut off is fetched again, and missed where there is no network", async () => {
  await withDownload(async (repository, { server, blob, connect }) => {
    const path = await repository.fetch(LARGE);
    await Deno.truncate(blob, 200_000);
    await rejects((await connect({ offline: true }).open(ADDRESS)).fetch(LARGE), {
      name: "RangeError",
      message: /^Cannot read hf:.*: it is not in the cache .*; fetch it with: hf download /,
    });
    const asked = server.bytesSent;
    strictEqual(await (await connect().open(ADDRESS)).fetch(LARGE), path);
    deepStrictEqual(await Deno.readFile(path), BYTES);
    strictEqual(server.bytesSent - asked, BYTES.length);
  });
});

Deno.test("a list of files that is damaged is asked for again", async () => {
  await withDownload(async (repository, { folder, connect }) => {
    const files = await repository.listFiles();
    const [name] = [...Deno.readDirSync(join(folder, "lathe"))].map(({ name }) => name);
    for (const text of ["", '[{"path', "{}", "null", '[{"path":5}]']) {
      await Deno.writeTextFile(join(folder, "lathe", name), text);
      deepStrictEqual(await (await connect().open(ADDRESS)).listFiles(), files);
    }
  });
});

Deno.test("nothing temporary stays where a list of files cannot be written", async () => {
  await withDownload(async (repository, { folder }) => {
    await Deno.mkdir(join(folder, "lathe", `${repository.revision}.json`), { recursive: true });
    await rejects(repository.listFiles());
    deepStrictEqual([...Deno.readDirSync(join(folder, "lathe"))].map(({ name }) => name), [
      `${repository.revision}.json`,
    ]);
  });
});

/** Downloads the file in a process of its own and prints its path. */
function download({ server, cacheFolder }: HubCase): Deno.ChildProcess {
  const code = `import { Hub, parseHubAddress } from "./hub/mod.ts";
    const hub = new Hub(${JSON.stringify({ endpoint: server.endpoint, cacheFolder })});
    const repository = await hub.open(parseHubAddress("hf://datasets/owner/name", "datasets"));
    console.log(await repository.fetch(${JSON.stringify(LARGE)}));`;
  const root = fileURLToPath(new URL("../", import.meta.url));
  const args = ["eval", "--no-check", "--ext=ts", code];
  return new Deno.Command(Deno.execPath(), { args, cwd: root, stdout: "piped", stderr: "piped" }).spawn();
}

async function pathFrom(process: Deno.ChildProcess): Promise<string> {
  const { code, stdout, stderr } = await process.output();
  strictEqual(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("of two processes that want a file one downloads it and the other waits", async () => {
  await withDownload(async (_, hubCase) => {
    const paths = await Promise.all([download(hubCase), download(hubCase)].map(pathFrom));
    strictEqual(paths[0], paths[1]);
    deepStrictEqual(await Deno.readFile(paths[0]), BYTES);
    strictEqual(hubCase.server.bytesSent, BYTES.length);
  });
});

Deno.test("a file that another tool has locked is waited for", async () => {
  await withDownload(async (repository, { server, cacheFolder, blob }) => {
    const locks = join(cacheFolder, ".locks/datasets--owner--name");
    await Deno.mkdir(locks, { recursive: true });
    const lock = await Deno.open(join(locks, `${SHA256}.lock`), { create: true, write: true });
    await lock.lock(true);
    const fetched = repository.fetch(LARGE);
    // The other tool writes the blob, then lets go: were it not waited for, the file would be fetched meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Deno.writeFile(blob, BYTES);
    lock.close();
    deepStrictEqual(await Deno.readFile(await fetched), BYTES);
    strictEqual(server.bytesSent, 0);
  });
});

Deno.test("what a killed process has received is kept, and its lock does not stay", async () => {
  await withDownload(async (repository, hubCase) => {
    const { server, blob } = hubCase;
    Object.assign(server.faults, { stalls: 1, cutAfter: 65_536 });
    const process = download(hubCase);
    while (!(existsSync(`${blob}.incomplete`) && Deno.statSync(`${blob}.incomplete`).size === 65_536)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    process.kill("SIGKILL");
    strictEqual((await process.output()).signal, "SIGKILL");
    deepStrictEqual(await Deno.readFile(await repository.fetch(LARGE)), BYTES);
    strictEqual(server.bytesSent, BYTES.length);
  });
});

/** Files that are pushed to a model: what goes, what does not, and one commit or none. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { Hub, type HubHooks, parseHubAddress, type PushFile, type PushTarget } from "../hub/mod.ts";
import { type HubCase, someBytes, withHub } from "./_hub_case.ts";
import type { LoopbackHub, LoopbackHubOptions } from "./_loopback_hub.ts";
import type { LoopbackContent, LoopbackRepository } from "./_loopback_repository.ts";

const TOKEN = "hf_writer";
const ID = "owner/model";
/** A file that goes to the store. */
const TABLE = someBytes(600_000);
const COMMIT = { title: "a model", description: "as it is" };

const ACCESS: LoopbackHubOptions = { tokens: [TOKEN, "hf_reader"], writers: [TOKEN] };

function model(
  files: Record<string, LoopbackContent>,
  more: Partial<LoopbackRepository> = {},
): LoopbackRepository {
  return { kind: "models", id: ID, branches: { main: files }, ...more };
}

function textFile(path: string, text: string): PushFile {
  return { path, content: { text } };
}

interface PushCase extends HubCase {
  /** Files of a model on the disk. */
  files: PushFile[];
  folder: string;
  push(target?: Partial<PushTarget>, hub?: Hub): Promise<{ commit: string; isChanged: boolean; url: string }>;
}

/** A hub, and a small model on the disk. */
async function withPush(
  repositories: readonly LoopbackRepository[],
  use: (pushCase: PushCase) => Promise<void>,
  options: LoopbackHubOptions = {},
): Promise<void> {
  await withHub(repositories, async (hubCase) => {
    const folder = join(hubCase.cacheFolder, "model");
    await Deno.mkdir(folder);
    const contents: Record<string, string | Uint8Array> = {
      "config.json": '{ "dim": 2 }\n',
      "model.safetensors": TABLE,
      "README.md": "# Grüße\n",
    };
    const files: PushFile[] = [];
    for (const [path, content] of Object.entries(contents)) {
      const file = join(folder, path);
      await (typeof content === "string" ? Deno.writeTextFile(file, content) : Deno.writeFile(file, content));
      files.push({ path, content: { file } });
    }
    const push: PushCase["push"] = async (target = {}, hub = hubCase.connect({ token: TOKEN })) =>
      await hub.push(await hub.planPush(files, { id: ID, ...target }), COMMIT);
    await use({ ...hubCase, files, folder, push });
  }, { ...ACCESS, ...options });
}

/** All files of a branch, as text or checksum-like bytes. */
function holdsAll(server: LoopbackHub, branch = "main"): boolean {
  const table = server.read(ID, "model.safetensors", branch);
  return table !== undefined && table.length === TABLE.length &&
    table.every((byte, i) => byte === TABLE[i]) &&
    new TextDecoder().decode(server.read(ID, "README.md", branch)) === "# Grüße\n";
}

function countOf(server: LoopbackHub, path: RegExp): number {
  return server.requests.filter((request) => path.test(`${request.method} ${request.path}`)).length;
}

Deno.test("a model that is not there is made, holds every byte in one commit, and is read back", async () => {
  await withPush([], async ({ server, connect, files, push }) => {
    const hub = connect({ token: TOKEN });
    const plan = await hub.planPush(files, { id: ID });
    deepStrictEqual([plan.isNew, plan.parent, plan.isPrivate], [true, undefined, undefined]);
    deepStrictEqual(plan.files.map(({ path, size, state }) => [path, size, state]), [
      ["config.json", 13, "new"],
      ["model.safetensors", TABLE.length, "new"],
      ["README.md", 10, "new"],
    ]);
    strictEqual(server.paths(ID), undefined, "a plan changes nothing");
    const { commit, isChanged, url } = await push();
    deepStrictEqual([isChanged, url], [true, `${server.endpoint}/${ID}`]);
    strictEqual(commit, server.commit("models", ID));
    ok(holdsAll(server));
    const [made] = server.uploads.commits;
    deepStrictEqual([made.title, made.description, made.branch], ["a model", "as it is", "main"]);
    deepStrictEqual(made.files.map(({ path, isLarge }) => [path, isLarge]), [
      ["config.json", false],
      ["model.safetensors", true],
      ["README.md", false],
    ]);
    deepStrictEqual(server.uploads.transfers, ["basic", "multipart"]);
    const tokens = server.requests.filter(({ method }) => method === "PUT").map(({ authorization }) =>
      authorization
    );
    deepStrictEqual(tokens, [null], "the store is sent no token");
    const repository = await connect().open(parseHubAddress(`hf://models/${ID}`, "models"));
    deepStrictEqual(await Deno.readFile(await repository.fetch("model.safetensors")), TABLE);
  });
});

Deno.test("only what differs goes up; nothing does if the hub has it all, and there is no empty commit", async () => {
  await withPush([], async ({ server, connect, files, folder, push }) => {
    const { commit } = await push();
    server.requests.length = 0;
    deepStrictEqual(await push(), { commit, isChanged: false, url: `${server.endpoint}/${ID}` });
    strictEqual(countOf(server, /^(PUT|POST) /), 0);
    await Deno.writeTextFile(join(folder, "config.json"), '{ "dim": 3 }\n');
    const hub = connect({ token: TOKEN });
    const plan = await hub.planPush(files, { id: ID });
    deepStrictEqual(plan.files.map(({ state }) => state), ["changed", "same", "same"]);
    strictEqual((await hub.push(plan, COMMIT)).isChanged, true);
    deepStrictEqual(server.uploads.commits[1].files, [{ path: "config.json", isLarge: false }]);
    strictEqual(countOf(server, /^PUT /), 0);
    deepStrictEqual(server.paths(ID), [".gitattributes", "README.md", "config.json", "model.safetensors"]);
  });
});

Deno.test("what a hub holds beside the pushed files stays", async () => {
  await withPush(
    [model({ "onnx/model.onnx": someBytes(100), "config.json": "{}" })],
    async ({ server, push }) => {
      await push();
      deepStrictEqual(server.paths(ID), ["README.md", "config.json", "model.safetensors", "onnx/model.onnx"]);
    },
  );
});

Deno.test("large files go in parts where the hub says so", async () => {
  await withPush([], async ({ server, push }) => {
    await push();
    ok(holdsAll(server));
    strictEqual(countOf(server, /^PUT .*partNumber=/), 3);
    strictEqual(countOf(server, /^POST .*complete=1/), 1);
  }, { partBytes: 200_000 });
});

Deno.test("a branch that is not there begins at the main branch, which stays as it is", async () => {
  await withPush(
    [model({ "config.json": "{}", "old.txt": "old" })],
    async ({ server, connect, files, push }) => {
      const before = server.commit("models", ID);
      const plan = await connect().planPush(files, { id: ID, branch: "v2/next" });
      deepStrictEqual([plan.isNew, plan.isNewBranch, plan.parent], [false, true, before]);
      const { url } = await push({ branch: "v2/next" });
      strictEqual(url, `${server.endpoint}/${ID}/tree/v2%2Fnext`);
      ok(holdsAll(server, "v2/next"));
      ok(server.paths(ID, "v2/next")!.includes("old.txt"));
      strictEqual(server.commit("models", ID), before);
      await rejects(push({ branch: "refs/pr/9" }), {
        name: "RangeError",
        message:
          `Cannot push to hf://models/${ID}: it has no revision "refs/pr/9" and none of that name can be made; ` +
          "name a branch",
      });
      await rejects(push({ branch: "0".repeat(40) }), /none of that name can be made/);
    },
  );
});

Deno.test("a pull request needs no right to write, and leaves the branch as it is", async () => {
  await withPush([model({ "config.json": "{}" })], async ({ server, connect, push }) => {
    const before = server.commit("models", ID);
    const { url } = await push({ pullRequest: true }, connect({ token: "hf_reader" }));
    strictEqual(url, `${server.endpoint}/${ID}/discussions/1`);
    strictEqual(server.commit("models", ID), before);
    ok(holdsAll(server, "refs/pr/1"));
  });
});

Deno.test("a private model is made private; a public one is not made private by a push", async () => {
  await withPush([model({ "config.json": "{}" }, { id: "owner/open" })], async ({ connect, push }) => {
    await push({ private: true });
    await rejects(connect().open(parseHubAddress(`hf://models/${ID}`, "models")), /or it is private/);
    strictEqual((await push({ private: true })).isChanged, false);
    await rejects(push({ id: "owner/open", private: true }), {
      name: "RangeError",
      message:
        "Cannot push to hf://models/owner/open: it is there and public, and only a new model is made private; " +
        "make it private in its settings, or push it as public",
    });
  });
});

Deno.test("a model that was renamed is pushed to by its old name", async () => {
  await withPush([model({ "config.json": "{}" })], async ({ server, push }) => {
    const { url } = await push({ id: "owner/before" });
    strictEqual(url, `${server.endpoint}/${ID}`);
    ok(holdsAll(server));
  }, { renamed: { "owner/before": ID } });
});

/** Who pushes where, and the whole message. */
const REFUSED: Record<string, [target: Partial<PushTarget>, token: string | undefined, message: string]> = {
  "no token": [
    {},
    undefined,
    "no token is set; set HF_TOKEN to one that may write there, from the hub's settings",
  ],
  "a token that the hub does not know": [
    {},
    "hf_unknown",
    "the hub refuses the token (401, Invalid credentials in Authorization header); " +
    "check HF_TOKEN, or the token file that was written when you logged in",
  ],
  "a token that may not write": [
    {},
    "hf_reader",
    "this token may not write there (403, Forbidden: you must use a write token to upload to a repository.); " +
    "take a token with the right to write for owner, or offer a pull request",
  ],
  "an owner that is somebody else": [
    { id: "stranger/new" },
    TOKEN,
    'this token may not write there (403, You don\'t have the rights to create a model under the namespace "stranger"); ' +
    "take a token with the right to write for stranger, or offer a pull request",
  ],
  "a name that the hub does not take": [
    { id: "owner/a b" },
    TOKEN,
    "the hub refuses it (400, Invalid repository name); change what it names, or check HF_ENDPOINT",
  ],
};

for (const [name, [target, token, problem]] of Object.entries(REFUSED)) {
  Deno.test(`${name}: refused in one sentence, and nothing changes`, async () => {
    await withPush([model({ "config.json": "{}" })], async ({ server, connect, push, waits }) => {
      await rejects(push(target, connect({ token })), {
        message: `Cannot push to hf://models/${target.id ?? ID}: ${problem}`,
      });
      deepStrictEqual(waits, []);
      deepStrictEqual(server.paths(ID), ["config.json"]);
      strictEqual(server.paths("stranger/new"), undefined);
    });
  });
}

Deno.test("offline, and with a mirror, a push is refused before anything is asked", async () => {
  await withPush([], async ({ server, connect, push }) => {
    await rejects(push({}, connect({ token: TOKEN, offline: true })), {
      message: `Cannot push to hf://models/${ID}: HF_HUB_OFFLINE forbids the network; unset it`,
    });
    await rejects(push({}, connect({ token: TOKEN, mirror: "mirror" })), {
      message:
        `Cannot push to hf://models/${ID}: LATHE_HUB_MIRROR takes the hub's place, and is only read; unset it`,
    });
    strictEqual(server.requests.length, 0);
  });
});

/** What is refused once, and what is said; undefined where it is asked again and goes through. */
const FAULTS: Record<string, [path: RegExp, status: number, problem: RegExp | undefined]> = {
  "the batch is too large": [
    /objects\/batch/,
    413,
    /the hub takes nothing so large \(413, no\); leave files out/,
  ],
  "the store refuses": [
    /^\/upload\//,
    403,
    /the hub refuses it \(its store: 403, no\); change what it names/,
  ],
  "the store has a fault": [/^\/upload\//, 500, undefined],
  "asking what goes where fails": [/preupload/, 503, undefined],
  "the commit fails": [/\/commit\//, 500, undefined],
  "the commit is refused": [/\/commit\//, 400, /the hub refuses it \(400, no\); /],
  "the token lapses": [/\/commit\//, 403, /this token may not write there \(403, no\); /],
  "making the repository fails": [/repos\/create/, 502, undefined],
};

for (const [name, [path, status, problem]] of Object.entries(FAULTS)) {
  Deno.test(`${name} (${status}): ${problem ? "told, and no commit" : "asked again"}`, async () => {
    await withPush([], async ({ server, push, waits }) => {
      server.faults.refusals.push({ path, status, message: "no" });
      if (problem === undefined) {
        await push();
        ok(holdsAll(server));
        deepStrictEqual(waits, [1]);
        return;
      }
      await rejects(push(), (error: Error) => {
        match(error.message, /^Cannot push to hf:\/\/models\/owner\/model: /);
        match(error.message, problem);
        return true;
      });
      deepStrictEqual([server.paths(ID), server.uploads.commits.length], [[".gitattributes"], 0]);
      deepStrictEqual(waits, []);
      ok((await push()).isChanged && holdsAll(server), "the next push goes through");
    });
  });
}

Deno.test("connections that are cut while a file goes up are taken up again; in the end they are told", async () => {
  await withPush([], async ({ server, push, waits }) => {
    Object.assign(server.faults, { uploadCuts: 2, uploadCutAfter: 300_000 });
    await push();
    ok(holdsAll(server));
    deepStrictEqual(waits.splice(0), [1, 2]);
    strictEqual(server.uploads.commits.length, 1);
  });
  await withPush([model({ "config.json": "{}" })], async ({ server, push, waits }) => {
    server.faults.uploadCuts = Infinity;
    const message =
      /^Cannot push to hf:\/\/models\/owner\/model: (there is no connection|the connection was cut)/;
    await rejects(push(), { name: "Error", message });
    deepStrictEqual(waits, [1, 2, 4]);
    deepStrictEqual([server.paths(ID), server.uploads.commits.length], [["config.json"], 0]);
  });
});

Deno.test("a commit whose answer is lost is not made twice", async () => {
  await withPush([], async ({ server, push, waits }) => {
    server.faults.lostAnswers = 1;
    const { commit } = await push();
    strictEqual(commit, server.commit("models", ID));
    deepStrictEqual([waits, server.uploads.commits.length], [[1], 1]);
  });
  await withPush([model({ "config.json": "{}" })], async ({ server, push, waits }) => {
    server.faults.lostAnswers = 1;
    await rejects(push({ pullRequest: true }), {
      message:
        `Cannot push to hf://models/${ID}: ${server.endpoint} has a fault of its own (504, Gateway Timeout); ` +
        `look for the pull request at ${server.endpoint}/${ID}/discussions, and push again if it is not there`,
    });
    deepStrictEqual([waits, server.uploads.commits.length], [[], 1]);
  });
});

Deno.test("a branch that changes while files go up is told, and stays as the other left it", async () => {
  await withPush([model({ "config.json": "{}" })], async ({ server, connect, files }) => {
    const hub = connect({ token: TOKEN });
    const plan = await hub.planPush(files, { id: ID });
    server.put(model({ "config.json": "{}", "other.txt": "another push" }));
    await rejects(hub.push(plan, COMMIT), {
      name: "RangeError",
      message: `Cannot push to hf://models/${ID}: its branch main changed while files went up ` +
        "(412, A commit has happened since. Please refresh and try again.); " +
        "push again, files that are there by then do not go twice",
    });
    deepStrictEqual(server.paths(ID), ["config.json", "other.txt"]);
    strictEqual(countOf(server, /^PUT /), 1);
    await hub.push(await hub.planPush(files, { id: ID }), COMMIT);
    ok(holdsAll(server));
    strictEqual(countOf(server, /^PUT /), 1, "the store had the table");
  });
});

Deno.test("names that could not be read from the hub again are refused before anything is asked", async () => {
  await withPush([model({ "config.json": "{}" })], async ({ server, connect }) => {
    const hub = connect({ token: TOKEN });
    for (const path of ["../up.txt", "/root.txt", "a\\b.txt", "a//b.txt", "a/./b.txt", ""]) {
      await rejects(hub.planPush([{ path, content: { text: "x" } }], { id: ID }), {
        name: "RangeError",
        message: `Cannot push ${path}: on other machines it would name another file; rename it`,
      });
    }
    strictEqual(server.requests.length, 0);
  });
});

Deno.test("a file that changes or goes after the plan is refused, and there is no commit", async () => {
  await withPush([model({ "config.json": "{}" })], async ({ server, connect, files, folder }) => {
    const hub = connect({ token: TOKEN });
    const table = join(folder, "model.safetensors");
    const plan = await hub.planPush(files, { id: ID });
    await Deno.writeFile(table, TABLE.toReversed());
    await rejects(hub.push(plan, COMMIT), {
      name: "RangeError",
      message: `Cannot push ${table}: it changed meanwhile; push again when nobody writes it`,
    });
    const other = await hub.planPush(files, { id: ID });
    await Deno.remove(table);
    await rejects(hub.push(other, COMMIT), { name: "RangeError", message: /: it is gone; push again when/ });
    await rejects(hub.planPush(files, { id: ID }), { name: "RangeError", message: /: it is gone; / });
    deepStrictEqual([server.paths(ID), server.uploads.commits.length], [["config.json"], 0]);
  });
});

Deno.test("a signal ends a push at once and nothing changes, but the commit itself is not broken off", async () => {
  await withPush([model({ "config.json": "{}" })], async ({ server, cacheFolder, push }) => {
    const connect = (hooks: HubHooks): Hub =>
      new Hub({ endpoint: server.endpoint, cacheFolder, token: TOKEN }, hooks);
    const stop = new AbortController();
    const onUpload = (): void => stop.abort(new Error("Stopped: enough"));
    await rejects(push({}, connect({ signal: stop.signal, onUpload })), { message: "Stopped: enough" });
    deepStrictEqual([server.paths(ID), server.uploads.commits.length], [["config.json"], 0]);
    const late = new AbortController();
    server.faults.onCommit = () => late.abort(new Error("Stopped: too late"));
    await push({}, connect({ signal: late.signal }));
    ok(late.signal.aborted && holdsAll(server));
  });
});

Deno.test("a commit of which nothing is known is told as such when the wait for it is broken off", async () => {
  await withPush([model({ "config.json": "{}" })], async ({ server, cacheFolder, push }) => {
    const stop = new AbortController();
    const onWait = (): void => stop.abort(new Error("Stopped: enough"));
    const hub = new Hub({ endpoint: server.endpoint, cacheFolder, token: TOKEN }, {
      signal: stop.signal,
      onWait,
    });
    server.faults.lostAnswers = 1;
    await rejects(push({}, hub), {
      message: `Cannot tell whether hf://models/${ID} has the commit: ` +
        "it was interrupted while the hub was asked for it again; look there, or push again",
    });
    strictEqual((await push()).isChanged, false, "it was there");
    strictEqual(server.uploads.commits.length, 1);
  });
});

Deno.test("what has gone is told in bytes, taken back when it goes again, and ends at the total", async () => {
  await withPush([], async ({ server, connect, push }) => {
    Object.assign(server.faults, { uploadCuts: 1, uploadCutAfter: 300_000 });
    const told: [number, number][] = [];
    await push(
      {},
      connect({ token: TOKEN }, {
        sleep: () => Promise.resolve(),
        onUpload: ({ name, sent, total }) => {
          strictEqual(name, `hf://models/${ID}`);
          told.push([sent, total]);
        },
      }),
    );
    const total = TABLE.length + 13 + 10;
    ok(told.every((pair) => pair[0] >= 0 && pair[0] <= total && pair[1] === total));
    deepStrictEqual(told.at(-1), [total, total]);
    ok(told.some(([sent], i) => i > 0 && sent === 0), "the first attempt is taken back");
  });
});

Deno.test("a store that falls silent counts as a cut connection", async () => {
  await withPush([], async ({ server, connect, push, waits }) => {
    server.faults.uploadStalls = 1;
    await push({}, connect({ token: TOKEN, idleSeconds: 0.25 }));
    deepStrictEqual(waits, [1]);
    ok(holdsAll(server));
  });
});

Deno.test("a file larger than the client hashes at once goes up as it is", async () => {
  const large = someBytes(11_000_000); // from 10 MB on it hashes piece by piece
  await withPush([], async ({ server, connect, folder }) => {
    await Deno.writeFile(join(folder, "large.bin"), large);
    const hub = connect({ token: TOKEN });
    const plan = await hub.planPush([{ path: "large.bin", content: { file: join(folder, "large.bin") } }], {
      id: ID,
    });
    await hub.push(plan, COMMIT);
    deepStrictEqual(server.read(ID, "large.bin"), large);
  });
});

Deno.test("files may be given as text", async () => {
  await withPush([], async ({ server, connect }) => {
    const hub = connect({ token: TOKEN });
    await hub.push(await hub.planPush([textFile("a/b ü.md", "text")], { id: ID }), { title: "one" });
    strictEqual(new TextDecoder().decode(server.read(ID, "a/b ü.md")), "text");
  });
});

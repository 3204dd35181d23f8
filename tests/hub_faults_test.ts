/** What the hub and the network do wrong: asked again where that helps, else told apart in one sentence. */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { Hub, type HubOptions, parseHubAddress } from "../hub/mod.ts";
import { dataset, someBytes, withHub } from "./_hub_case.ts";
import type { LoopbackFaults } from "./_loopback_faults.ts";
import type { LoopbackRepository } from "./_loopback_repository.ts";

const FILES = { "README.md": "hello\n", "train.parquet": someBytes(5000) };
const REPOSITORIES: LoopbackRepository[] = [
  dataset("owner/open", FILES),
  { ...dataset("owner/gated", FILES), access: "gated" },
  { ...dataset("owner/private", FILES), access: "private" },
  { kind: "models", id: "owner/model", branches: { main: { "config.json": "{}" } } },
];
const TOKEN = "hf_known";

/** Address, options, and the whole message but for its first two words and the endpoint. */
const REFUSED: Record<string, [address: string, options: HubOptions, message: string]> = {
  "a missing data set": [
    "hf://datasets/owner/none",
    {},
    "find hf://datasets/owner/none: the hub has no such data set, or it is private; " +
    "check the name, or set HF_TOKEN to a token that may read it",
  ],
  "a missing model, asked for with a token": [
    "hf://models/owner/none/config.json",
    { token: TOKEN },
    "find hf://models/owner/none: the hub has no such model, or your token may not read it; " +
    "check the name and the token's rights",
  ],
  "a private data set": [
    "hf://datasets/owner/private/README.md",
    {},
    "find hf://datasets/owner/private: the hub has no such data set, or it is private; " +
    "check the name, or set HF_TOKEN to a token that may read it",
  ],
  "a missing revision": [
    "hf://datasets/owner/open@v9/README.md",
    {},
    'find hf://datasets/owner/open@v9: it has no revision "v9"; name a branch, a tag or a commit of it',
  ],
  "a missing commit": [
    `hf://datasets/owner/open@${"0".repeat(40)}/README.md`,
    {},
    `find hf://datasets/owner/open@${"0".repeat(40)}: it has no revision "${"0".repeat(40)}"; ` +
    "name a branch, a tag or a commit of it",
  ],
  "a missing file": [
    "hf://datasets/owner/open/none.csv",
    {},
    "find hf://datasets/owner/open/none.csv: it has no such file; check the path",
  ],
  "a gated data set without a token": [
    "hf://datasets/owner/gated/train.parquet",
    {},
    "find hf://datasets/owner/gated/train.parquet: it is gated and no token is set; " +
    "ask for access at HUB/datasets/owner/gated and set HF_TOKEN to your token",
  ],
  "a gated data set with a token that has no access": [
    "hf://datasets/owner/gated/train.parquet",
    { token: "hf_other" },
    "find hf://datasets/owner/gated/train.parquet: it is gated and your account has no access; " +
    "ask for it at HUB/datasets/owner/gated",
  ],
  "a token that the hub does not know": [
    "hf://datasets/owner/open/README.md",
    { token: "hf_unknown" },
    "read hf://datasets/owner/open: the hub refuses the token (401, Invalid credentials in Authorization header); " +
    "check HF_TOKEN, or the token file that was written when you logged in",
  ],
};

for (const [name, [address, options, message]] of Object.entries(REFUSED)) {
  Deno.test(`${name} is refused in one sentence, at once`, async () => {
    await withHub(REPOSITORIES, async ({ server, connect, waits }) => {
      const parsed = parseHubAddress(address, address.startsWith("hf://models") ? "models" : "datasets");
      const read = async (): Promise<string> => (await connect(options).open(parsed)).fetch(parsed.path);
      await rejects(read(), (error: Error) => {
        strictEqual(error.message.replace(server.endpoint, "HUB"), `Cannot ${message}`);
        strictEqual(error.name, message.startsWith("find") ? "RangeError" : "Error");
        return true;
      });
      deepStrictEqual(waits, []);
    }, { tokens: [TOKEN, "hf_other"], readers: [TOKEN] });
  });
}

Deno.test("a token opens what is gated or private, and goes to the hub only", async () => {
  await withHub(REPOSITORIES, async ({ server, connect }) => {
    for (const name of ["gated", "private"]) {
      const repository = await connect({ token: TOKEN }).open(
        parseHubAddress(`hf://datasets/owner/${name}`, "datasets"),
      );
      await repository.fetch("train.parquet");
    }
    const byStore = Map.groupBy(server.requests, ({ path }) => /^\/[0-9a-f]{64}$/.test(path));
    ok(byStore.get(false)!.every(({ authorization }) => authorization === `Bearer ${TOKEN}`));
    deepStrictEqual(byStore.get(true)!.map(({ authorization }) => authorization), [null, null]);
  }, { tokens: [TOKEN], readers: [TOKEN] });
});

/** Faults of the server; seconds waited; and what is said if it does not help. */
const PASSING: Record<string, [faults: Partial<LoopbackFaults>, waits: number[], message?: RegExp]> = {
  "two server errors": [{ serverErrors: 2 }, [1, 2]],
  "server errors without end": [
    { serverErrors: Infinity },
    [1, 2, 4],
    /^Cannot read hf:\/\/datasets\/owner\/open: http:\S+ has a fault of its own \(502, [^;]*\); try again later$/,
  ],
  "a rate limit with Retry-After": [{ rateLimits: 1, rateLimitHeaders: { "Retry-After": "77" } }, [77]],
  "a rate limit until a date": [{
    rateLimits: 1,
    rateLimitHeaders: {
      "Retry-After": "Wed, 01 Jan 2025 00:01:05 GMT",
      Date: "Wed, 01 Jan 2025 00:00:00 GMT",
    },
  }, [65]],
  "a rate limit in the hub's own header": [
    {
      rateLimits: 1,
      rateLimitHeaders: { RateLimit: '"api";r=0;t=55', "RateLimit-Policy": '"f";q=500;w=300' },
    },
    [55],
  ],
  "a rate limit that says nothing": [{ rateLimits: 2 }, [1, 2]],
  "a rate limit that is too long to wait for": [
    { rateLimits: 1, rateLimitHeaders: { "Retry-After": "3600" } },
    [],
    /limits the rate of requests \(429, wait 3600 s\); try again later, or set HF_TOKEN, which raises the limit$/,
  ],
  "a rate limit without end": [
    { rateLimits: Infinity, rateLimitHeaders: { "Retry-After": "30" } },
    [30, 30, 30],
    /^Cannot read hf:\/\/datasets\/owner\/open: the hub limits the rate of requests \(429, wait 30 s\); /,
  ],
};

for (const [name, [faults, expected, message]] of Object.entries(PASSING)) {
  Deno.test(`${name}: ${message ? "waited for, then told" : "waited for"}`, async () => {
    await withHub(REPOSITORIES, async ({ server, connect, waits }) => {
      Object.assign(server.faults, faults);
      const opened = connect().open(parseHubAddress("hf://datasets/owner/open", "datasets"));
      if (message) await rejects(opened, { name: "Error", message });
      else strictEqual(await (await opened).readText("README.md"), "hello\n");
      deepStrictEqual(waits, expected);
    });
  });
}

Deno.test("connections that are cut, or fall silent, without end are told with the byte", async () => {
  await withHub(REPOSITORIES, async ({ server, connect, waits }) => {
    const repository = await connect({ idleSeconds: 0.1 }).open(
      parseHubAddress("hf://datasets/owner/open", "datasets"),
    );
    Object.assign(server.faults, { cuts: Infinity, cutAfter: 0 });
    await rejects(repository.fetch("train.parquet"), (error: Error) => {
      match(
        error.message,
        /^Cannot read hf:\/\/datasets\/owner\/open\/train\.parquet: the connection was cut again/,
      );
      match(error.message, /; run it again: a download goes on from where it is$/);
      return true;
    });
    deepStrictEqual(waits.splice(0), [1, 2, 4]);
    Object.assign(server.faults, { cuts: 0, stalls: 1, cutAfter: 1000 });
    deepStrictEqual(
      await repository.readRange("train.parquet", 10, 4000),
      FILES["train.parquet"].slice(10, 4000),
    );
    strictEqual(server.requests.at(-1)!.range, "bytes=1010-3999");
    Object.assign(server.faults, { stalls: Infinity, cutAfter: 0 });
    await rejects(repository.readRange("train.parquet", 0, 10), /\(nothing came for 0\.1 s\); run it again/);
  });
});

Deno.test("no network at all is told after one more try, in one sentence", async () => {
  await withHub(REPOSITORIES, async ({ connect, waits }) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const hub = connect({ endpoint: `http://127.0.0.1:${port}/` });
    await rejects(hub.open(parseHubAddress("hf://datasets/owner/open", "datasets")), {
      name: "Error",
      message: `Cannot read hf://datasets/owner/open: there is no connection to http://127.0.0.1:${port} ` +
        "(tcp connect error: Connection refused (os error 111)); " +
        "check the network, or set HF_HUB_OFFLINE=1 to read only what is in the cache",
    });
    deepStrictEqual(waits, [1]);
  });
});

Deno.test("a signal ends a download and a pause at once, with its own reason", async () => {
  await withHub(REPOSITORIES, async ({ server, cacheFolder }) => {
    const { endpoint } = server;
    const address = parseHubAddress("hf://datasets/owner/open", "datasets");
    const stop = new AbortController();
    const hub = new Hub({ endpoint, cacheFolder }, { signal: stop.signal });
    const repository = await hub.open(address);
    await repository.listFiles();
    Object.assign(server.faults, { stalls: 1, cutAfter: 1000 });
    const asked = server.requests.length;
    const fetched = repository.fetch("train.parquet");
    while (server.requests.length < asked + 2) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error("Stopped: enough"));
    await rejects(fetched, { message: "Stopped: enough" });
    Object.assign(server.faults, { stalls: 0, rateLimits: 1, rateLimitHeaders: { "Retry-After": "200" } });
    const pause = new AbortController();
    const waiting = new Hub({ endpoint, cacheFolder }, {
      signal: pause.signal,
      onWait: () => pause.abort(new Error("Stopped: no patience")),
    });
    await rejects(waiting.open(address), { message: "Stopped: no patience" });
  });
});

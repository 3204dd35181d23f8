import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import type { HubOptions } from "../hub/mod.ts";
import { cacheFolder, hubOptions } from "./_environment.ts";

function optionsOf(environment: Record<string, string>): HubOptions {
  return hubOptions((name) => environment[name]);
}

Deno.test("hubOptions() reads the variables that the hub's tools read", () => {
  assert.deepEqual(
    optionsOf({
      LATHE_HUB_MIRROR: "mirror",
      HF_ENDPOINT: "https://hub.example/",
      HF_TOKEN: " hf_x\n",
      HF_HUB_CACHE: "cache",
      HF_HUB_OFFLINE: "True",
      HF_HUB_DOWNLOAD_TIMEOUT: "12.5",
    }),
    {
      mirror: "mirror",
      endpoint: "https://hub.example/",
      token: "hf_x",
      cacheFolder: "cache",
      offline: true,
      idleSeconds: 12.5,
    },
  );
  const { mirror, endpoint, offline, idleSeconds } = optionsOf({ HF_HUB_OFFLINE: "0", LATHE_HUB_MIRROR: "" });
  assert.deepEqual([mirror, endpoint, offline, idleSeconds], [undefined, undefined, false, undefined]);
});

Deno.test("hubOptions() finds the cache where the hub's tools put it", () => {
  const folders: [Record<string, string>, string][] = [
    [{ HF_HUB_CACHE: "/a", HF_HOME: "/b" }, "/a"],
    [{ HUGGINGFACE_HUB_CACHE: "/a", HF_HOME: "/b" }, "/a"],
    [{ HF_HOME: "/b", XDG_CACHE_HOME: "/c" }, "/b/hub"],
    [{ XDG_CACHE_HOME: "/c" }, "/c/huggingface/hub"],
    [{}, join(homedir(), ".cache/huggingface/hub")],
  ];
  for (const [environment, folder] of folders) assert.equal(optionsOf(environment).cacheFolder, folder);
});

Deno.test("cacheFolder() is LATHE_CACHE, else a folder where caches are kept", () => {
  const folders: [Record<string, string>, string][] = [
    [{ LATHE_CACHE: "/a", XDG_CACHE_HOME: "/b" }, "/a"],
    [{ LATHE_CACHE: "", XDG_CACHE_HOME: "/b" }, "/b/lathe"],
    [{}, join(homedir(), ".cache/lathe")],
  ];
  for (const [environment, folder] of folders) assert.equal(cacheFolder((name) => environment[name]), folder);
});

Deno.test("hubOptions() reads the token that logging in has left", async () => {
  const home = await Deno.makeTempDir();
  try {
    assert.equal(optionsOf({ HF_HOME: home }).token, undefined);
    await Deno.writeTextFile(join(home, "token"), "hf_file\n");
    assert.equal(optionsOf({ HF_HOME: home }).token, "hf_file");
    assert.equal(optionsOf({ HF_TOKEN_PATH: join(home, "token") }).token, "hf_file");
    assert.equal(optionsOf({ HF_HOME: home, HF_TOKEN: "hf_variable" }).token, "hf_variable");
    assert.throws(() => optionsOf({ HF_TOKEN_PATH: home }), {
      name: "RangeError",
      message: /^Cannot read the token file .*: .*; set HF_TOKEN$/,
    });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("hubOptions() refuses an endpoint that is no address and a timeout that is no number", () => {
  assert.throws(() => optionsOf({ HF_ENDPOINT: "hub.example" }), {
    name: "RangeError",
    message: 'Cannot reach the hub: HF_ENDPOINT is "hub.example"; give an address with https://',
  });
  for (const timeout of ["x", "0", "-1"]) {
    assert.throws(() => optionsOf({ HF_HUB_DOWNLOAD_TIMEOUT: timeout }), /give seconds greater than 0$/);
  }
});

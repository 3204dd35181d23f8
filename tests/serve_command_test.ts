/** `serve` as a process: signals, a model folder that is exchanged, options. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { withModel } from "../cli/_test_model.ts";
import { lathe } from "../cli/_test_process.ts";
import { StaticModel } from "../model/mod.ts";
import { loadTokenizer } from "../text/mod.ts";
import { postHead, rawExchange } from "./_raw_http.ts";
import { startServe } from "./_serve_process.ts";

async function embed(url: string, text: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${url}/embed`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ inputs: text, normalize: false }),
  });
}

Deno.test("serve answers what is under way after SIGTERM, takes nothing new, and ends with status 0", async () => {
  await withModel(async (_folder, model) => {
    const server = await startServe([model]);
    const body = JSON.stringify({ inputs: "bird", normalize: false });
    const idle = rawExchange(server.url, ["GET /health HTTP/1.1\r\nhost: test\r\n\r\n"]);
    const head = postHead("/embed", `content-length: ${body.length}`) + "\r\n\r\n";
    const late = rawExchange(server.url, [head + body.slice(0, 5), 400, body.slice(5)]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    server.kill("SIGTERM");
    await server.says(/Stopping after SIGTERM: 1 requests may take 10 s/);
    await assert.rejects(embed(server.url, "cat"));
    assert.match((await late).text, /^HTTP\/1.1 200 [^]*connection: close[^]*\[\[3/i);
    assert.ok((await idle).isClosed);
    assert.equal((await server.ended).code, 0);
  });
});

Deno.test("serve cuts off what lasts longer than the grace, with status 1", async () => {
  await withModel(async (_folder, model) => {
    const server = await startServe([model, "--grace", "0.2"]);
    const stuck = rawExchange(server.url, [postHead("/embed", "content-length: 100") + "\r\n\r\n{"]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    server.kill("SIGINT");
    assert.ok((await stuck).isClosed);
    const { code, error } = await server.ended;
    assert.equal(code, 1);
    assert.match(error, /Cannot finish 1 requests within 0.2 s; give a longer --grace\n$/);
  });
});

Deno.test("serve loads the model anew after SIGHUP; a half-written or missing one leaves the old one up", async () => {
  await withModel(async (_folder, folder) => {
    const server = await startServe([folder]);
    const vectorOf = async (text: string): Promise<unknown> =>
      (await (await embed(server.url, text)).json())[0];
    assert.deepEqual(await vectorOf("bird"), [3, 1]);
    await saveTwice(folder);
    assert.deepEqual(await vectorOf("bird"), [3, 1], "nothing changes before the signal");
    await Deno.writeTextFile(join(folder, "model.safetensors.new"), "half");
    server.kill("SIGHUP");
    await server.says(
      /model.safetensors.new says that it is being written[^]*The model that is served stays\n/,
    );
    assert.deepEqual(await vectorOf("bird"), [3, 1]);
    await Deno.remove(join(folder, "model.safetensors.new"));
    const table = await Deno.readFile(join(folder, "model.safetensors"));
    await Deno.writeFile(join(folder, "model.safetensors"), table.subarray(0, table.length - 4));
    server.kill("SIGHUP");
    await server.says(/Cannot (load|read) [^]*safetensors[^]*stays\n[^]*stays\n/);
    assert.deepEqual(await vectorOf("bird"), [3, 1]);
    await Deno.writeFile(join(folder, "model.safetensors"), table);
    server.kill("SIGHUP");
    await server.says(/Loaded the model anew \(4 tokens, 2 dimensions\)/);
    assert.deepEqual(await vectorOf("bird"), [6, 2]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /lathe_model_reloads_total\{result="refused"\} 2\n/);
    server.kill("SIGTERM");
    assert.equal((await server.ended).code, 0);
  });
});

/** The same model with every number doubled. */
async function saveTwice(folder: string): Promise<void> {
  const tokenizer = await loadTokenizer(
    await Deno.readFile(join(folder, "tokenizer.json")),
    "tokenizer.json",
  );
  const table = Float32Array.from({ length: 8 }, (_, i) => i % 2 === 0 ? i : 2);
  const model = StaticModel.create({ table, dim: 2, tokenizer });
  await model.save(folder);
  model.dispose();
}

Deno.test("serve asks for the token of a file or of the environment", async () => {
  await withModel(async (folder, model) => {
    await Deno.writeTextFile(join(folder, "token"), "secret\n");
    const fromFile = await startServe([model, "--token-file", join(folder, "token"), "--name", "birds"]);
    assert.equal((await embed(fromFile.url, "cat")).status, 401);
    assert.equal((await embed(fromFile.url, "cat", { authorization: "Bearer secret" })).status, 200);
    assert.deepEqual(await (await fetch(`${fromFile.url}/health`)).json(), { status: "ok", model: "birds" });
    const taken = new URL(fromFile.url).port;
    const second = await lathe(["serve", model, "--port", taken]);
    assert.equal(second.code, 1);
    assert.match(second.error, /^Cannot listen on 127.0.0.1:\d+: .*; choose another host or port\n$/);
    fromFile.kill("SIGTERM");
    await fromFile.ended;
    const empty = await lathe(["serve", model], { env: { LATHE_SERVE_TOKEN: " " } });
    assert.deepEqual([empty.code, /LATHE_SERVE_TOKEN/.test(empty.error)], [2, true]);
  });
});

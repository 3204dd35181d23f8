/** `serve` that is ended under load: everything that was asked is answered. */
import assert from "node:assert/strict";
import { withModel } from "../cli/_test_model.ts";
import { postHead, rawExchange } from "./_raw_http.ts";
import { startServe } from "./_serve_process.ts";

const CONNECTIONS = 16;
const BODY = JSON.stringify({ inputs: Array(32).fill("bird cat"), normalize: false });
const REQUEST = new TextEncoder().encode(
  postHead("/embed", `content-length: ${BODY.length}`) + "\r\n\r\n" + BODY,
);

/** Asks over one connection, again and again, until an answer says that it ends; gives how often it was answered. */
async function askUntilClosed(url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  for (let answered = 0;;) {
    await connection.write(REQUEST);
    const answer = await readAnswer(connection);
    assert.match(answer, /^HTTP\/1.1 200 [^]*\[2\.0+,1\.0+\]\]$/);
    answered++;
    if (/^connection: close\r$/im.test(answer)) return answered;
  }
}

async function readAnswer(connection: Deno.Conn): Promise<string> {
  const bytes = new Uint8Array(1 << 16);
  for (let text = "";;) {
    const count = await connection.read(bytes);
    assert.ok(count !== null, `the connection ended without an answer, after ${JSON.stringify(text)}`);
    text += new TextDecoder().decode(bytes.subarray(0, count));
    if (text.endsWith("]]")) return text;
  }
}

Deno.test("serve under load answers everything after SIGTERM, and ends with status 0", async () => {
  await withModel(async (_folder, model) => {
    const server = await startServe([model]);
    const clients = Array.from({ length: CONNECTIONS }, () => askUntilClosed(server.url));
    await new Promise((resolve) => setTimeout(resolve, 300));
    server.kill("SIGTERM");
    const answered = await Promise.all(clients);
    assert.ok(answered.every((count) => count > 1), answered.join());
    const { code, error } = await server.ended;
    assert.equal(code, 0, error);
  });
});

Deno.test("serve answers what comes over an idle connection at the moment of SIGTERM", async () => {
  await withModel(async (_folder, model) => {
    const server = await startServe([model]);
    const late = rawExchange(server.url, ["GET /health HTTP/1.1\r\nhost: test\r\n\r\n", 200, REQUEST]);
    await new Promise((resolve) => setTimeout(resolve, 170));
    server.kill("SIGTERM");
    assert.match((await late).text, /^HTTP\/1.1 200 [^]*HTTP\/1.1 200 [^]*connection: close[^]*\[\[2/i);
    assert.equal((await server.ended).code, 0);
  });
});

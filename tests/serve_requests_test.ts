/** Requests of all kinds, raw, to `serve` as a process: what each is answered, and that the server goes on. */
import assert from "node:assert/strict";
import { withModel } from "../cli/_test_model.ts";
import { rawExchange } from "./_raw_http.ts";
import { type ServeProcess, startServe } from "./_serve_process.ts";

const TOKEN = "secret";
const OPTIONS = ["--max-body", "0.01", "--max-inputs", "3", "--max-tokens", "5", "--timeout", "5"];

interface RawRequest {
  /** Method and address. */
  line?: string;
  /** Headers besides or instead of the usual ones; undefined takes one away. */
  headers?: Record<string, string | undefined>;
  body?: string | Uint8Array;
}

function bytesOf({ line = "POST /embed", headers = {}, body = "" }: RawRequest): Uint8Array {
  const content = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const all = {
    host: "test",
    authorization: `Bearer ${TOKEN}`,
    "content-type": "application/json",
    "content-length": String(content.length),
    connection: "close",
    ...headers,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== undefined).map((pair) => pair.join(": "));
  const head = new TextEncoder().encode([`${line} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}

async function gzipped(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const CAT = JSON.stringify({ inputs: "cat", normalize: false });
const openai = (body: object): RawRequest => ({ line: "POST /v1/embeddings", body: JSON.stringify(body) });
const tei = (body: object | string): RawRequest => ({
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** What is sent, and what the answer holds after its status. */
const ANSWERED: Record<string, [request: RawRequest, status: number, holds: RegExp]> = {
  "one text": [tei(CAT), 200, /\[\[1\.0+,1\.0+\]\]$/],
  "a text of nothing but NUL": [tei({ inputs: "\0" }), 200, /\]\]$/],
  "NUL as it is, which JSON forbids": [tei('{"inputs": "a\0b"}'), 400, /as JSON/],
  "lone surrogates": [tei('{"inputs": "cat \\ud800 \\udfff"}'), 200, /\]\]$/],
  "bytes that are not UTF-8": [
    { body: Uint8Array.of(...new TextEncoder().encode('{"inputs": "'), 0xff, 0xc0, 0x22, 0x7d) },
    400,
    /not UTF-8/,
  ],
  "a surrogate in UTF-8": [
    { body: Uint8Array.of(...new TextEncoder().encode('{"inputs": "'), 0xed, 0xa0, 0x80, 0x22, 0x7d) },
    400,
    /not UTF-8/,
  ],
  "half a body of JSON": [tei('{"inputs": "cat'), 400, /as JSON/],
  "no body": [tei(""), 400, /as JSON/],
  "brackets without end": [tei("[".repeat(9000)), 400, /as JSON/],
  "a body that is too large": [tei({ inputs: "x".repeat(20_000) }), 413, /limit of 10485 bytes/],
  "a name that every object has": [tei('{"__proto__": {"inputs": "cat"}}'), 422, /'inputs'/],
  "more texts than allowed": [openai({ input: ["a", "b", "c", "d"] }), 400, /array_above_max_length/],
  "a text that is too long": [openai({ input: "a b c d e f" }), 400, /context_length_exceeded/],
  "unknown dimensions": [openai({ input: "cat", dimensions: 3 }), 400, /3 dimensions.*1 to 2.*"dimensions"/],
  "a dimension that no number holds": [tei('{"inputs": "cat", "dimensions": 1e999}'), 422, /Infinity dimens/],
  "a token id that the model does not have": [openai({ input: [4] }), 400, /4 is no token id/],
  "no token": [{ headers: { authorization: undefined }, body: CAT }, 401, /www-authenticate: Bearer/i],
  "a wrong token": [{ headers: { authorization: "Bearer secre" }, body: CAT }, 401, /no valid token/],
  "another content type": [{ headers: { "content-type": "text/plain" }, body: CAT }, 415, /text\/plain/],
  "no content type": [{ headers: { "content-type": undefined }, body: CAT }, 415, /no content-type/],
  "HEAD of an address for GET": [{ line: "HEAD /info" }, 200, /content-length: \d{3}[^]*\r\n\r\n$/],
  "HEAD of an address for POST": [{ line: "HEAD /embed" }, 405, /allow: POST[^]*\r\n\r\n$/i],
  "an unknown method": [{ line: "PROPFIND /embed" }, 405, /it is for POST/],
  "an address with a query": [{ line: "POST /embed?x=/info", body: CAT }, 200, /\[\[1/],
  "an address with the host": [{ line: "POST http://test/embed", body: CAT }, 200, /\[\[1/],
  "an address above the root": [{ line: "GET /../info" }, 404, /no such address/],
  "a host that is missing": [{ headers: { host: undefined }, body: CAT }, 400, /$/],
};

Deno.test("serve answers every kind of request, the right and the wrong ones, and goes on", async () => {
  await withServe(async ({ url }) => {
    await Promise.all(
      Object.entries(ANSWERED).map(async ([name, [request, status, holds]]) => {
        const { text, isClosed } = await rawExchange(url, [bytesOf(request)]);
        assert.match(text, new RegExp(`^HTTP/1.1 ${status} `), `${name}: ${text}`);
        assert.match(text, holds, name);
        assert.ok(isClosed, `${name}: the connection stays open`);
        assert.equal(text.lastIndexOf("HTTP/1.1"), 0, `${name}: one answer`);
      }),
    );
  });
});

Deno.test("serve refuses a compressed body, and waits for one that asks first", async () => {
  await withServe(async ({ url }) => {
    const zip = { headers: { "content-encoding": "gzip" }, body: await gzipped(CAT) };
    assert.match(
      (await rawExchange(url, [bytesOf(zip)])).text,
      /^HTTP\/1.1 415 [^]*content-encoding[^]*gzip/,
    );
    const asking = bytesOf({ headers: { expect: "100-continue" }, body: CAT });
    const head = asking.subarray(0, asking.length - CAT.length);
    const { text } = await rawExchange(url, [head, 100, CAT]);
    assert.match(text, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 [^]*\[\[1/);
  });
});

Deno.test("serve answers pipelined requests in order, also when one of them is wrong", async () => {
  await withServe(async ({ url }) => {
    const lasting = { connection: "keep-alive" };
    const requests = [
      bytesOf({ headers: lasting, body: CAT }),
      bytesOf({ headers: lasting, body: "{" }),
      bytesOf({ body: CAT.replace("cat", "bird") }),
    ];
    const { text } = await rawExchange(url, requests);
    assert.match(text, /^HTTP\/1.1 200 [^]*\[\[1[^]*HTTP\/1.1 400 [^]*HTTP\/1.1 200 [^]*\[\[3/);
  });
});

async function withServe(use: (server: ServeProcess) => Promise<void>): Promise<void> {
  await withModel(async (_folder, model) => {
    const server = await startServe([model, ...OPTIONS], { LATHE_SERVE_TOKEN: TOKEN });
    try {
      await use(server);
      assert.match((await rawExchange(server.url, [bytesOf({ body: CAT })])).text, /^HTTP\/1.1 200/);
    } finally {
      server.kill("SIGTERM");
    }
    const { code, error } = await server.ended;
    assert.equal(code, 0, error);
    assert.ok(!error.includes("Cannot answer a request"), error);
  });
}

/** What clients send that are broken, slow or gone: raw bytes over real connections. */
import assert from "node:assert/strict";
import { bodyOf, testRequest, withServer } from "../serve/_test_service.ts";
import { answer, type HttpServer, type Service } from "../serve/mod.ts";
import { postHead, rawExchange, type RawPart } from "./_raw_http.ts";

/** Short, so that tests need not wait; long against what a loaded machine takes for a short request. */
const QUICK = { timeout: 400, maxBodyBytes: 1000 };

async function assertAnswers({ url }: HttpServer): Promise<void> {
  const response = await fetch(`${url}/embed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs: "cat" }),
  });
  assert.equal((await response.json()).length, 1);
}

async function withQuickServer(use: (server: HttpServer, service: Service) => Promise<void>): Promise<void> {
  await withServer({ limits: QUICK }, async (server, service) => {
    await use(server, service);
    await assertAnswers(server);
    assert.deepEqual(service.faults, []);
  });
}

/** What is sent, and the status line that comes back before the server closes the connection. */
const CLOSED: Record<string, [parts: RawPart[], status: RegExp]> = {
  "a connection without a request": [[], /^HTTP\/1.1 408/],
  "half a head": [["POST /embed HTTP/1.1\r\nhost: test\r\n"], /^HTTP\/1.1 408/],
  "a head that trickles in": [
    [..."GET /health HTTP/1.1\r\n"].flatMap((sign) => [sign, 60]),
    /^HTTP\/1.1 408/,
  ],
  "a body that stops": [
    [postHead("/embed", "content-length: 100") + "\r\n\r\n{"],
    /^HTTP\/1.1 408 [^]*did not arrive within 0.4 s/,
  ],
  "a body that trickles in": [
    [postHead("/embed", "content-length: 100") + "\r\n\r\n", ..."{".repeat(20)].flatMap((part) => [part, 60]),
    /^HTTP\/1.1 408/,
  ],
  "a body declared too large": [
    [postHead("/embed", "content-length: 1000000000") + "\r\n\r\n{"],
    /^HTTP\/1.1 413 [^]*limit of 1000 bytes/,
  ],
  "no HTTP": [["\x00\x01\x02garbage\r\n\r\n"], /^HTTP\/1.1 400/],
  "a negative length": [[postHead("/embed", "content-length: -5") + "\r\n\r\n{}"], /^HTTP\/1.1 400/],
  "two lengths": [
    [postHead("/embed", "content-length: 3", "content-length: 5") + "\r\n\r\n{}"],
    /^HTTP\/1.1 400/,
  ],
  "a broken chunk": [
    [postHead("/embed", "transfer-encoding: chunked") + "\r\n\r\nzz\r\n{}"],
    /^HTTP\/1.1 400/,
  ],
  "a head of a megabyte": [
    [`GET / HTTP/1.1\r\nhost: test\r\nx: ${"a".repeat(1 << 20)}\r\n\r\n`],
    /^(HTTP\/1.1 431|$)/,
  ],
};

Deno.test("what is broken or slow gets its status, and the connection ends", async () => {
  await withQuickServer(async ({ url }) => {
    await Promise.all(
      Object.entries(CLOSED).map(async ([name, [parts, status]]) => {
        const outcome = await rawExchange(url, parts);
        assert.match(outcome.text, status, name);
        assert.ok(outcome.isClosed, `${name}: the connection stays open`);
      }),
    );
  });
});

Deno.test("a body that is too large, sent in full or in chunks, gets 413 and the connection lives on", async () => {
  await withQuickServer(async ({ url }) => {
    const next = "GET /health HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    const body = "x".repeat(5000);
    for (
      const head of [
        postHead("/embed", "content-length: 5000") + `\r\n\r\n${body}`,
        postHead("/embed", "transfer-encoding: chunked") + `\r\n\r\n1388\r\n${body}\r\n0\r\n\r\n`,
      ]
    ) {
      const { text } = await rawExchange(url, [head, 100, next]);
      assert.match(text, /^HTTP\/1.1 413 [^]*HTTP\/1.1 200 /);
    }
  });
});

Deno.test("clients that hang up, before or in the middle, are counted and forgotten", async () => {
  await withQuickServer(async (server, service) => {
    const { hostname, port } = new URL(server.url);
    for (const part of ["", "POST ", postHead("/embed", "content-length: 100") + "\r\n\r\n{"]) {
      const connection = await Deno.connect({ hostname, port: Number(port) });
      await connection.write(new TextEncoder().encode(part));
      await new Promise((resolve) => setTimeout(resolve, 50));
      connection.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(server.inFlight, 0);
    assert.match(await service.metrics.text(), /lathe_requests_total\{route="\/embed",status="499"\} 1/);
  });
});

Deno.test("clients that hang up with requests in line behind others leave none under way", async () => {
  await withServer({}, async (server, service) => {
    const { hostname, port } = new URL(server.url);
    const body = JSON.stringify({ inputs: "cat dog" });
    const request = postHead("/embed", `content-length: ${body.length}`) + `\r\n\r\n${body}`;
    for (let i = 0; i < 5; i++) {
      const connection = await Deno.connect({ hostname, port: Number(port) });
      await new Blob([request.repeat(3)]).stream().pipeTo(connection.writable, { preventClose: true });
      connection.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (let left = 100; server.inFlight > 0 && left > 0; left--) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(server.inFlight, 0);
    }
    assert.deepEqual(service.faults, []);
    await assertAnswers(server);
  });
});

Deno.test("an answer that is fetched bit by bit ends with its connection", async () => {
  const inputs = 100_000; // some 9 MB: more than what the system holds for a connection
  await withServer({ limits: { maxInputs: inputs, timeout: 400 } }, async (server) => {
    const { hostname, port } = new URL(server.url);
    const body = JSON.stringify({ input: Array(inputs).fill([1]) });
    const head = postHead("/v1/embeddings", `content-length: ${body.length}`);
    using connection = await Deno.connect({ hostname, port: Number(port) });
    await new Blob([`${head}\r\n\r\n${body}`]).stream().pipeTo(connection.writable, { preventClose: true });
    const bit = new Uint8Array(100);
    let isOver = false;
    for (let left = 100; !isOver && left > 0; left--) {
      await connection.read(bit);
      await new Promise((resolve) => setTimeout(resolve, 100));
      isOver = server.inFlight === 0;
    }
    assert.ok(isOver, "it is still under way after 10 s");
    await assertAnswers(server);
  });
});

Deno.test("pipelined requests are answered in order", async () => {
  await withQuickServer(async ({ url }) => {
    const requests = ["cat", "dog", "bird"].map((word) => {
      const body = JSON.stringify({ inputs: word, normalize: false });
      return postHead("/embed", `content-length: ${body.length}`) + `\r\n\r\n${body}`;
    });
    const { text } = await rawExchange(url, [requests.join("")], 300);
    const bodies = [...text.matchAll(/\[\[(\d)/g)].map(([, first]) => first);
    assert.deepEqual(bodies, ["1", "2", "3"]);
  });
});

Deno.test("no more requests than allowed run at once", async () => {
  await withServer({ limits: { maxConcurrent: 2, timeout: 400 } }, async (server) => {
    const waiting = Array.from(
      { length: 2 },
      () => rawExchange(server.url, [postHead("/embed", "content-length: 100") + "\r\n\r\n{"]),
    );
    while (server.inFlight < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    const response = await fetch(`${server.url}/embed`, { method: "POST", body: "{}" });
    assert.equal(response.status, 429);
    await response.body?.cancel();
    await Promise.all(waiting);
    await assertAnswers(server);
  });
});

Deno.test("a model that is exchanged under load: every answer is of the old or of the new one", async () => {
  const { testModel } = await import("../serve/_test_service.ts");
  await withServer({}, async (_server, service) => {
    const seen = new Set<number>();
    const clients = Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 50; i++) {
        const reply = await answer(service, testRequest("/embed", { inputs: "cat", normalize: false }), {
          isFull: false,
        });
        seen.add(bodyOf(reply)[0][0]);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    });
    for (let factor = 2; factor <= 4; factor++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      service.model.replace(await testModel(factor));
    }
    await Promise.all(clients);
    assert.deepEqual([...seen].sort(), [1, 2, 3, 4]);
  });
});

Deno.test("answers that are fetched slowly stay what they were while others are written", async () => {
  // Some 9 MB an answer: more than what the system holds for a connection.
  const inputs = 100_000;
  await withServer({ limits: { maxInputs: inputs } }, async ({ url }) => {
    const { hostname, port } = new URL(url);
    const ids = [1, 2, 3, 4];
    const bodies = ids.map((id) => JSON.stringify({ input: Array(inputs).fill([id]) }));
    const ask = async (body: string): Promise<string> => {
      const headers = { "content-type": "application/json" };
      return await (await fetch(`${url}/v1/embeddings`, { method: "POST", headers, body })).text();
    };
    const slow = await Promise.all(bodies.map(async (body) => {
      const connection = await Deno.connect({ hostname, port: Number(port) });
      const head = postHead("/v1/embeddings", `content-length: ${body.length}`, "connection: close");
      await new Blob([`${head}\r\n\r\n${body}`]).stream().pipeTo(connection.writable, { preventClose: true });
      return connection;
    }));
    const expected: string[] = [];
    for (const body of bodies.toReversed()) expected.unshift(await ask(body));
    assert.equal(new Set(expected).size, ids.length);
    for (const [i, connection] of slow.entries()) {
      const text = await new Response(connection.readable).text();
      assert.ok(text.slice(text.indexOf("\r\n\r\n") + 4) === expected[i]);
    }
  });
});

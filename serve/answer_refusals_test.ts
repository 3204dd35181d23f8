import assert from "node:assert/strict";
import { bodyOf, testModel, testRequest, testService } from "./_test_service.ts";
import { answer } from "./answer.ts";

const FREE = { isFull: false };

/** Bodies that are refused, with the status of each interface and what the message names. */
const REFUSED: [path: string, body: unknown, status: number, message: RegExp][] = [
  ["/v1/embeddings", "{", 400, /as JSON/],
  ["/v1/embeddings", "[1]", 400, /no JSON object/],
  ["/v1/embeddings", "[".repeat(200_000), 400, /JSON/],
  ["/v1/embeddings", {}, 400, /'input'.*missing/],
  ["/v1/embeddings", { input: [] }, 400, /'input'.*empty/],
  ["/v1/embeddings", { input: 3 }, 400, /'input'/],
  ["/v1/embeddings", { input: ["a", 3] }, 400, /'input'/],
  ["/v1/embeddings", { input: [["a"]] }, 400, /'input'/],
  ["/v1/embeddings", { input: [5] }, 400, /5 is no token id.*0 to 4/],
  ["/v1/embeddings", { input: [[1], [-1]] }, 400, /input 1: -1/],
  ["/v1/embeddings", { input: [1.5] }, 400, /1.5/],
  ["/v1/embeddings", { input: "cat", encoding_format: "hex" }, 400, /'encoding_format'/],
  ["/v1/embeddings", { input: "cat", encoding_format: "x".repeat(1e6) }, 400, /^.{0,100}$/],
  ["/v1/embeddings", { input: "cat", dimensions: 4 }, 400, /4 dimensions.*1 to 3/],
  ["/v1/embeddings", { input: "cat", dimensions: 0 }, 400, /0 dimensions/],
  ["/v1/embeddings", { input: "cat", dimensions: 1.5 }, 400, /1.5 dimensions/],
  ["/v1/embeddings", { input: "cat", dimensions: "2" }, 400, /'dimensions'/],
  ["/v1/embeddings", { input: ["a", "b", "c", "d"] }, 400, /4 entries.*limit is 3/],
  ["/v1/embeddings", { input: "a b c d e f" }, 400, /6 tokens.*limit is 5/],
  ["/embed", "nonsense", 400, /as JSON/],
  ["/embed", {}, 422, /'inputs'/],
  ["/embed", { inputs: [] }, 422, /'inputs'.*empty/],
  ["/embed", { inputs: [1] }, 422, /'inputs'/],
  ["/embed", { inputs: "cat", normalize: "yes" }, 422, /'normalize'/],
  ["/embed", { inputs: "cat", dimensions: 9 }, 422, /9 dimensions/],
  ["/embed", { inputs: "cat", prompt_name: "query" }, 422, /'prompt_name'/],
  ["/embed", { inputs: "cat", truncation_direction: "up" }, 422, /'truncation_direction'/],
  ["/embed", { inputs: "cat", truncation_direction: { toString: 1 } }, 422, /'truncation_direction'/],
  ["/embed", { inputs: "cat", truncation_direction: "x".repeat(1e6) }, 422, /^.{0,100}$/],
  ["/embed", { inputs: ["a", "b", "c", "d"] }, 413, /limit is 3/],
  ["/embed", { inputs: "a b c d e f" }, 413, /limit is 5/],
  ["/similarity", { inputs: "cat" }, 422, /'inputs'/],
  ["/similarity", { inputs: { source_sentence: 1, sentences: [] } }, 422, /'source_sentence'/],
  ["/similarity", { inputs: { source_sentence: "cat", sentences: "dog" } }, 422, /'sentences'/],
  ["/similarity", { inputs: { source_sentence: "cat", sentences: [] } }, 422, /empty/],
  [
    "/similarity",
    { inputs: { source_sentence: "cat", sentences: ["dog"] }, parameters: 3 },
    422,
    /'parameters'/,
  ],
];

Deno.test("a wrong body is refused in the interface's own words, and the server goes on", async () => {
  const service = await testService({ limits: { maxInputs: 3, maxTokens: 5 } });
  for (const [path, body, status, message] of REFUSED) {
    const reply = await answer(service, testRequest(path, body), FREE);
    const said = bodyOf(reply);
    const name = `${path} ${JSON.stringify(body).slice(0, 80)}`;
    assert.equal(reply.status, status, name);
    if (path === "/v1/embeddings") {
      assert.match(said.error.message, message, name);
      assert.deepEqual(Object.keys(said.error), ["message", "type", "param", "code"]);
    } else {
      assert.match(said.error, message, name);
      assert.equal(said.error_type, "Validation");
    }
  }
  assert.deepEqual(service.faults, []);
});

Deno.test("what is wrong far into a long request is named by its number", async () => {
  const service = await testService({ limits: { maxTokens: 20_000 } });
  const ids = Array(10_000).fill(1);
  const message = async (input: unknown): Promise<string> =>
    bodyOf(await answer(service, testRequest("/v1/embeddings", { input }), FREE)).error.message;
  assert.match(await message([ids, ids, ids, [9]]), /input 3: 9 is no token id/);
  assert.match(await message([ids, ids, Array(20_001).fill(1)]), /input 2: it has 20001 tokens/);
});

Deno.test("OpenAI's errors name the field and the code", async () => {
  const service = await testService({ limits: { maxInputs: 1 } });
  const tooMany = await answer(service, testRequest("/v1/embeddings", { input: ["a", "b"] }), FREE);
  assert.deepEqual([bodyOf(tooMany).error.param, bodyOf(tooMany).error.code], [
    "input",
    "array_above_max_length",
  ]);
  const strange = await answer(service, testRequest("/v1/models/gpt", "", { method: "GET" }), FREE);
  assert.equal(strange.status, 404);
  assert.equal(bodyOf(strange).error.code, "model_not_found");
});

Deno.test("unknown addresses, wrong methods and wrong content types have their status", async () => {
  const service = await testService();
  const statusOf = async (path: string, changes: Parameters<typeof testRequest>[2]): Promise<number> =>
    (await answer(service, testRequest(path, { inputs: "cat" }, changes), FREE)).status;
  assert.equal(await statusOf("/embed/", {}), 404);
  assert.equal(await statusOf("/constructor", {}), 404);
  assert.equal(await statusOf("/embed", { method: "GET" }), 405);
  assert.equal(await statusOf("/info", {}), 405);
  assert.equal(await statusOf("/info", { method: "HEAD" }), 200);
  assert.equal(await statusOf("/embed", { header: () => undefined }), 415);
  assert.equal(await statusOf("/embed", { header: () => "text/plain" }), 415);
  const typed = (type: string, encoding?: string) => ({
    header: (name: string) => ({ "content-type": type, "content-encoding": encoding })[name],
  });
  assert.equal(await statusOf("/embed", typed("Application/JSON")), 200);
  assert.equal(await statusOf("/embed", typed("application/json", "identity")), 200);
  assert.equal(await statusOf("/embed", typed("application/json", "gzip")), 415);
  const { headers } = await answer(service, testRequest("/embed", "", { method: "PUT" }), FREE);
  assert.equal(headers.allow, "POST");
});

Deno.test("a body that is not UTF-8 is refused", async () => {
  const readBody = (): Promise<Uint8Array> => Promise.resolve(Uint8Array.of(0x22, 0xff, 0x22));
  const reply = await answer(await testService(), testRequest("/embed", "", { readBody }), FREE);
  assert.equal(reply.status, 400);
});

Deno.test("with a token every address but /health asks for it", async () => {
  const service = await testService({ token: "secret" });
  const statusOf = async (path: string, authorization?: string): Promise<number> =>
    (await answer(
      service,
      testRequest(path, { input: "cat", inputs: "cat" }, {
        method: path === "/health" || path === "/metrics" ? "GET" : "POST",
        header: (name) =>
          name === "content-type" ? "application/json" : name === "authorization" ? authorization : undefined,
      }),
      FREE,
    )).status;
  assert.equal(await statusOf("/health"), 200);
  for (const path of ["/v1/embeddings", "/embed", "/metrics", "/nowhere"]) {
    assert.equal(await statusOf(path), 401, path);
    assert.equal(await statusOf(path, "Bearer wrong"), 401, path);
  }
  assert.equal(await statusOf("/v1/embeddings", "Bearer secret"), 200);
});

Deno.test("more requests than allowed are told to come back, but /health answers", async () => {
  const service = await testService();
  const reply = await answer(service, testRequest("/embed", { inputs: "cat" }), { isFull: true });
  assert.equal(reply.status, 429);
  assert.equal(reply.headers["retry-after"], "1");
  assert.equal(bodyOf(reply).error_type, "Overloaded");
  assert.equal(
    (await answer(service, testRequest("/health", "", { method: "GET" }), { isFull: true })).status,
    200,
  );
});

Deno.test("a table with numbers that are not finite fails the request, not the server, and is reported", async () => {
  const service = await testService({ model: await testModel(NaN) });
  for (const [path, status] of [["/v1/embeddings", 500], ["/embed", 424]] as const) {
    const reply = await answer(service, testRequest(path, { input: "cat", inputs: "cat" }), FREE);
    assert.equal(reply.status, status);
    assert.ok(
      !JSON.stringify(bodyOf(reply)).includes("finite"),
      "what is wrong inside is told to whoever runs the server",
    );
  }
  assert.equal(service.faults.length, 2);
});

Deno.test("a long request ends when its client has gone or its time is up", async () => {
  const service = await testService();
  const inputs = Array.from({ length: 100 }, () => "cat ".repeat(10_000));
  for (const [reason, status] of [["AbortError", "499"], ["TimeoutError", "503"]]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException("", reason)), 0);
    await answer(service, testRequest("/embed", { inputs }, { signal: controller.signal }), FREE);
    assert.match(await service.metrics.text(), new RegExp(`route="/embed",status="${status}"`));
  }
  assert.deepEqual(service.faults, []);
});

import assert from "node:assert/strict";
import { bodyOf, testModel, testRequest, testService } from "./_test_service.ts";
import { answer } from "./answer.ts";

const FREE = { isFull: false };

Deno.test("/v1/embeddings gives vectors of length 1 and counts tokens, for texts and for token ids", async () => {
  const service = await testService();
  const texts = await answer(
    service,
    testRequest("/v1/embeddings", { input: ["cat dog", "fish"], model: "any" }),
    FREE,
  );
  const ids = await answer(
    service,
    testRequest("/v1/embeddings", { input: [[1, 2], [4]], user: "me" }),
    FREE,
  );
  assert.equal(texts.status, 200);
  assert.deepEqual(bodyOf(texts), bodyOf(ids));
  const { object, data, model, usage } = bodyOf(texts);
  assert.deepEqual({ object, model, usage }, {
    object: "list",
    model: "toy",
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });
  const length = Math.hypot(1.5, 1, -0.75);
  data[0].embedding.forEach((value: number, i: number) => {
    // float32 has 24 bits
    assert.ok(Math.abs(value - [1.5, 1, -0.75][i] / length) < 1e-7);
  });
  assert.deepEqual(data.map(({ index }: { index: number }) => index), [0, 1]);
});

Deno.test("/v1/embeddings: one text, one list of ids, dimensions, base64", async () => {
  const service = await testService();
  const embeddingOf = async (body: object): Promise<unknown> =>
    bodyOf(await answer(service, testRequest("/v1/embeddings", body), FREE)).data[0].embedding;
  const floats = await embeddingOf({ input: "bird", dimensions: 2 }) as number[];
  assert.deepEqual(floats, await embeddingOf({ input: [3], dimensions: 2 }));
  assert.ok(Math.abs(Math.hypot(...floats) - 1) < 1e-7);
  const base64 = await embeddingOf({ input: "bird", dimensions: 2, encoding_format: "base64" }) as string;
  assert.deepEqual(new Float32Array(Uint8Array.fromBase64(base64).buffer), Float32Array.from(floats));
  assert.deepEqual(await embeddingOf({ input: "", dimensions: null, encoding_format: null }), [0, 0, 0]);
});

Deno.test("/embed normalizes unless told not to, and cuts long texts at either end", async () => {
  const service = await testService({ limits: { maxTokens: 2 } });
  const embed = async (body: object): Promise<number[][]> =>
    bodyOf(await answer(service, testRequest("/embed", body), FREE));
  assert.deepEqual(await embed({ inputs: "cat bird", normalize: false }), [[2, 1, -1]]);
  assert.deepEqual(await embed({ inputs: ["cat", "dog"], normalize: false, dimensions: 1 }), [[1], [2]]);
  const cut = { truncate: true, normalize: false };
  assert.deepEqual(await embed({ inputs: "cat bird fish", ...cut }), [[2, 1, -1]]);
  assert.deepEqual(await embed({ inputs: "cat bird fish", truncation_direction: "Left", ...cut }), [[
    3.5,
    1,
    -1.75,
  ]]);
  const [[x, y]] = await embed({ inputs: "bird", dimensions: 2 });
  assert.ok(Math.abs(x - 3 / Math.hypot(3, 1)) < 1e-7 && Math.abs(y - 1 / Math.hypot(3, 1)) < 1e-7);
});

Deno.test("/similarity gives the cosine of one sentence with each of the others", async () => {
  const service = await testService();
  const inputs = { source_sentence: "cat", sentences: ["cat", "fish"] };
  const [same, other] = bodyOf(await answer(service, testRequest("/similarity", { inputs }), FREE));
  const expected = (1 * 4 + 1 + 0.5 * 2) / (Math.hypot(1, 1, 0.5) * Math.hypot(4, 1, 2));
  // sums of three float32 products
  assert.ok(Math.abs(same - 1) < 1e-6 && Math.abs(other - expected) < 1e-6);
});

Deno.test("/v1/models, /info, /health and /metrics say what is served", async () => {
  const service = await testService();
  const get = (path: string): ReturnType<typeof answer> =>
    answer(service, testRequest(path, "", { method: "GET" }), FREE);
  const record = { id: "toy", object: "model", created: 86_400, owned_by: "lathe" };
  assert.deepEqual(bodyOf(await get("/v1/models")), { object: "list", data: [record] });
  assert.deepEqual(bodyOf(await get("/v1/models/toy")), record);
  const info = bodyOf(await get("/info"));
  assert.equal(info.model_id, "toy");
  assert.deepEqual(info.model_type, { embedding: { pooling: "mean" } });
  assert.equal(info.max_client_batch_size, service.limits.maxInputs);
  assert.equal((await get("/health")).status, 200);
  await answer(service, testRequest("/embed", { inputs: ["cat dog", "fish"] }), FREE);
  await get("/nowhere");
  service.metrics.countReload("refused");
  const { body, headers } = await get("/metrics");
  assert.ok(typeof body === "string");
  assert.match(headers["content-type"], /^text\/plain/);
  for (
    const line of [
      'lathe_requests_total{route="/embed",status="200"} 1',
      'lathe_requests_total{route="other",status="404"} 1',
      'lathe_request_seconds_count{route="/embed"} 1',
      "lathe_texts_total 2",
      "lathe_tokens_total 3",
      'lathe_model_reloads_total{result="refused"} 1',
      "process_resident_memory_bytes 1000",
    ]
  ) assert.ok(body.includes(line + "\n"), line);
});

Deno.test("a long request gives the vectors of its texts one by one", async () => {
  const service = await testService();
  const inputs = Array.from({ length: 40 }, (_, i) => `${"cat ".repeat(2000)}${"dog ".repeat(100 * i)}`);
  const all = bodyOf(await answer(service, testRequest("/embed", { inputs }), FREE));
  const last = bodyOf(await answer(service, testRequest("/embed", { inputs: inputs[39] }), FREE));
  assert.deepEqual(all[39], last[0]);
  assert.equal(all.length, 40);
});

Deno.test("/embed leaves vectors at their length when told to, whatever the model does by itself", async () => {
  const service = await testService({ model: await testModel(1, true), limits: { maxTokens: 2 } });
  const body = { inputs: ["bird", "cat bird fish"], normalize: false, truncate: true, dimensions: 2 };
  assert.deepEqual(bodyOf(await answer(service, testRequest("/embed", body), FREE)), [[3, 1], [2, 1]]);
});

Deno.test("a long request of token ids gives the vectors of its inputs one by one", async () => {
  const service = await testService();
  const input = Array.from({ length: 30 }, (_, i) => Array.from({ length: 3000 }, (_, j) => (i + j * j) % 5));
  const { data, usage } = bodyOf(await answer(service, testRequest("/v1/embeddings", { input }), FREE));
  const last = bodyOf(await answer(service, testRequest("/v1/embeddings", { input: input[29] }), FREE));
  assert.deepEqual(data[29].embedding, last.data[0].embedding);
  assert.deepEqual([data.length, usage.total_tokens], [30, 90_000]);
});

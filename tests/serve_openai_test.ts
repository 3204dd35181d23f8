/** The server as OpenAI's own client sees it. */
import assert from "node:assert/strict";
import OpenAI from "openai";
import { rowOf } from "../model/mod.ts";
import { testModel, withServer } from "../serve/_test_service.ts";

function clientOf(url: string, apiKey = "none"): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
}

Deno.test("the openai client gets the model's vectors: text, texts, ids, lists of ids", async () => {
  await withServer({}, async ({ url }) => {
    const client = clientOf(url);
    const model = await testModel();
    const expected = await model.encode(["cat dog", "fish"], { normalize: true });
    const rows = [Array.from(rowOf(expected, 0)), Array.from(rowOf(expected, 1))];
    const embed = async (input: OpenAI.EmbeddingCreateParams["input"]): Promise<number[][]> =>
      (await client.embeddings.create({ model: "toy", input })).data.map(({ embedding }) =>
        Array.from(embedding)
      );
    assert.deepEqual(await embed(["cat dog", "fish"]), rows); // base64 is the client's own default: bit by bit
    assert.deepEqual(await embed("fish"), [rows[1]]);
    assert.deepEqual(await embed([4]), [rows[1]]);
    assert.deepEqual(await embed([[1, 2], [4]]), rows);
    const { data, usage } = await client.embeddings.create({
      model: "toy",
      input: ["cat dog", "fish"],
      encoding_format: "float",
      user: "someone",
    });
    assert.deepEqual(data.map(({ embedding }) => embedding.map(Math.fround)), rows);
    assert.deepEqual(usage, { prompt_tokens: 3, total_tokens: 3 });
    model.dispose();
  });
});

Deno.test("the openai client truncates, lists models and reads errors", async () => {
  await withServer({ limits: { maxInputs: 2 } }, async ({ url }) => {
    const client = clientOf(url);
    const short = await client.embeddings.create({ model: "toy", input: "bird", dimensions: 2 });
    assert.equal(short.data[0].embedding.length, 2);
    assert.deepEqual((await Array.fromAsync(client.models.list())).map(({ id }) => id), ["toy"]);
    assert.equal((await client.models.retrieve("toy")).owned_by, "lathe");
    await assert.rejects(client.models.retrieve("gpt"), OpenAI.NotFoundError);
    await assert.rejects(
      client.embeddings.create({ model: "toy", input: "cat", dimensions: 99 }),
      (error: unknown) => {
        assert.ok(error instanceof OpenAI.BadRequestError);
        assert.deepEqual([error.param, error.type], ["dimensions", "invalid_request_error"]);
        assert.match(error.message, /99 dimensions/);
        return true;
      },
    );
    await assert.rejects(client.embeddings.create({ model: "toy", input: ["a", "b", "c"] }), {
      code: "array_above_max_length",
    });
  });
});

Deno.test("the openai client's key is the bearer token", async () => {
  await withServer({ token: "secret" }, async ({ url }) => {
    const ask = { model: "toy", input: "cat" };
    assert.equal((await clientOf(url, "secret").embeddings.create(ask)).data.length, 1);
    await assert.rejects(clientOf(url, "guess").embeddings.create(ask), OpenAI.AuthenticationError);
  });
});

Deno.test("16 clients at once get their own vectors", async () => {
  await withServer({}, async ({ url }, service) => {
    const words = ["cat", "dog", "bird", "fish"];
    await Promise.all(Array.from({ length: 16 }, async (_, number) => {
      const client = clientOf(url);
      const word = words[number % 4];
      for (let i = 0; i < 20; i++) {
        const { data } = await client.embeddings.create({ model: "toy", input: Array(8).fill(word) });
        // float32 numbers of a unit vector
        for (const { embedding } of data) {
          assert.ok(Math.abs(embedding[0] / embedding[1] - (number % 4 + 1)) < 1e-6);
        }
      }
    }));
    assert.match(await service.metrics.text(), /lathe_texts_total 2560\n/);
    assert.match(await service.metrics.text(), /lathe_requests_in_flight 0\n/);
  });
});

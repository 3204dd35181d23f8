import { StaticModel } from "../model/mod.ts";
import { loadTokenizer } from "../text/mod.ts";
import { type HttpServer, listen } from "./http_server.ts";
import type { ApiReply, ApiRequest } from "./http_message.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { ServedModel } from "./served_model.ts";
import type { Service } from "./service.ts";

const WORDS = ["[UNK]", "cat", "dog", "bird", "fish"];

/**
 * For tests: a model of five words and three columns, whose row r is (r, 1, -r / 2).
 *
 * @param factor every number of the table is multiplied by it
 * @param normalize whether the model's own vectors have length 1
 */
export async function testModel(factor = 1, normalize = false): Promise<StaticModel> {
  const json = JSON.stringify({
    version: "1.0",
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      unk_token: "[UNK]",
      vocab: Object.fromEntries(WORDS.map((word, id) => [word, id])),
    },
  });
  const tokenizer = await loadTokenizer(json, "tokenizer of the test");
  const table = Float32Array.from(WORDS.flatMap((_, id) => [id * factor, factor, -id * factor / 2]));
  return StaticModel.create({ table, dim: 3, tokenizer, normalize });
}

/** What a test wants otherwise. */
export interface TestServiceOptions {
  limits?: Partial<Limits>;
  token?: string;
  model?: StaticModel;
}

/** For tests: a service; `faults` collects what is told to whoever runs it. */
export async function testService(
  { limits, token, model }: TestServiceOptions = {},
): Promise<Service & { faults: unknown[] }> {
  const faults: unknown[] = [];
  return {
    model: new ServedModel(model ?? await testModel()),
    name: "toy",
    version: "1.2.3",
    limits: { ...DEFAULT_LIMITS, ...limits },
    metrics: new Metrics(() => 1000),
    started: 86_400_000,
    clock: () => 0,
    token,
    onFault: (error) => faults.push(error),
    faults,
  };
}

/** For tests: a POST request with a JSON body. */
export function testRequest(path: string, body: unknown, changes: Partial<ApiRequest> = {}): ApiRequest {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    method: "POST",
    path,
    header: (name) => name === "content-type" ? "application/json; charset=utf-8" : undefined,
    readBody: () => Promise.resolve(new TextEncoder().encode(text)),
    signal: new AbortController().signal,
    ...changes,
  };
}

/** The body of an answer. */
// deno-lint-ignore no-explicit-any
export function bodyOf({ body }: ApiReply): any {
  return JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
}

/** Runs a test with a server on a free port. */
export async function withServer(
  options: TestServiceOptions,
  use: (server: HttpServer, service: Service & { faults: unknown[] }) => Promise<void>,
): Promise<void> {
  const service = await testService(options);
  const server = await listen(service, { hostname: "127.0.0.1", port: 0 });
  try {
    await use(server, service);
  } finally {
    await server.close(0);
    service.model.close();
  }
}

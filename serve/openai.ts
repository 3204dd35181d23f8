/**
 * OpenAI's embeddings interface: `POST /v1/embeddings`, `GET /v1/models`.
 *
 * Source: the API reference at platform.openai.com, "Embeddings" and "Models".
 *
 * @module
 */
import { checkCount, type Fields, invalidField, optional, optionalNumber, readFields } from "./_json_body.ts";
import { vectorsReply } from "./_vectors_json.ts";
import { ApiError, type Fault } from "./api_error.ts";
import { embed, type Inputs } from "./embed.ts";
import { type ApiReply, type ApiRequest, asciiJson, jsonReply } from "./http_message.ts";
import type { Service } from "./service.ts";

/** Status, type and code of OpenAI's error body. */
const ERRORS: Readonly<Record<Fault, readonly [status: number, type: string, code: string | null]>> = {
  unauthorized: [401, "invalid_request_error", "invalid_api_key"],
  unknownRoute: [404, "invalid_request_error", null],
  unknownModel: [404, "invalid_request_error", "model_not_found"],
  wrongMethod: [405, "invalid_request_error", null],
  notJsonType: [415, "invalid_request_error", null],
  malformed: [400, "invalid_request_error", null],
  invalid: [400, "invalid_request_error", null],
  tooManyInputs: [400, "invalid_request_error", "array_above_max_length"],
  textTooLong: [400, "invalid_request_error", "context_length_exceeded"],
  bodyTooLarge: [413, "invalid_request_error", null],
  slowBody: [408, "invalid_request_error", null],
  gone: [499, "invalid_request_error", null],
  timeUp: [503, "server_error", null],
  overloaded: [429, "requests", "rate_limit_exceeded"],
  internal: [500, "server_error", null],
};

/** An error as OpenAI words it. */
export function openaiError({ fault, message, field }: ApiError): ApiReply {
  const [status, type, code] = ERRORS[fault];
  const body = asciiJson({ error: { message, type, param: field ?? null, code } });
  return { ...jsonReply(body), status };
}

/**
 * `POST /v1/embeddings`. Any `model` is taken, as clients ask for the name that they know; `user` is ignored. Vectors
 * have length 1, as OpenAI's do, also after truncation to `dimensions`.
 */
export async function openaiEmbeddings(service: Service, request: ApiRequest): Promise<ApiReply> {
  const fields = await readFields(request);
  const inputs = readInput(fields, service.limits.maxInputs);
  const format = optional(fields, "encoding_format") ?? "float";
  if (format !== "float" && format !== "base64") {
    throw invalidField("encoding_format", "it is not known", "give 'float' or 'base64'");
  }
  using lease = service.model.lease();
  using embedded = await embed(lease.model, inputs, {
    dimensions: optionalNumber(fields, "dimensions"),
    normalize: true,
    maxTokens: service.limits.maxTokens,
    whenLonger: "refuse",
    signal: request.signal,
  });
  const { vectors, tokens } = embedded;
  service.metrics.countTexts(vectors.rows, tokens);
  const usage = `{"prompt_tokens":${tokens},"total_tokens":${tokens}}`;
  return await vectorsReply(vectors, {
    format,
    signal: request.signal,
    frame: {
      start: '{"object":"list","data":[',
      before: (row) => `${row === 0 ? "" : ","}{"object":"embedding","index":${row},"embedding":`,
      after: "}",
      end: `],"model":${asciiJson(service.name)},"usage":${usage}}`,
    },
  });
}

/** `GET /v1/models`: the one that is served. */
export function openaiModels(service: Service): ApiReply {
  return jsonReply(asciiJson({ object: "list", data: [modelRecord(service)] }));
}

/**
 * `GET /v1/models/NAME`.
 *
 * @throws ApiError when it is not the one that is served
 */
export function openaiModel(service: Service, name: string): ApiReply {
  if (name === service.name) return jsonReply(asciiJson(modelRecord(service)));
  throw new ApiError(
    "unknownModel",
    `Cannot find the model ${name}: ${service.name} is served; ask for that`,
    {
      field: "model",
    },
  );
}

function modelRecord({ name, started }: Service): object {
  return { id: name, object: "model", created: Math.floor(started / 1000), owned_by: "lathe" };
}

/** A string, strings, token ids, or lists of token ids. */
function readInput(fields: Fields, maxInputs: number): Inputs {
  const input = optional(fields, "input");
  if (input === undefined) throw invalidField("input", "it is missing", "give a text or a list of texts");
  if (typeof input === "string") return { kind: "texts", texts: [input] };
  if (!Array.isArray(input)) {
    throw invalidField("input", "it is neither a text nor a list", "give a text or a list of texts");
  }
  if (input.length > 0 && isIds(input)) return { kind: "ids", ids: [input] };
  checkCount("input", input.length, maxInputs);
  if (input.every((entry) => typeof entry === "string")) return { kind: "texts", texts: input };
  if (input.every((entry) => Array.isArray(entry) && isIds(entry))) return { kind: "ids", ids: input };
  throw invalidField(
    "input",
    "its entries are neither all texts nor all token ids nor all lists of token ids",
    "give one kind",
  );
}

function isIds(list: readonly unknown[]): list is number[] {
  return list.every((entry) => typeof entry === "number");
}

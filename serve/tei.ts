/**
 * The interface of Hugging Face's Text Embeddings Inference: `POST /embed`, `POST /similarity`, `GET /info`.
 *
 * Source: its OpenAPI description, version 1.8.
 *
 * @module
 */
import { similarity } from "../model/mod.ts";
import {
  checkCount,
  type Fields,
  invalidField,
  optional,
  optionalBoolean,
  optionalNumber,
  readFields,
} from "./_json_body.ts";
import { vectorsReply } from "./_vectors_json.ts";
import type { ApiError, Fault } from "./api_error.ts";
import { embed, type EmbedOptions } from "./embed.ts";
import { type ApiReply, type ApiRequest, asciiJson, jsonReply } from "./http_message.ts";
import type { Service } from "./service.ts";

/** Status and `error_type` of Text Embeddings Inference. */
const ERRORS: Readonly<Record<Fault, readonly [status: number, type: string]>> = {
  unauthorized: [401, "Validation"],
  unknownRoute: [404, "Validation"],
  unknownModel: [404, "Validation"],
  wrongMethod: [405, "Validation"],
  notJsonType: [415, "Validation"],
  malformed: [400, "Validation"],
  invalid: [422, "Validation"],
  tooManyInputs: [413, "Validation"],
  textTooLong: [413, "Validation"],
  bodyTooLarge: [413, "Validation"],
  slowBody: [408, "Validation"],
  gone: [499, "Validation"],
  timeUp: [503, "Overloaded"],
  overloaded: [429, "Overloaded"],
  internal: [424, "Backend"],
};

/** An error as Text Embeddings Inference words it. */
export function teiError({ fault, message }: ApiError): ApiReply {
  const [status, type] = ERRORS[fault];
  return { ...jsonReply(asciiJson({ error: message, error_type: type })), status };
}

/** `POST /embed`: a list of vectors, of length 1 unless `normalize` is false. */
export async function teiEmbed(service: Service, request: ApiRequest): Promise<ApiReply> {
  const fields = await readFields(request);
  const texts = readTexts(fields, "inputs", service.limits.maxInputs);
  const options: EmbedOptions = {
    ...cutOptions(fields, service),
    dimensions: optionalNumber(fields, "dimensions"),
    normalize: optionalBoolean(fields, "normalize") ?? true,
    signal: request.signal,
  };
  using lease = service.model.lease();
  using embedded = await embed(lease.model, { kind: "texts", texts }, options);
  const { vectors, tokens } = embedded;
  service.metrics.countTexts(vectors.rows, tokens);
  return await vectorsReply(vectors, {
    format: "float",
    signal: request.signal,
    frame: { start: "[", before: (row) => row === 0 ? "" : ",", after: "", end: "]" },
  });
}

/** `POST /similarity`: the cosine of one sentence with each of some others. */
export async function teiSimilarity(service: Service, request: ApiRequest): Promise<ApiReply> {
  const fields = await readFields(request);
  const inputs = objectField(fields, "inputs");
  const parameters = optional(fields, "parameters") === undefined ? {} : objectField(fields, "parameters");
  const source = optional(inputs, "source_sentence");
  if (typeof source !== "string") throw invalidField("source_sentence", "it is no text", "give one");
  const sentences = optional(inputs, "sentences");
  if (!isTexts(sentences)) throw invalidField("sentences", "it is no list of texts", "give one");
  checkCount("sentences", sentences.length, service.limits.maxInputs);
  using lease = service.model.lease();
  using embedded = await embed(lease.model, { kind: "texts", texts: [source, ...sentences] }, {
    ...cutOptions(parameters, service),
    dimensions: undefined,
    normalize: true,
    signal: request.signal,
  });
  const { vectors, tokens } = embedded;
  service.metrics.countTexts(vectors.rows, tokens);
  const { columns, data } = vectors;
  const cosines = similarity(
    { data: data.subarray(0, columns), rows: 1, columns },
    { data: data.subarray(columns), rows: sentences.length, columns },
    "dot",
  );
  return await vectorsReply(cosines, {
    format: "float",
    signal: request.signal,
    frame: { start: "", before: () => "", after: "", end: "" },
  });
}

/** `GET /info`: the model and the limits. */
export function teiInfo({ model, name, version, limits }: Service): ApiReply {
  using lease = model.lease();
  return jsonReply(asciiJson({
    model_id: name,
    model_sha: null,
    model_dtype: "float32",
    model_type: { embedding: { pooling: "mean" } },
    dimensions: lease.model.dim,
    max_concurrent_requests: limits.maxConcurrent,
    max_input_length: limits.maxTokens,
    max_batch_tokens: limits.maxTokens,
    max_batch_requests: null,
    max_client_batch_size: limits.maxInputs,
    auto_truncate: false,
    tokenization_workers: 1,
    version,
    sha: null,
    docker_label: null,
  }));
}

/** A text or a list of texts. */
function readTexts(fields: Fields, name: string, maxInputs: number): readonly string[] {
  const value = optional(fields, name);
  if (typeof value === "string") return [value];
  if (!isTexts(value)) {
    throw invalidField(name, "it is neither a text nor a list of texts", "give one of them");
  }
  checkCount(name, value.length, maxInputs);
  return value;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function objectField(fields: Fields, name: string): Fields {
  const value = optional(fields, name);
  if (typeof value === "object" && value !== undefined && !Array.isArray(value)) return value as Fields;
  throw invalidField(name, "it is no JSON object", "give fields in braces");
}

/** What `truncate`, `truncation_direction` and `prompt_name` say. */
function cutOptions(fields: Fields, { limits }: Service): Pick<EmbedOptions, "maxTokens" | "whenLonger"> {
  const given = optional(fields, "truncation_direction") ?? "Right";
  const direction = typeof given === "string" ? given.toLowerCase() : undefined;
  if (direction !== "left" && direction !== "right") {
    throw invalidField("truncation_direction", "it is not known", "give 'Left' or 'Right'");
  }
  if (optional(fields, "prompt_name") !== undefined) {
    throw invalidField("prompt_name", "the model has no prompts", "leave it out");
  }
  const whenLonger = optionalBoolean(fields, "truncate") ? direction : "refuse";
  return { maxTokens: limits.maxTokens, whenLonger };
}

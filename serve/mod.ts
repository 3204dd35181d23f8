/**
 * A model over HTTP: OpenAI's embeddings interface, that of Text Embeddings Inference, and Prometheus figures.
 *
 * {@link answer} turns a request into an answer and knows no socket; {@link listen} is the server in front of it.
 *
 * @module
 */
export { answer, type AnswerOptions } from "./answer.ts";
export { ApiError, type ApiErrorOptions, type Fault } from "./api_error.ts";
export type { ApiReply, ApiRequest } from "./http_message.ts";
export { type HttpServer, listen, type ListenOptions } from "./http_server.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { Metrics, type Outcome } from "./metrics.ts";
export type { Matrix, TokenBags } from "../model/mod.ts";
export { type Lease, ServedModel } from "./served_model.ts";
export type { Service } from "./service.ts";
export type { PoolingOptions, TextModel } from "./text_model.ts";

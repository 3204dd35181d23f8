import { ApiError } from "./api_error.ts";
import { carriesToken } from "./bearer.ts";
import { type ApiReply, type ApiRequest, asciiJson, jsonReply } from "./http_message.ts";
import { openaiEmbeddings, openaiError, openaiModel, openaiModels } from "./openai.ts";
import type { Service } from "./service.ts";
import { teiEmbed, teiError, teiInfo, teiSimilarity } from "./tei.ts";

interface Route {
  method: "GET" | "POST";
  answer: (service: Service, request: ApiRequest) => ApiReply | Promise<ApiReply>;
}

const ROUTES: Readonly<Record<string, Route>> = {
  "/v1/embeddings": { method: "POST", answer: openaiEmbeddings },
  "/v1/models": { method: "GET", answer: openaiModels },
  "/embed": { method: "POST", answer: teiEmbed },
  "/similarity": { method: "POST", answer: teiSimilarity },
  "/info": { method: "GET", answer: teiInfo },
  "/health": { method: "GET", answer: ({ name }) => jsonReply(asciiJson({ status: "ok", model: name })) },
  "/metrics": { method: "GET", answer: metricsText },
};

/** Where a model's name follows. */
const MODEL_PREFIX = "/v1/models/";

/** Answered to anyone, so that whoever watches over the process needs no token. */
const OPEN_ROUTE = "/health";

/** Options of {@link answer}. */
export interface AnswerOptions {
  /** Whether as many requests as allowed are under way already. */
  isFull: boolean;
}

/**
 * Answers a request: finds the interface, checks token and load, words errors as the interface does, and counts.
 *
 * @param service what is answered from
 * @param request the request
 * @param options {@link AnswerOptions}
 */
export async function answer(
  service: Service,
  request: ApiRequest,
  options: AnswerOptions,
): Promise<ApiReply> {
  const start = service.clock();
  const [name, route] = findRoute(request.path);
  const reply = await attempt(service, request, { ...options, route });
  const isGone = request.signal.aborted && !isTimeUp(request.signal);
  service.metrics.countRequest({
    route: name,
    status: isGone ? 499 : reply.status,
    seconds: (service.clock() - start) / 1000,
  });
  return reply;
}

function findRoute(path: string): [name: string, route: Route | undefined] {
  if (Object.hasOwn(ROUTES, path)) return [path, ROUTES[path]];
  if (!path.startsWith(MODEL_PREFIX)) return ["other", undefined];
  const name = path.slice(MODEL_PREFIX.length);
  return [`${MODEL_PREFIX}NAME`, { method: "GET", answer: (service) => openaiModel(service, decode(name)) }];
}

async function attempt(
  service: Service,
  request: ApiRequest,
  { route, isFull }: AnswerOptions & { route: Route | undefined },
): Promise<ApiReply> {
  try {
    if (request.path !== OPEN_ROUTE) checkToken(service, request);
    if (route === undefined) throw unknownRoute(request);
    if (request.method !== route.method && !(request.method === "HEAD" && route.method === "GET")) {
      return withHeaders(refusal(request, wrongMethod(request, route)), { allow: route.method });
    }
    if (isFull && route.method === "POST") throw overloaded(service);
    return await route.answer(service, request);
  } catch (error) {
    const reply = refusal(request, asApiError(error, service, request));
    if (reply.status === 401) return withHeaders(reply, { "www-authenticate": "Bearer" });
    return reply.status === 429 ? withHeaders(reply, { "retry-after": "1" }) : reply;
  }
}

function refusal({ path }: ApiRequest, error: ApiError): ApiReply {
  return path.startsWith("/v1/") ? openaiError(error) : teiError(error);
}

function withHeaders(reply: ApiReply, headers: Record<string, string>): ApiReply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** What was thrown, as an error that has a wording; the server's own faults are told to whoever runs it only. */
function asApiError(error: unknown, service: Service, { signal }: ApiRequest): ApiError {
  if (error instanceof ApiError) return error;
  if (signal.aborted) {
    const { timeout } = service.limits;
    return new ApiError(
      "timeUp",
      `Cannot answer: it takes longer than ${timeout / 1000} s; send fewer or shorter texts`,
    );
  }
  service.onFault(error);
  return new ApiError("internal", "Cannot answer: the server failed; its log says why");
}

function isTimeUp({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

function checkToken({ token }: Service, request: ApiRequest): void {
  if (token === undefined || carriesToken(request.header("authorization"), token)) return;
  throw new ApiError(
    "unauthorized",
    "Cannot answer: the request carries no valid token; send Authorization: Bearer",
  );
}

function unknownRoute({ method, path }: ApiRequest): ApiError {
  const known = Object.keys(ROUTES).join(", ");
  return new ApiError("unknownRoute", `Cannot ${method} ${path}: there is no such address; use ${known}`);
}

function wrongMethod({ method, path }: ApiRequest, route: Route): ApiError {
  return new ApiError("wrongMethod", `Cannot ${method} ${path}: it is for ${route.method}; use that`);
}

function overloaded({ limits }: Service): ApiError {
  return new ApiError(
    "overloaded",
    `Cannot answer now: ${limits.maxConcurrent} requests are under way; try again in a moment`,
  );
}

async function metricsText({ metrics }: Service): Promise<ApiReply> {
  return { status: 200, headers: { "content-type": metrics.contentType }, body: await metrics.text() };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign names no model anyway
  }
}

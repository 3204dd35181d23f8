import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, Server as TcpServer, type Socket } from "node:net";
import { answer } from "./answer.ts";
import { readBody } from "./_read_body.ts";
import { whenOver } from "./_when_over.ts";
import type { ApiReply, ApiRequest } from "./http_message.ts";
import type { Service } from "./service.ts";

/** Options of {@link listen}. */
export interface ListenOptions {
  /** Name or address to listen on; `0.0.0.0` is every one that the machine has. */
  hostname: string;
  /** Port; 0 takes a free one. */
  port: number;
}

/** A server that listens. */
export interface HttpServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Requests under way, those included whose answer is not fetched yet. */
  readonly inFlight: number;
  /**
   * Takes no more connections, and ends when the last request under way is answered, or after `grace` milliseconds.
   * Requests that were on their way over open connections are answered, too.
   *
   * @returns how many requests were cut off
   */
  close(grace: number): Promise<number>;
}

/** How long a connection without a request stays open: longer than the minute after which balancers drop theirs. */
const KEEP_ALIVE = 75_000;

/** How long the rest of a refused body is read and dropped, so that its sender gets to read the answer. */
const LINGER = 1000;

/** How long connections without a request stay open after the end: what was on its way is answered. */
const FAREWELL = 100;

/** How long a client may take to fetch its answer, in times of the time allowed: fetched bit by bit, it lasts for ever. */
const FETCH = 4;

/** How often connections are checked for heads that do not arrive, as a part of the time allowed. */
const CHECKS = 4;

/**
 * Listens for HTTP requests and answers them.
 *
 * Heads, bodies and answers that take longer than the limit's `timeout` end, each with its status and the connection.
 *
 * @param service what is answered from
 * @param options {@link ListenOptions}
 * @throws RangeError when nobody can listen there
 */
export async function listen(service: Service, { hostname, port }: ListenOptions): Promise<HttpServer> {
  const { timeout } = service.limits;
  const state: ServerState = { inFlight: 0, isClosing: false };
  const server = createServer({
    headersTimeout: timeout,
    requestTimeout: 0, // bodies have a timer of their own, which answers
    keepAliveTimeout: KEEP_ALIVE,
    connectionsCheckingInterval: Math.min(timeout / CHECKS, 5000),
  }, (message, response) => void serveRequest(message, response, { service, state }));
  server.timeout = 2 * timeout + KEEP_ALIVE; // the last resort: an answer that nobody fetches
  server.on("clientError", refuseConnection);
  await opened(server, hostname, port);
  const { port: actual, family, address } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${actual}`,
    get inFlight() {
      return state.inFlight;
    },
    close: (grace) => closed(server, state, grace),
  };
}

interface ServerState {
  inFlight: number;
  isClosing: boolean;
}

function opened(server: Server, hostname: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: Error) => {
      const reason = `${cause.message}; choose another host or port`;
      reject(new RangeError(`Cannot listen on ${hostname}:${port}: ${reason}`, { cause }));
    });
    server.listen(port, hostname, resolve);
  });
}

async function serveRequest(
  message: IncomingMessage,
  response: ServerResponse,
  { service, state }: { service: Service; state: ServerState },
): Promise<void> {
  const { limits, metrics } = service;
  const controller = new AbortController();
  const isFull = state.inFlight >= limits.maxConcurrent;
  metrics.setInFlight(++state.inFlight);
  whenOver(message.socket, response, () => {
    metrics.setInFlight(--state.inFlight);
    if (!response.writableFinished) controller.abort(new DOMException("The client has gone", "AbortError"));
  });
  const timer = setTimeout(() => {
    controller.abort(new DOMException("The time is up", "TimeoutError"));
  }, 2 * limits.timeout);
  try {
    send(
      await answer(service, requestOf(message, { limits, signal: controller.signal }), { isFull }),
      response,
      { message, state, longest: FETCH * limits.timeout },
    );
  } catch (error) {
    service.onFault(error);
    response.destroy();
  } finally {
    clearTimeout(timer);
  }
}

function requestOf(
  message: IncomingMessage,
  { limits, signal }: { limits: Service["limits"]; signal: AbortSignal },
): ApiRequest {
  const [path] = (message.url ?? "/").replace(/^https?:\/\/[^/?]*/i, "").split("?", 1); // proxies name the host
  return {
    method: message.method ?? "GET",
    path,
    header(name) {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    readBody: () => readBody(message, limits),
    signal,
  };
}

function send(
  { status, headers, body, release }: ApiReply,
  response: ServerResponse,
  { message, state, longest }: { message: IncomingMessage; state: ServerState; longest: number },
): void {
  if (response.destroyed) return;
  const closing = state.isClosing ? { connection: "close" } : {};
  response.writeHead(status, { ...headers, ...closing, "content-length": body.length });
  if (release !== undefined) response.once("finish", release); // not before: the system reads it where it lies
  if (typeof body === "string") response.end(body, "latin1");
  else response.end(body);
  if (!response.writableFinished) endIfSlow(message.socket, response, longest);
  if (!message.complete) dropBody(message);
}

/** Ends the connection of an answer that is not fetched in time. */
function endIfSlow(socket: Socket, response: ServerResponse, longest: number): void {
  const timer = setTimeout(() => socket.destroy(), longest);
  whenOver(socket, response, () => clearTimeout(timer));
}

/** A body that was not wanted is read on for a moment: closing at once would reset the connection under the answer. */
function dropBody(message: IncomingMessage): void {
  const timer = setTimeout(() => message.socket.destroy(), LINGER);
  message.once("end", () => clearTimeout(timer));
  message.once("close", () => clearTimeout(timer));
  message.on("error", () => {}); // the connection ends: that is what the timer is for
  message.resume();
}

/** What is no HTTP, or did not arrive in time, has no request to answer to. */
function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy(); // it was refused, and still sends
    return;
  }
  const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT"
    ? "408 Request Timeout"
    : error.code === "HPE_HEADER_OVERFLOW"
    ? "431 Request Header Fields Too Large"
    : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

async function closed(server: Server, state: ServerState, grace: number): Promise<number> {
  state.isClosing = true;
  let cut = 0;
  const timer = setTimeout(() => {
    cut = state.inFlight;
    server.closeAllConnections();
  }, grace);
  const farewell = setInterval(() => server.closeIdleConnections(), FAREWELL);
  // The HTTP server's own way to close would drop idle connections at once, with what was just sent over them.
  await new Promise<void>((resolve) => TcpServer.prototype.close.call(server, () => resolve()));
  clearTimeout(timer);
  clearInterval(farewell);
  server.close(() => {}); // ends its checks of connections
  return cut;
}

import { HubFault } from "./_fault.ts";
import { faultOfResponse } from "./_fault_of_response.ts";
import { IdleTimer } from "./_idle_timer.ts";
import { SentBody } from "./_sent_body.ts";

/** Seconds before the second, third and fourth attempt, unless the hub says how long. */
const WAITS: readonly number[] = [1, 2, 4];

/** A longer wait than this is not sat out; the hub counts requests over five minutes. */
const LONGEST_WAIT = 300;

/** An answer may take so many times as long when the hub has work to do on what it was sent. */
const ANSWER_FACTOR = 4;

/** A pause before the hub is asked again. */
export interface HubWait {
  /** Seconds until then. */
  seconds: number;
  /** Why. */
  reason: string;
}

/** What {@linkcode Requests} need to know. */
export interface RequestsOptions {
  endpoint: string;
  token: string | undefined;
  idleSeconds: number;
  onWait?: (wait: HubWait) => void;
  sleep: (seconds: number) => Promise<void>;
  /** Ends requests at once. */
  signal?: AbortSignal;
  /** Called with so many more bytes of content that went to a store; with less than none if they must go once more. */
  onSent?: (bytes: number) => void;
}

/** Bytes `start .. end` of a file of `size` bytes. */
export interface ByteRange {
  start: number;
  end: number;
  size: number;
}

/** Thrown if a server answers a request for some bytes with the whole file. */
export class RangesIgnored extends Error {}

/** Requests that are made again where that helps: rate limits, server errors, connections that fail or are cut. */
export class Requests {
  /** Whether any request was answered: if not, there is no use in asking a hub that cannot be reached for long. */
  #wasAnswered = false;

  /** @param options where to, and how patiently */
  constructor(private readonly options: RequestsOptions) {}

  /**
   * A `fetch` for the client: answers are whole and successful.
   *
   * @throws {HubFault} if there is none after four attempts, or after two if the hub was never reached
   */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const signals = [this.options.signal, init.signal].filter((signal) => signal instanceof AbortSignal);
    return await this.#persist(String(input), { ...init, signal: AbortSignal.any(signals) });
  };

  /** The same for what must not be left in doubt: no signal breaks it off. */
  readonly fetchUnbroken = async (url: string, init: RequestInit): Promise<Response> =>
    await this.#persist(url, { ...init, signal: null });

  /** The same for what must not be done twice either: it is asked once. */
  readonly fetchOnce = async (url: string, init: RequestInit): Promise<Response> =>
    await this.#whole(url, { ...init, signal: null });

  /**
   * The bytes of a file as they come. A cut connection is taken up again where it broke off.
   *
   * @throws {HubFault} if four attempts in a row bring nothing
   * @throws {RangesIgnored} if the server sends the whole file instead of the bytes asked for
   */
  async *receive(url: string, { start, end, size }: ByteRange): AsyncGenerator<Uint8Array> {
    let at = start;
    for (let failures = 0; at < end;) {
      const before = at;
      try {
        for await (const bytes of this.#stream(url, { start: at, end, size })) {
          at += bytes.length;
          yield bytes;
        }
        if (at < end) throw new HubFault("cut connection", `after ${at} of ${size} bytes`);
      } catch (error) {
        if (at > before) failures = 0;
        await this.#waitOrThrow(error, ++failures);
      }
    }
  }

  async #persist(url: string, init: RequestInit): Promise<Response> {
    for (let failures = 0;;) {
      try {
        return await this.#whole(url, init);
      } catch (error) {
        await this.#waitOrThrow(error, ++failures);
      }
    }
  }

  async #whole(url: string, init: RequestInit): Promise<Response> {
    const idle = new IdleTimer({ ...this.options, signal: init.signal ?? undefined });
    const sent = this.#bodyOf(init, idle);
    try {
      const { status, headers, body } = await this.#ask(url, { ...init, body: sent ?? init.body }, idle);
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      for await (const bytes of readBody(body, idle)) pieces.push(bytes);
      return new Response(new Blob(pieces), { status, headers });
    } catch (error) {
      sent?.takeBack();
      throw sent?.fault ?? error;
    } finally {
      sent?.end();
      idle.stop();
    }
  }

  /** What is sent, on a connection that counts as cut when nothing more goes. */
  #bodyOf({ body, method }: RequestInit, idle: IdleTimer): SentBody | undefined {
    if (typeof body !== "string" && !(body instanceof Blob)) return undefined;
    return new SentBody(typeof body === "string" ? new Blob([body]) : body, {
      onBytes: (count) => {
        idle.start();
        if (method === "PUT") this.options.onSent?.(count);
      },
      onEnd: () => idle.start(ANSWER_FACTOR),
    });
  }

  async *#stream(url: string, { start, end, size }: ByteRange): AsyncGenerator<Uint8Array> {
    const idle = new IdleTimer(this.options);
    const isPart = start > 0 || end < size;
    const headers = {
      "Accept-Encoding": "identity",
      ...isPart ? { Range: `bytes=${start}-${end - 1}` } : {},
    };
    let left = end - start;
    const response = await this.#ask(url, { headers }, idle).catch((error) => {
      idle.stop();
      throw error;
    });
    try {
      if (isPart) checkRange(response, start);
      for await (const bytes of readBody(response.body, idle)) {
        left -= bytes.length;
        if (left < 0) throw new HubFault("refused request", `more than the ${end - start} bytes asked for`);
        yield bytes;
      }
    } finally {
      idle.stop();
      await response.body?.cancel().catch(() => {});
    }
  }

  /** One request. The token goes to the hub itself only, not to where its listings and redirections lead. */
  async #ask(url: string, init: RequestInit, idle: IdleTimer): Promise<Response> {
    const { endpoint, token } = this.options;
    const headers = new Headers(init.headers);
    if (token && new URL(url).origin === new URL(endpoint).origin) {
      headers.set("Authorization", `Bearer ${token}`);
    }
    const response = await fetch(url, { ...init, headers, signal: idle.signal }).catch((cause) => {
      throw idle.faultOf(cause, "no connection");
    });
    this.#wasAnswered = true;
    if (response.ok) return response;
    throw faultOfResponse(response, await response.text().catch(() => ""));
  }

  async #waitOrThrow(error: unknown, failures: number): Promise<void> {
    const most = this.#wasAnswered ? WAITS.length : 1;
    if (!(error instanceof HubFault) || !PASSING.includes(error.kind) || failures > most) throw error;
    const seconds = error.waitSeconds ?? WAITS[failures - 1];
    if (seconds > LONGEST_WAIT) throw error;
    this.options.onWait?.({ seconds, reason: error.message });
    await this.options.sleep(seconds);
  }
}

const PASSING: readonly string[] = ["rate limit", "server error", "no connection", "cut connection"];

async function* readBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  idle: IdleTimer,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (!body) return;
  const reader = body.getReader();
  try {
    while (true) {
      idle.start();
      const { done, value } = await reader.read().catch((cause) => {
        throw idle.faultOf(cause, "cut connection");
      });
      idle.stop();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

function checkRange({ status, headers }: Response, start: number): void {
  if (status === 200) throw new RangesIgnored();
  const from = /^bytes (\d+)-/.exec(headers.get("Content-Range") ?? "")?.[1];
  if (Number(from) === start) return;
  throw new HubFault("refused request", `the bytes sent begin at ${from ?? "no byte"}, not at ${start}`);
}

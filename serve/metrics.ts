import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** What a request came to. */
export interface Outcome {
  /** The address, or `other` for those that do not exist. */
  route: string;
  /** Status of the answer; 499 when the client had gone. */
  status: number;
  /** Seconds from the request's head to the answer. */
  seconds: number;
}

/** Upper bounds of the histogram of seconds: a static model answers a short text in well under a millisecond. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is counted, in Prometheus' text format. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<"route" | "status">;
  readonly #seconds: Histogram<"route">;
  readonly #texts: Counter;
  readonly #tokens: Counter;
  readonly #inFlight: Gauge;
  readonly #reloads: Counter<"result">;

  /**
   * Begins to count.
   *
   * @param memory resident memory of the process in bytes, asked for at every scrape
   */
  constructor(memory: () => number) {
    const registers = [this.#registry];
    const labelNames = ["route", "status"] as const;
    this.#requests = new Counter({
      name: "lathe_requests_total",
      help: "Requests answered.",
      labelNames,
      registers,
    });
    this.#seconds = new Histogram({
      name: "lathe_request_seconds",
      help: "Seconds from a request's head to its answer.",
      labelNames: ["route"],
      buckets: SECONDS,
      registers,
    });
    this.#texts = new Counter({ name: "lathe_texts_total", help: "Texts turned into vectors.", registers });
    this.#tokens = new Counter({ name: "lathe_tokens_total", help: "Tokens of those texts.", registers });
    this.#inFlight = new Gauge({
      name: "lathe_requests_in_flight",
      help: "Requests under way, those included whose answer is not fetched yet.",
      registers,
    });
    this.#reloads = new Counter({
      name: "lathe_model_reloads_total",
      help: "Times that the model was to be loaded anew.",
      labelNames: ["result"],
      registers,
    });
    new Gauge({
      name: "process_resident_memory_bytes",
      help: "Resident memory size in bytes.",
      registers,
      collect() {
        this.set(memory());
      },
    });
  }

  /** Counts a request that was answered. */
  countRequest({ route, status, seconds }: Outcome): void {
    this.#requests.inc({ route, status });
    this.#seconds.observe({ route }, seconds);
  }

  /** Counts what was encoded. */
  countTexts(texts: number, tokens: number): void {
    this.#texts.inc(texts);
    this.#tokens.inc(tokens);
  }

  /** Counts an attempt to load the model anew. */
  countReload(result: "done" | "refused"): void {
    this.#reloads.inc({ result });
  }

  /** Says how many requests are under way. */
  setInFlight(requests: number): void {
    this.#inFlight.set(requests);
  }

  /** Type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All figures, as Prometheus reads them. */
  async text(): Promise<string> {
    return await this.#registry.metrics();
  }
}

import { type FaultKind, HubFault } from "./_fault.ts";

/** Options of {@linkcode IdleTimer}. */
export interface IdleTimerOptions {
  /** Seconds in which something must come. */
  idleSeconds: number;
  /** Ends the request at once. */
  signal?: AbortSignal;
}

/** Breaks a request off when nothing has come for some time, or when all is to end. */
export class IdleTimer {
  readonly #controller = new AbortController();
  readonly #seconds: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Aborted when the request is to be broken off. */
  readonly signal: AbortSignal;

  /** @param options after how long, and what else breaks it off */
  constructor({ idleSeconds, signal }: IdleTimerOptions) {
    const own = this.#controller.signal;
    this.#seconds = idleSeconds;
    this.signal = signal === undefined ? own : AbortSignal.any([own, signal]);
    this.start();
  }

  /** Why the request was broken off, or else what went wrong with it. */
  faultOf(cause: unknown, kind: FaultKind): unknown {
    return this.signal.aborted ? this.signal.reason : new HubFault(kind, reasonOf(cause));
  }

  /**
   * Begins to count.
   *
   * @param factor how many times as long it may take as usually
   */
  start(factor: number = 1): void {
    this.stop();
    const seconds = factor * this.#seconds;
    const fault = new HubFault("cut connection", `nothing came for ${seconds} s`);
    this.#timer = setTimeout(() => this.#controller.abort(fault), seconds * 1000);
  }

  /** Counts no more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** What the system says about a connection, without the address that it repeats. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const whole = cause instanceof Error ? cause.message : message;
  return /client error \(\w+\): (.*)$/s.exec(whole)?.[1] ?? whole;
}

import { printError } from "./_output.ts";

/** Milliseconds of work before a line appears: short work shows none. */
const QUIET_MS = 2000;
/** Milliseconds between two updates of the line. */
const INTERVAL_MS = 200;
/** Erases the line the cursor is on. */
export const CLEAR_LINE = "\r\x1b[2K";

/** Options of {@linkcode Progress}. */
export interface ProgressOptions {
  /** What is counted, as in `12,000 texts`. */
  unit: string;
  /** How many there will be; unknown if left out. */
  total?: number;
  /**
   * Whether the line is shown at all.
   * @default Whether standard error is a terminal.
   */
  shown?: boolean;
  /**
   * The clock, in milliseconds.
   * @default performance.now
   */
  now?: () => number;
  /**
   * Where the line goes.
   * @default Standard error.
   */
  write?: (text: string) => void;
}

/**
 * A line on standard error with count, rate and time left. It appears after two seconds and erases itself.
 */
export class Progress {
  readonly #unit: string;
  #total: number | undefined;
  readonly #shown: boolean;
  readonly #now: () => number;
  readonly #write: (text: string) => void;
  readonly #start: number;
  #last: number = -Infinity;
  #visible = false;

  /** @param options What is counted, and how many there will be. */
  constructor(options: ProgressOptions) {
    this.#unit = options.unit;
    this.#total = options.total;
    this.#shown = options.shown ?? Deno.stderr.isTerminal();
    this.#now = options.now ?? (() => performance.now());
    this.#write = options.write ?? printError;
    this.#start = this.#now();
  }

  /**
   * Tells how far the work is. Cheap: most calls write nothing.
   *
   * @param done How many are done so far.
   * @param options `note`: more to show, such as the loss; `total`: how many there will be, if only known
   *   now.
   */
  update(done: number, { note = "", total }: { note?: string; total?: number } = {}): void {
    this.#total = total ?? this.#total;
    const now = this.#now();
    if (!this.#shown || now - this.#start < QUIET_MS || now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    this.#visible = true;
    this.#write(CLEAR_LINE + this.#line(done, (now - this.#start) / 1000) + (note === "" ? "" : `  ${note}`));
  }

  /** Erases the line; call it before anything else is written to the terminal. */
  finish(): void {
    if (this.#visible) this.#write(CLEAR_LINE);
    this.#visible = false;
  }

  #line(done: number, seconds: number): string {
    const rate = done / seconds;
    const pace = `${formatCount(rate)} ${this.#unit}/s`;
    if (this.#total === undefined) return `${formatCount(done)} ${this.#unit}  ${pace}`;
    const left = rate > 0 ? formatSeconds((this.#total - done) / rate) : "?";
    return `${formatCount(done)} of ${formatCount(this.#total)} ${this.#unit}  ${pace}  ${left} left`;
  }
}

/** Thousands are set apart; below 10 there is one decimal. */
function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: count < 10 ? 1 : 0 });
}

/**
 * A duration for people.
 *
 * @param seconds Seconds, 0 or more.
 * @returns `12 s`, `3 min 05 s` or `2 h 07 min`.
 */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (value: number): string => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

import { printError } from "./_output.ts";
import { CLEAR_LINE, formatSeconds } from "./_progress.ts";
import type { SweepJobEvent } from "./_sweep_job.ts";

/** Milliseconds between two updates of the line. */
const INTERVAL_MS = 200;

/** Columns of a terminal that does not tell. */
const COLUMNS = 100;

/** A part of a sweep: a run, or what it does up to a rung. */
export interface SweepPart {
  /** Name of the run. */
  name: string;
  /** Share of a whole run that it is, 0 to 1. */
  work: number;
}

/** Options of {@linkcode SweepProgress}. */
export interface SweepProgressOptions {
  /** How many parts the sweep has. */
  parts: number;
  /** Shares of runs that they are together. */
  work: number;
  /** Whether nothing is told. */
  quiet: boolean;
}

/** What is known of a part under way. */
interface Running {
  part: SweepPart;
  start: number;
  /** Step that it began with in this session. */
  from: number | undefined;
  step: number;
  totalSteps: number;
  stage: string;
}

/**
 * Tells on standard error how far a sweep is: a line for every part that ends, and on a terminal a moving one with the
 * runs under way.
 */
export class SweepProgress {
  readonly #options: SweepProgressOptions;
  readonly #start = performance.now();
  readonly #running = new Map<string, Running>();
  #done = 0;
  /** Work that was done before this session, and in it. */
  #before = 0;
  #work = 0;
  #last = -Infinity;
  #visible = false;

  /** @param options {@linkcode SweepProgressOptions} */
  constructor(options: SweepProgressOptions) {
    this.#options = options;
  }

  /** Counts a part that was done before. */
  skip(part: SweepPart): void {
    this.#done++;
    this.#before += part.work;
  }

  /** Tells that a part begins. */
  begin(part: SweepPart): void {
    const start = performance.now();
    this.#running.set(part.name, { part, start, from: undefined, step: 0, totalSteps: 0, stage: "starting" });
    this.#show();
  }

  /** Tells what a run does. */
  hear(name: string, event: SweepJobEvent): void {
    const running = this.#running.get(name);
    if (running === undefined || event.kind === "end") return;
    if (event.kind === "stage") running.stage = event.text;
    else {
      const { step, totalSteps } = event;
      if (running.from === undefined) running.start = performance.now();
      Object.assign(running, { step, totalSteps, stage: "", from: running.from ?? step });
    }
    this.#show();
  }

  /** Tells that a part has ended, and how. */
  end(part: SweepPart, how: string): void {
    this.#running.delete(part.name);
    this.#done++;
    this.#work += part.work;
    this.line(`${this.#done} of ${this.#options.parts}  ${part.name}: ${how}${this.#left()}`);
  }

  /** Writes a line. */
  line(text: string): void {
    this.finish();
    if (!this.#options.quiet) printError(text + "\n");
  }

  /** Takes the moving line away. */
  finish(): void {
    if (this.#visible) printError(CLEAR_LINE);
    this.#visible = false;
  }

  #show(): void {
    const now = performance.now();
    if (this.#options.quiet || !Deno.stderr.isTerminal() || now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    const runs = [...this.#running.values()].map(describe).join("  |  ");
    const line = `${this.#done} of ${this.#options.parts} done  ${runs}${this.#left()}`;
    this.#visible = true;
    printError(CLEAR_LINE + line.slice(0, columns() - 1));
  }

  /** Time left, if what is left goes on like what was done since the start. */
  #left(): string {
    const under = [...this.#running.values()].reduce((sum, { part, step, from = 0, totalSteps }) => {
      return sum + (totalSteps > from ? part.work * (step - from) / (totalSteps - from) : 0);
    }, 0);
    const work = this.#work + under;
    const rest = this.#options.work - this.#before - work;
    if (work <= 0 || rest <= 1e-9) return "";
    return `; about ${formatSeconds((performance.now() - this.#start) / 1000 * rest / work)} left`;
  }
}

function describe({ part, start, from, step, totalSteps, stage }: Running): string {
  if (stage !== "" || from === undefined) return `${part.name}: ${stage}`;
  const seconds = (performance.now() - start) / 1000;
  const rate = step > from ? `, ${((step - from) / seconds).toFixed(1)} a second` : "";
  return `${part.name}: step ${step} of ${totalSteps}${rate}`;
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return COLUMNS;
  }
}

import { type TrainingRecord, trainingReport } from "../eval/mod.ts";
import { EventLog, type LogRecord, scoreScalars, trainingScalars } from "../train/mod.ts";
import { type MetricsRecord, RUN_FILES, type RunFolder } from "./_run_folder.ts";

/** Options of {@linkcode Journal.open}. */
export interface JournalOptions {
  /** Title of the page. */
  title: string;
  /** Sentences about the run. */
  facts: readonly string[];
  /** Steps of the whole training. */
  totalSteps: number;
  /** Steps done before. */
  resumedFrom: number;
  /** Milliseconds from any fixed moment. */
  clock: () => number;
  /** Seconds since 1970, for TensorBoard. */
  wallTime: () => number;
}

/** Milliseconds between two versions of the page, at least. */
const PAGE_INTERVAL = 10_000;

/**
 * What is written down while a run goes on: `metrics.jsonl`, event files for TensorBoard, and a page that reads itself
 * anew. What a resumed run does again is written again, and counts.
 */
export class Journal {
  readonly #folder: RunFolder;
  readonly #options: JournalOptions;
  readonly #events: EventLog;
  readonly #records: TrainingRecord[];
  #last: { time: number; step: number };
  #pairs = 0;
  #pageTime = -Infinity;

  private constructor(
    folder: RunFolder,
    options: JournalOptions,
    { events, records }: { events: EventLog; records: TrainingRecord[] },
  ) {
    this.#folder = folder;
    this.#options = options;
    this.#events = events;
    this.#records = records;
    this.#last = { time: options.clock(), step: options.resumedFrom };
  }

  /** Opens the journal of a run, with what it already holds. */
  static async open(folder: RunFolder, options: JournalOptions): Promise<Journal> {
    const { wallTime, resumedFrom } = options;
    const events = await EventLog.open(folder.at(RUN_FILES.tensorboard), { wallTime, resumedFrom });
    const records = (await folder.readMetrics()).filter((record) => record.kind !== "pass");
    return new Journal(folder, options, { events, records });
  }

  /** Adds the pairs of a step. */
  addPairs(pairs: number): void {
    this.#pairs += pairs;
  }

  /** Writes down what was logged of some steps. */
  async log(record: LogRecord): Promise<void> {
    const time = this.#options.clock();
    const seconds = (time - this.#last.time) / 1000;
    const pairsPerSecond = seconds > 0 ? Math.round(this.#pairs / seconds) : 0;
    const steps = record.step - this.#last.step;
    this.#last = { time, step: record.step };
    this.#pairs = 0;
    await this.#write({ kind: "train", ...record, seconds, pairsPerSecond });
    await this.#events.scalars(record.step, trainingScalars({ ...record, seconds, pairsPerSecond, steps }));
    if (time - this.#pageTime >= PAGE_INTERVAL) await this.#writePage();
  }

  /** Writes down the end of a pass over a data set. */
  async pass(end: Extract<MetricsRecord, { kind: "pass" }>): Promise<void> {
    await this.#folder.appendMetrics(end);
  }

  /** Writes down the scores at one size. */
  async scores(record: Extract<MetricsRecord, { kind: "evaluation" }>): Promise<void> {
    await this.#write(record);
    await this.#events.scalars(record.step, scoreScalars(record.size, record.scores));
    // Scoring is no part of the steps that are logged next.
    this.#last.time = this.#options.clock();
  }

  /** Closes the journal; the page then stays as it is. */
  async close(): Promise<void> {
    this.#events.close();
    await this.#writePage(null);
  }

  async #write(record: Exclude<MetricsRecord, { kind: "pass" }>): Promise<void> {
    await this.#folder.appendMetrics(record);
    this.#records.push(record);
  }

  async #writePage(refreshSeconds?: null): Promise<void> {
    if (this.#records.length === 0) return;
    const { title, facts, totalSteps, clock } = this.#options;
    this.#pageTime = clock();
    const page = await trainingReport(this.#records, { title, facts, totalSteps, refreshSeconds });
    await this.#folder.writeText(RUN_FILES.page, page);
  }
}

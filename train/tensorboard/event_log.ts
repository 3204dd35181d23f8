import { protobufMessage } from "../../graph/mod.ts";
import { EVENT_SCHEMA, FILE_VERSION, SESSION_START } from "./_event_schema.ts";
import { tfrecord } from "./tfrecord.ts";

/** Options of {@link EventLog.open}. */
export interface EventLogOptions {
  /** Seconds since 1970, such as `() => Date.now() / 1000`: TensorBoard shows when a score was written. */
  wallTime: () => number;
  /**
   * The step that a resumed run goes on from: TensorBoard then forgets what an earlier file has of later steps.
   * @default 0: a new run
   */
  resumedFrom?: number;
}

const EVENT = protobufMessage(EVENT_SCHEMA, "Event");

/**
 * A file of scalars over steps that TensorBoard reads while it grows: `tensorboard --logdir runs` shows all runs below
 * one another. Every call writes whole records at once.
 *
 * ```ts
 * import { EventLog } from "../mod.ts";
 *
 * const log = await EventLog.open(await Deno.makeTempDir(), { wallTime: () => Date.now() / 1000 });
 * await log.scalars(10, { "train/loss": 2.31, "train/learning_rate": 0.2 });
 * log.close();
 * ```
 */
export class EventLog {
  /** Path of the file. */
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #wallTime: () => number;

  private constructor(path: string, file: Deno.FsFile, wallTime: () => number) {
    this.path = path;
    this.#file = file;
    this.#wallTime = wallTime;
  }

  /**
   * Begins a file in a folder, which is made if it is not there. A run that was resumed has several; TensorBoard reads
   * them in the order of their names.
   *
   * @param folder folder of the run
   * @param options {@link EventLogOptions}
   */
  static async open(folder: string, { wallTime, resumedFrom = 0 }: EventLogOptions): Promise<EventLog> {
    await Deno.mkdir(folder, { recursive: true });
    const { path, file } = await newFile(folder, Math.floor(wallTime()));
    const log = new EventLog(path, file, wallTime);
    await log.#write({ fileVersion: FILE_VERSION });
    if (resumedFrom > 0) {
      await log.#write({ step: resumedFrom + 1, sessionLog: { status: SESSION_START } });
    }
    return log;
  }

  /**
   * Adds scalars of one step, stored as float32.
   *
   * @param step steps done
   * @param values by tag; a tag's part before the first slash is its group. Values that are null are left out.
   */
  async scalars(step: number, values: Readonly<Record<string, number | null>>): Promise<void> {
    const value = Object.entries(values).filter(([, number]) => number !== null)
      .map(([tag, simpleValue]) => ({ tag, simpleValue }));
    if (value.length > 0) await this.#write({ step, summary: { value } });
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  async #write(event: Readonly<Record<string, unknown>>): Promise<void> {
    const record = tfrecord(EVENT.encode({ wallTime: this.#wallTime(), ...event }));
    for (let written = 0; written < record.length;) {
      written += await this.#file.write(record.subarray(written));
    }
  }
}

/** A file whose name is not taken: two runs may begin in one second. */
async function newFile(folder: string, seconds: number): Promise<{ path: string; file: Deno.FsFile }> {
  for (let number = 0;; number++) {
    const path = `${folder}/events.out.tfevents.${String(seconds).padStart(10, "0")}.lathe.${number}`;
    try {
      return { path, file: await Deno.open(path, { write: true, createNew: true }) };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

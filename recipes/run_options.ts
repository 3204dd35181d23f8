import type { Hub } from "../hub/mod.ts";
import type { PreparedDataset } from "../data/mod.ts";
import type { SuiteReport } from "../eval/mod.ts";
import type { Communicator } from "../mpi/mod.ts";
import type { DeviceName } from "../runtime/mod.ts";

/** What a run needs from outside. */
export interface RunOptions {
  /** Folder of the run: the model, and all that tells how it came about. */
  folder: string;
  /** Whether to go on with the run in that folder. @default false */
  resume?: boolean;
  /** Where to train. @default "cpu" */
  device?: DeviceName;
  /** Which of several devices of that kind. @default 0 */
  deviceId?: number;
  /** Options of the device: names of the runtime's `DEVICE_OPTIONS` and their values. @default none */
  deviceOptions?: Readonly<Record<string, string>>;
  /** Threads; results depend on it in the last bits. @default as many as the machine has cores */
  threads?: number;
  /** Where `hf://` addresses are looked up. @default the network, with the default cache */
  hub?: Hub;
  /** Folder of what is kept between runs, such as the token ids of data sets. */
  cacheFolder: string;
  /** Milliseconds from any fixed moment. */
  clock: () => number;
  /** Seconds since 1970, for TensorBoard. */
  wallTime: () => number;
  /** Library versions and machine, stored with the run. */
  environment: Readonly<Record<string, string>>;
  /** Ends the run after the step under way, with a checkpoint. */
  signal?: AbortSignal;
  /**
   * Pauses the run after this share of its steps, above 0, with a checkpoint and scores; the schedule is that of all
   * steps, and a resumed run goes on as if it had not paused. Of a run by one process only. @default 1
   */
  pauseAfter?: number;
  /** Whether the folder of the run gets the main scores item by item, in `items.json`. @default false */
  perItem?: boolean;
  /**
   * The processes that carry out the run together, each with the same recipe and data; the first alone writes, scores and
   * tells. On the CPU only. @default this one alone
   */
  processes?: Communicator;
  /** Hears what happens. */
  onEvent?: (event: RunEvent) => void;
}

/** What a run tells while it goes on. */
export type RunEvent =
  | { kind: "rows"; dataset: string; rows: number; total: number | undefined }
  | { kind: "wait"; dataset: string }
  | { kind: "data"; datasets: readonly PreparedDataset[]; vocab: number; totalSteps: number }
  | { kind: "matched"; rows: number; averaged: number | undefined; vocab: number }
  | { kind: "tried"; draw: number; loss: number }
  | { kind: "device"; description: string; resumedFrom: number }
  | { kind: "step"; step: number; totalSteps: number; loss?: number; pairs: number }
  | {
    kind: "log";
    step: number;
    loss: number;
    learningRate: number;
    gradientNorm: number;
    waitedSeconds: number;
  }
  | { kind: "pass"; step: number; dataset: string; pass: number; unusedRows: number }
  | { kind: "scoring"; collection: string; texts: number; totalTexts: number }
  | { kind: "scores"; step: number; report: SuiteReport }
  | { kind: "best"; step: number; score: number; isEarly: boolean }
  | { kind: "saved"; path: string };

/** What came of a run. */
export interface RunResult {
  /** Folder of the model. */
  folder: string;
  /** Whether all steps are done; if not, the run paused or was ended by the signal, and can be resumed. */
  finished: boolean;
  /** Steps done. */
  steps: number;
  /** Seconds that training took in this process, scoring and saving left out. */
  trainSeconds: number;
  /** Seconds of these in which training waited for data. */
  waitedSeconds: number;
  /** The evaluation whose table is the model, where the recipe asks for the best; null otherwise. */
  best: { step: number; score: number } | null;
  /** Scores before training; null without evaluation, or when resumed. */
  before: SuiteReport | null;
  /** Scores of the model, or of the table at a pause; null without evaluation, or after the signal. */
  report: SuiteReport | null;
}

import type { Hub } from "../hub/mod.ts";
import type { PreparedDataset } from "../data/mod.ts";
import type { SuiteReport } from "../eval/mod.ts";
import type { DeviceName } from "../runtime/mod.ts";

/** What a run needs from outside. */
export interface RunOptions {
  /** Folder of the run: the model, and all that tells how it came about. */
  folder: string;
  /** Whether to go on with the run in that folder. @default false */
  resume?: boolean;
  /** Where to train. @default "cpu" */
  device?: DeviceName;
  /** Threads; results depend on it in the last bits. @default as many as the machine has cores */
  threads?: number;
  /** Where `hf://` addresses are looked up. @default a hub without a mirror */
  hub?: Hub;
  /** Milliseconds from any fixed moment. */
  clock: () => number;
  /** Library versions and machine, stored with the run. */
  environment: Readonly<Record<string, string>>;
  /** Ends the run after the step under way, with a checkpoint. */
  signal?: AbortSignal;
  /** Hears what happens. */
  onEvent?: (event: RunEvent) => void;
}

/** What a run tells while it goes on. */
export type RunEvent =
  | { kind: "rows"; dataset: string; rows: number; total: number | undefined }
  | {
    kind: "data";
    datasets: readonly PreparedDataset[];
    vocab: number;
    totalSteps: number;
    unusedRows: number[];
  }
  | { kind: "matched"; rows: number; vocab: number }
  | { kind: "tried"; draw: number; loss: number }
  | { kind: "device"; description: string; resumedFrom: number }
  | { kind: "step"; step: number; totalSteps: number; loss: number; pairs: number }
  | { kind: "log"; step: number; loss: number; learningRate: number; gradientNorm: number }
  | { kind: "scoring"; collection: string; texts: number; totalTexts: number }
  | { kind: "scores"; step: number; report: SuiteReport }
  | { kind: "saved"; path: string };

/** What came of a run. */
export interface RunResult {
  /** Folder of the model. */
  folder: string;
  /** Whether all steps are done; if not, the run was ended by the signal and can be resumed. */
  finished: boolean;
  /** Steps done. */
  steps: number;
  /** Seconds that training took in this process, scoring and saving left out. */
  trainSeconds: number;
  /** Scores before training; null without evaluation, or when resumed. */
  before: SuiteReport | null;
  /** Scores of the model; null without evaluation. */
  report: SuiteReport | null;
}

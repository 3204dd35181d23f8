import { readFloat32Tensor, readSafetensorsHeader, type Tensor, writeSafetensors } from "../model/mod.ts";
import type { OptimizerState } from "./optimizers/mod.ts";
import type { TrainingState } from "./executor.ts";

/** Where a training stands, beside its tables. */
export interface TrainingProgress {
  /** Steps done. */
  step: number;
  /** Sum of the losses since the last log record. */
  lossSum: number;
  /** Steps since the last log record. */
  lossCount: number;
}

/** A checkpoint as read. */
export interface Checkpoint {
  /** Where the training stood. */
  progress: TrainingProgress;
  /** The tables. */
  state: TrainingState;
}

const STATE_FILE = "state.safetensors";
const PROGRESS_FILE = "progress.json";
/** Name of the table among the tensors; the others are the optimizer's. */
const TABLE = "embeddings";
const NAME = /^step-(\d{8})$/;

/** Name of a checkpoint's folder, in which the order of names is the order of steps. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, "0")}`;
}

/** The checkpoints in a folder, oldest first. A checkpoint that was not finished does not count. */
export async function listCheckpoints(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isDirectory && NAME.test(entry.name)) names.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

/**
 * Writes a checkpoint: under a temporary name, flushed, then renamed; then takes away the oldest ones.
 *
 * @param folder where checkpoints lie
 * @param checkpoint what to write; tables float32 [vocab, dim]
 * @param options `dim` of the tables; `limit`: checkpoints kept, null for all
 * @returns the checkpoint's folder
 */
export async function writeCheckpoint(
  folder: string,
  { progress, state }: Checkpoint,
  { dim, limit = null }: { dim: number; limit?: number | null },
): Promise<string> {
  const name = checkpointName(progress.step);
  const temporary = `${folder}/${name}.new`;
  try {
    await Deno.remove(temporary, { recursive: true }).catch(ignoreMissing);
    await Deno.mkdir(temporary, { recursive: true });
    await writeSafetensors(`${temporary}/${STATE_FILE}`, stateTensors(state, dim));
    await Deno.writeTextFile(`${temporary}/${PROGRESS_FILE}`, JSON.stringify(progress, null, 2) + "\n");
    await Deno.remove(`${folder}/${name}`, { recursive: true }).catch(ignoreMissing);
    await Deno.rename(temporary, `${folder}/${name}`);
  } catch (cause) {
    await Deno.remove(temporary, { recursive: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot write checkpoint ${folder}/${name}: ${reason}; make room there`, { cause });
  }
  if (limit !== null) await removeOldest(folder, limit);
  return `${folder}/${name}`;
}

/**
 * Reads a checkpoint.
 *
 * @param path the checkpoint's folder
 * @throws {RangeError} if a part is missing, damaged or cut short
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const progress = await readPart(path, PROGRESS_FILE, async (file) => {
    return JSON.parse(await Deno.readTextFile(file)) as TrainingProgress;
  });
  const state = await readPart(path, STATE_FILE, async (file) => {
    const header = await readSafetensorsHeader(file);
    const embeddings = await readFloat32Tensor(header, TABLE);
    const optimizer: OptimizerState = {};
    for (const name of header.tensors.keys()) {
      if (name !== TABLE) optimizer[name] = await readFloat32Tensor(header, name);
    }
    return { embeddings, optimizer };
  });
  return { progress, state };
}

async function readPart<T>(path: string, name: string, read: (file: string) => Promise<T>): Promise<T> {
  try {
    return await read(`${path}/${name}`);
  } catch (cause) {
    throw new RangeError(
      `Cannot resume from ${path}: ${
        faultOf(name, cause)
      }; remove that folder to resume from the one before it`,
      { cause },
    );
  }
}

function faultOf(name: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return `it lacks ${name}`;
  if (error instanceof SyntaxError || error instanceof RangeError) {
    return `its ${name} is damaged or cut short`;
  }
  return `its ${name} cannot be read (${error instanceof Error ? error.message : error})`;
}

/** Tables [vocab, dim], and what has one float a row [vocab]. */
function stateTensors({ embeddings, optimizer }: TrainingState, dim: number): Record<string, Tensor> {
  const vocab = embeddings.length / dim;
  return Object.fromEntries(
    Object.entries({ [TABLE]: embeddings, ...optimizer }).map(([name, data]) => [
      name,
      {
        dtype: "F32",
        shape: data.length === vocab ? [vocab] : [vocab, dim],
        data: data as Float32Array<ArrayBuffer>,
      },
    ]),
  );
}

async function removeOldest(folder: string, limit: number): Promise<void> {
  const names = await listCheckpoints(folder);
  for (const name of names.slice(0, Math.max(0, names.length - limit))) {
    await Deno.remove(`${folder}/${name}`, { recursive: true });
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

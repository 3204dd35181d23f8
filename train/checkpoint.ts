import { readFloat32Tensor, readSafetensorsHeader, writeSafetensors } from "../model/mod.ts";
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
  await Deno.remove(temporary, { recursive: true }).catch(ignoreMissing);
  try {
    await Deno.mkdir(temporary, { recursive: true });
    const tensor = (data: Float32Array<ArrayBufferLike>) => ({
      dtype: "F32" as const,
      shape: [data.length / dim, dim],
      data: data as Float32Array<ArrayBuffer>,
    });
    await writeSafetensors(`${temporary}/${STATE_FILE}`, {
      embeddings: tensor(state.embeddings),
      first_moments: tensor(state.firstMoments),
      second_moments: tensor(state.secondMoments),
    });
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
 * @throws {RangeError | SyntaxError} if a part is missing or cut short
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  try {
    const progress = JSON.parse(await Deno.readTextFile(`${path}/${PROGRESS_FILE}`)) as TrainingProgress;
    const header = await readSafetensorsHeader(`${path}/${STATE_FILE}`);
    return {
      progress,
      state: {
        embeddings: await readFloat32Tensor(header, "embeddings"),
        firstMoments: await readFloat32Tensor(header, "first_moments"),
        secondMoments: await readFloat32Tensor(header, "second_moments"),
      },
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(
      `Cannot resume from ${path}: ${reason}; remove that folder to resume from the checkpoint before it`,
      { cause },
    );
  }
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

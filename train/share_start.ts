import type { Communicator } from "../mpi/mod.ts";
import type { TrainingProgress } from "./checkpoint.ts";
import type { InitialState } from "./executor.ts";
import { optimizerOf } from "./optimizers/mod.ts";
import type { TrainingProblem } from "./problem.ts";

/** A state, and where the training stands with it. */
export interface TrainingStart {
  /** The tables. */
  state: InitialState;
  /** Steps done, and what of them is not logged yet. */
  progress: TrainingProgress;
}

/**
 * Gives all processes the state that rank 0 starts from, so that only one of them must be able to read it.
 *
 * @param start what rank 0 has; nothing in the others
 */
export async function shareStart(
  processes: Communicator,
  { vocab, dim, optimizer }: TrainingProblem,
  start?: TrainingStart,
): Promise<TrainingStart> {
  const { state, progress } = start ?? {};
  const has = state?.optimizer === undefined ? 0 : 1;
  const numbers = Float64Array.of(progress?.step ?? 0, progress?.lossSum ?? 0, progress?.lossCount ?? 0, has);
  const [step, lossSum, lossCount, hasOptimizer] = await broadcast(processes, numbers);
  const table = (values: Float32Array<ArrayBufferLike> | undefined, length: number): Promise<Float32Array> =>
    broadcast(processes, values ?? new Float32Array(length));
  const embeddings = await table(state?.embeddings, vocab * dim);
  const tables: Record<string, Float32Array> = {};
  if (hasOptimizer === 1) {
    for (const [name, shape] of Object.entries(optimizerOf(optimizer).state(optimizer))) {
      tables[name] = await table(state?.optimizer?.[name], shape === "elements" ? vocab * dim : vocab);
    }
  }
  return {
    state: { embeddings, optimizer: hasOptimizer === 1 ? tables : undefined },
    progress: { step, lossSum, lossCount },
  };
}

/** The numbers of rank 0; the others give an array of the same length, which is overwritten. */
async function broadcast<T extends Float32Array | Float64Array>(
  processes: Communicator,
  values: T,
): Promise<T> {
  const { rank, size } = processes;
  const counts = Array.from({ length: size }, (_, i) => i === 0 ? values.length : 0);
  const own = (rank === 0 ? values.slice() : values.subarray(0, 0)) as T;
  await processes.allGatherVarying(own, counts, values);
  return values;
}

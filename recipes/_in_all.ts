import { agree, checkSame, type Communicator } from "../mpi/mod.ts";
import { recipeJson } from "./resolve.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import type { RunOptions } from "./run_options.ts";

/** Does what may fail: in several processes it fails in all or in none. */
export async function inAll<T>(processes: Communicator | undefined, work: () => T | Promise<T>): Promise<T> {
  return processes === undefined ? await work() : await agree(processes, work);
}

/** What the first of several processes says, in all of them; a process alone is the first. */
export async function isTrueOfFirst(processes: Communicator | undefined, value: boolean): Promise<boolean> {
  if (processes === undefined) return value;
  const all = new Uint8Array(processes.size);
  await processes.allGather(Uint8Array.of(value ? 1 : 0), all);
  return all[0] === 1;
}

/**
 * Makes sure that several processes are about to do the same, before any of them begins.
 *
 * @throws {RangeError | AgreedError} naming the ranks that differ from rank 0
 */
export async function checkAlike(
  processes: Communicator,
  recipe: ResolvedRecipe,
  { environment, device = "cpu" }: RunOptions,
): Promise<void> {
  const { machine: _, ...versions } = environment;
  await checkSame(processes, "another version of Lathe, its runtime or Deno", JSON.stringify(versions));
  await checkSame(processes, "another recipe", recipeJson(recipe));
  await checkSame(processes, "another device", device);
  await agree(processes, () => {
    if (device === "cpu") return;
    throw new RangeError(
      `Cannot train on ${device} in ${processes.size} processes: they share their work on the CPU only; ` +
        "leave out --device, or start one process",
    );
  });
}

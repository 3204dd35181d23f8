import config from "../deno.json" with { type: "json" };
import { AgreedError, checkSame, Communicator } from "../mpi/mod.ts";
import { NotFiniteError } from "../train/mod.ts";

/** What `mpirun` tells the processes that it starts. */
export interface ProcessesEnvironment {
  /** How many there are. */
  size: number;
  /** How many of them are on this machine. */
  localSize: number;
}

/**
 * Reads what Open MPI's `mpirun` has told this process; one process if it was not started by it.
 *
 * Source: https://www.open-mpi.org/faq/?category=running#mpi-environmental-variables
 *
 * @param read value of a variable
 */
export function processesEnvironment(
  read: (name: string) => string | undefined = (name) => Deno.env.get(name),
): ProcessesEnvironment {
  const count = (name: string): number => Math.max(1, Number(read(name) ?? 1) || 1);
  return { size: count("OMPI_COMM_WORLD_SIZE"), localSize: count("OMPI_COMM_WORLD_LOCAL_SIZE") };
}

/** This process among those that do the same. */
export interface ProcessesHere {
  /** How they talk; undefined if this process is alone. */
  processes?: Communicator;
  /** Whether this one writes and tells. */
  isLeader: boolean;
  /** This process's part of the machine's cores; undefined for all. */
  threads?: number;
}

/**
 * Does something together with the other processes that `mpirun` started, or alone if it did not.
 *
 * What all fail at, the first tells; the others wait until it has. What one alone fails at, that one tells, and its end is
 * the end of all.
 */
export async function together(work: (here: ProcessesHere) => Promise<void>): Promise<void> {
  const { size, localSize } = processesEnvironment();
  if (size === 1) return await work({ isLeader: true });
  const processes = Communicator.join();
  const threads = Math.max(1, Math.floor(navigator.hardwareConcurrency / localSize));
  const here = { processes, isLeader: processes.rank === 0, threads };
  try {
    // First of all, and in the same way in all versions: what one has to say next, another may not know.
    const { deno } = Deno.version;
    await checkSame(processes, "another version of Lathe or Deno", `Lathe ${config.version}, Deno ${deno}`);
    await work(here);
  } catch (error) {
    if (here.isLeader) throw error;
    if (error instanceof AgreedError || error instanceof NotFiniteError) return await untilEnded();
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`rank ${processes.rank}: ${message}`, { cause: error });
  }
  processes.leave();
}

/** Waits until `mpirun` ends this process. */
async function untilEnded(): Promise<void> {
  const wake = setInterval(() => {}, 1000);
  await new Promise((resolve) => Deno.addSignalListener("SIGTERM", () => resolve(undefined)));
  clearInterval(wake);
  Deno.exit(1);
}

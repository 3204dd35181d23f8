/** Starts processes by Open MPI's `mpirun`, where there is one. */
import { existsSync } from "node:fs";

const MPIRUN = "/usr/bin/mpirun";

/** Whether tests with several processes can run. */
export const HAS_MPI: boolean = existsSync(MPIRUN);
if (!HAS_MPI) {
  console.log(`tests with several processes are skipped: there is no ${MPIRUN} (Debian's openmpi-bin)`);
}

/** More processes than cores, as the root that a container often runs as, and idle ones give their core away. */
const ENVIRONMENT = {
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  OMPI_MCA_rmaps_base_oversubscribe: "1",
  OMPI_MCA_mpi_yield_when_idle: "1",
  OMPI_MCA_hwloc_base_binding_policy: "none",
  NO_COLOR: "1",
};

/** Options of {@linkcode mpirun}. */
export interface MpirunOptions {
  /** Current folder. */
  cwd?: string;
  /** More variables. */
  env?: Record<string, string>;
  /** A command that starts `mpirun`, and its arguments before `mpirun`'s. */
  starter?: { command: string; args: readonly string[] };
  /** Hosts and their slots. @default this one */
  hosts?: string;
}

/**
 * The processes of one `mpirun`.
 *
 * @param count How many.
 * @param program The program and its arguments, run by Deno.
 */
export function mpirun(
  count: number,
  program: readonly string[],
  { cwd, env = {}, starter, hosts }: MpirunOptions = {},
): Deno.Command {
  const where = hosts === undefined ? [] : ["--host", hosts];
  // Quiet: else Deno says so on standard error where a process waits for another one at the start.
  const run = [Deno.execPath(), "run", "--quiet", "-A", "--no-check", ...program];
  const command = [...starter === undefined ? [] : [starter.command, ...starter.args], MPIRUN];
  return new Deno.Command(command[0], {
    args: [...command.slice(1), ...where, "-n", `${count}`, ...run],
    env: { ...ENVIRONMENT, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    cwd,
  });
}

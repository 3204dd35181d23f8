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

/**
 * The processes of one `mpirun`.
 *
 * @param count How many.
 * @param program The program and its arguments, run by Deno.
 * @param options `cwd` and more variables.
 */
export function mpirun(
  count: number,
  program: readonly string[],
  { cwd, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Deno.Command {
  return new Deno.Command(MPIRUN, {
    args: ["-n", `${count}`, Deno.execPath(), "run", "-A", "--no-check", ...program],
    env: { ...ENVIRONMENT, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    cwd,
  });
}

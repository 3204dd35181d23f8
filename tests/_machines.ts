/** Starts processes by `mpirun` on several machines, which are network namespaces of this one. */
import { fileURLToPath } from "node:url";
import { HAS_MPI, mpirun } from "./_mpirun.ts";

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const UNSHARE = ["--map-root-user", "--net", "--mount", "--uts", "sh", script("_machines.sh")];

/** Whether there can be such machines; why not is printed. */
export const HAS_MACHINES: boolean = hasMachines();

function hasMachines(): boolean {
  if (!HAS_MPI) return false;
  if (Deno.build.os !== "linux") return false;
  const { success, stderr } = new Deno.Command("sh", {
    args: ["-c", 'exec unshare "$@"', "sh", ...UNSHARE, "1", "/dev/null", "true"],
    stderr: "piped",
  }).outputSync();
  if (!success) {
    const reason = new TextDecoder().decode(stderr).split("\n")[0];
    console.log(`tests with processes in several network namespaces are skipped: ${reason}`);
  }
  return success;
}

/** How processes on several machines ended. */
export interface MachinesOutcome {
  code: number;
  out: string;
  error: string;
  /** Bytes that the machines sent each other, headers included, but not what they print. */
  wireBytes: number;
}

/**
 * Runs a program of Deno in processes on several machines.
 *
 * @param slots How many processes each machine has.
 * @param program The program and its arguments.
 * @param options `cwd` and more variables.
 */
export async function onMachines(
  slots: readonly number[],
  program: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<MachinesOutcome> {
  const hosts = slots.map((count, i) => `10.42.0.${i + 1}:${count}`).join(",");
  const network = "10.42.0.0/24";
  const bytesFile = await Deno.makeTempFile();
  const env = {
    OMPI_MCA_plm_rsh_agent: `sh ${script("_machine_shell.sh")}`,
    OMPI_MCA_oob_tcp_if_include: network,
    OMPI_MCA_btl_tcp_if_include: network,
  };
  const processes = slots.reduce((sum, count) => sum + count, 0);
  try {
    const { code, stdout, stderr } = await mpirun(processes, program, {
      ...options,
      env: { ...env, ...options.env },
      starter: { command: "unshare", args: [...UNSHARE, `${slots.length}`, bytesFile] },
      hosts,
    }).output();
    const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    const wireBytes = sentBytes(await Deno.readTextFile(bytesFile)) - stdout.length - stderr.length;
    return { code, out, error, wireBytes };
  } finally {
    await Deno.remove(bytesFile);
  }
}

/** What all machines together sent into their ports of the bridge. */
function sentBytes(json: string): number {
  const links = JSON.parse(json) as { stats64: { rx: { bytes: number } } }[];
  return links.reduce((sum, { stats64 }) => sum + stats64.rx.bytes, 0);
}

/** The archive for servers, unpacked once, and commands of it on a machine that has nothing else. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../bundle/main.ts";
import type { Outcome } from "../cli/_test_process.ts";

const UNSHARE = "/usr/bin/unshare";
const IP = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"].find(existsSync);

/** Whether commands can be run without a network; why not is printed. */
export const CAN_ISOLATE: boolean = canIsolate();

function canIsolate(): boolean {
  const isLinux = Deno.build.target === "x86_64-unknown-linux-gnu";
  const reason = !isLinux
    ? "this is not Linux x64"
    : IP === undefined || !existsSync(UNSHARE)
    ? "unshare or ip is missing"
    : new Deno.Command(UNSHARE, { args: ["-rn", "true"], stderr: "null" }).outputSync().success
    ? undefined
    : "this user may make no network namespace";
  if (reason !== undefined) console.log(`tests of the bundle are skipped: ${reason}`);
  return reason === undefined;
}

/** An unpacked archive. */
export interface Unpacked {
  /** Bytes of the archive. */
  archiveBytes: number;
  /** The folder that it unpacked to. */
  folder: string;
  /** An empty folder to work in. */
  work: string;
  /** The home folder of every command, empty at first. */
  home: string;
}

/** Makes the archive, unpacks it, runs a test with it, and removes all. */
export async function withBundle(use: (unpacked: Unpacked) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    const archive = join(root, "lathe.tar.gz");
    await bundle(archive);
    const archiveBytes = (await Deno.stat(archive)).size;
    const [home, work, place] = ["home", "work", "a place"].map((name) => join(root, name));
    for (const each of [home, work, place]) await Deno.mkdir(each);
    await new Deno.Command("tar", { args: ["-xzf", archive, "-C", place] }).output();
    await Deno.remove(archive);
    await use({ archiveBytes, folder: join(place, "lathe-linux-x64"), work, home });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/**
 * Runs a shell script in a network namespace of its own, where only loopback is up, with no programs on the PATH and no
 * environment but HOME. `$LATHE` is the launcher.
 */
export async function isolated({ folder, work, home }: Unpacked, script: string): Promise<Outcome> {
  const args = ["-rn", "/bin/sh", "-c", `${IP} link set lo up; exec /usr/bin/env -i "$@"`, "sh"];
  const variables = [`HOME=${home}`, "PATH=/nonexistent", `LATHE=${join(folder, "lathe")}`, "NO_COLOR=1"];
  const { code, stdout, stderr } = await new Deno.Command(UNSHARE, {
    args: [...args, ...variables, "/bin/sh", "-c", script],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    cwd: work,
  }).output();
  return { code, out: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
}

/** Paths, sizes and times of everything in a folder. */
export function listing(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    const { size, mtime } = Deno.lstatSync(path);
    return [`${path} ${size} ${mtime?.getTime()}`, ...(isDirectory ? listing(path) : [])];
  }).sort();
}

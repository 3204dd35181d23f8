import { fileURLToPath } from "node:url";

/** The command line's entry. */
export const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** Cache folder of the processes that tests start: the user's stays as it is, this one goes with the tests. */
export const TEST_CACHE = Deno.makeTempDirSync({ prefix: "lathe-cache-" });
globalThis.addEventListener("unload", () => Deno.removeSync(TEST_CACHE, { recursive: true }));

/** How a process ended and what it wrote. */
export interface Outcome {
  /** Exit status. */
  code: number;
  /** Standard output. */
  out: string;
  /** Standard error. */
  error: string;
}

/**
 * Runs the command line in a process of its own. Each run costs a good tenth of a second, so only what needs
 * a
 * process is tested this way.
 *
 * @param argv The command's name and what follows it.
 * @param options `input`: what standard input holds; `cwd`: the current folder; `env`: more variables.
 * @returns How it ended.
 */
export async function lathe(
  argv: readonly string[],
  { input = "", cwd, env = {} }: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  const child = new Deno.Command(Deno.execPath(), {
    // Quiet: else Deno says so on standard error where it waits for another process at the start.
    args: ["run", "--quiet", "-A", "--no-check", MAIN, ...argv],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { LATHE_DEBUG: "", NO_COLOR: "1", LATHE_CACHE: TEST_CACHE, ...env },
    cwd,
  }).spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {}); // a command may end without reading
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await output;
  return { code, out: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
}

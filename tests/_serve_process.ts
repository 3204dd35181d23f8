import assert from "node:assert/strict";
import { MAIN } from "../cli/_test_process.ts";

/** `serve` as a process. */
export interface ServeProcess {
  /** Where it listens. */
  url: string;
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  /** Waits until standard error holds this. */
  says(what: RegExp): Promise<void>;
  /** How it ended, and all that it said. */
  ended: Promise<{ code: number; error: string }>;
}

/**
 * For tests: starts `serve` on a free port and waits until it listens.
 *
 * @param argv what stands after its name
 * @param env variables besides those that are there
 */
export async function startServe(
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<ServeProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", MAIN, "serve", ...argv, "--port", "0"],
    stderr: "piped",
    stdout: "null",
    env: { NO_COLOR: "1", LATHE_DEBUG: "", ...env },
  }).spawn();
  let error = "";
  let isOver = false;
  const reading = (async (): Promise<void> => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) error += text;
    isOver = true;
  })();
  const says = async (what: RegExp): Promise<void> => {
    while (!what.test(error)) {
      assert.ok(!isOver, `the server ended without ${what}: ${error}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await says(/on http:.*\n/);
  const ended = Promise.all([child.status, reading]).then(([{ code }]) => ({ code, error }));
  return { url: /on (http:[^\s,]+)/.exec(error)![1], kill: (signal) => child.kill(signal), says, ended };
}

import { type Spread, spread } from "../eval/mod.ts";
import { ownProgram } from "./_own_program.ts";

/** Processes that are started; a median is taken over them. */
const STARTS = 5;

/**
 * How long a process of its own takes to encode one text: start, loading of program and model, first vector.
 *
 * @param folder The model's folder.
 * @returns Milliseconds; null if the process fails.
 */
export async function startMilliseconds(folder: string): Promise<Spread | null> {
  const { executable, first } = ownProgram();
  const times: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const before = performance.now();
    const child = new Deno.Command(executable, {
      args: [...first, "encode", folder],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("How long does it take to start?\n")).catch(() => {});
    await writer.close().catch(() => {});
    const { success } = await child.status;
    if (!success) return null;
    times.push(performance.now() - before);
  }
  return spread(times);
}

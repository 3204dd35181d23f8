import { ownProgram } from "./_own_program.ts";
import { JOB_VARIABLE, type SweepJob, type SweepJobEvent } from "./_sweep_job.ts";

/** How a job ended. */
export type JobOutcome =
  | { outcome: "done" | "interrupted" }
  | { outcome: "failed" | "unrankable"; message: string };

/** Options of {@linkcode runJob}. */
export interface RunJobOptions {
  /** Ends the run with a checkpoint. */
  signal: AbortSignal;
  /** Hears what the run does. */
  onEvent: (event: SweepJobEvent) => void;
}

/** Letters of a line of standard error that go into a sentence. */
const LONGEST_REASON = 200;

/**
 * Carries out a job in a process of its own, which ends when this one does.
 *
 * @param job The job.
 * @param options {@linkcode RunJobOptions}
 */
export async function runJob(job: SweepJob, { signal, onEvent }: RunJobOptions): Promise<JobOutcome> {
  if (signal.aborted) return { outcome: "interrupted" };
  const { executable, first } = ownProgram();
  const child = new Deno.Command(executable, {
    args: [...first, "sweep"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { [JOB_VARIABLE]: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  const stop = (): void => void writer.close().catch(() => {}); // it may have ended by itself
  signal.addEventListener("abort", stop);
  try {
    const errors = new Response(child.stderr).text();
    await writer.write(new TextEncoder().encode(JSON.stringify(job) + "\n")).catch(() => {});
    let end: JobOutcome | undefined;
    for await (const event of eventsOf(child.stdout)) {
      if (event.kind === "end") end = event;
      else onEvent(event);
    }
    const status = await child.status;
    if (end !== undefined) return end;
    return signal.aborted
      ? { outcome: "interrupted" }
      : { outcome: "failed", message: whyEnded(status, await errors) };
  } finally {
    signal.removeEventListener("abort", stop);
    if (!signal.aborted) stop();
  }
}

async function* eventsOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<SweepJobEvent> {
  let text = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop()!;
    for (const line of lines) {
      // Libraries may write there, too.
      if (line.startsWith('{"kind":')) yield JSON.parse(line);
    }
  }
}

function whyEnded({ code, signal }: Deno.CommandStatus, errors: string): string {
  const by = signal === null ? `with status ${code}` : `by ${signal}`;
  const line = errors.split("\n").find((each) => /[a-z]/i.test(each))?.trim().slice(0, LONGEST_REASON);
  const reason = line === undefined ? "" : ` (${line})`;
  return `Cannot finish the run: its process ended ${by}${reason}; see that there is memory enough, and give --retry`;
}

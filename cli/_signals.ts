import { printError } from "./_output.ts";

/** What ends a process from outside and can be heard. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

/**
 * Runs something that SIGINT or SIGTERM ends at once, with status 1, but not before it is taken back.
 *
 * @param work what is run
 * @param takeBack removes what is half done
 */
export async function endedBySignal<T>(work: () => Promise<T>, takeBack: () => void): Promise<T> {
  const onSignal = (): void => {
    takeBack();
    printError("Stopped: the command was interrupted and left no file; start it again\n");
    Deno.exit(1);
  };
  for (const name of SIGNALS) Deno.addSignalListener(name, onSignal);
  try {
    return await work();
  } finally {
    for (const name of SIGNALS) Deno.removeSignalListener(name, onSignal);
  }
}

/**
 * Runs something that can be ended by Ctrl-C (SIGINT) or SIGTERM: the first signal asks it to end, a second one ends
 * the process at once.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) Deno.exit(1);
    controller.abort(new Error("Stopped before training began: the run was interrupted; start it again"));
  };
  for (const name of SIGNALS) Deno.addSignalListener(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) Deno.removeSignalListener(name, onSignal);
  }
}

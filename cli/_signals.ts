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

/** Milliseconds in which several signals are one: `deno task` hands on what the whole group of processes was sent. */
const SAME_SIGNAL = 500;

/**
 * Runs something that can be ended by Ctrl-C (SIGINT) or SIGTERM: the first signal asks it to end, a second one ends
 * the process at once.
 *
 * @param work what is run
 * @param message what is said if it ends before it is done
 */
export async function untilInterrupted<T>(
  work: (signal: AbortSignal) => Promise<T>,
  message: string = "Stopped before training began: the run was interrupted; start it again",
): Promise<T> {
  const controller = new AbortController();
  let first: number | undefined;
  const onSignal = (): void => {
    first ??= performance.now();
    if (controller.signal.aborted) {
      if (performance.now() - first > SAME_SIGNAL) Deno.exit(1);
      return;
    }
    controller.abort(new Error(message));
  };
  for (const name of SIGNALS) Deno.addSignalListener(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of SIGNALS) Deno.removeSignalListener(name, onSignal);
  }
}

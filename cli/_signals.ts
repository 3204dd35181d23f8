/**
 * Runs something that can be ended by Ctrl-C (SIGINT) or SIGTERM: the first signal asks it to end, a second one ends
 * the process at once.
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const onSignal = (): void => {
    if (controller.signal.aborted) Deno.exit(1);
    controller.abort(new Error("Stopped before training began: the run was interrupted; start it again"));
  };
  for (const name of names) Deno.addSignalListener(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of names) Deno.removeSignalListener(name, onSignal);
  }
}

import type { StaticModel } from "../model/mod.ts";
import type { HttpServer, Service } from "../serve/mod.ts";
import { printError } from "./_output.ts";

/** What ends the server; on Windows only Ctrl-C can be heard. */
const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

/** What makes the server load the model anew. */
const RELOAD_SIGNAL: Deno.Signal | undefined = Deno.build.os === "windows" ? undefined : "SIGHUP";

/** Options of {@linkcode untilStopped}. */
export interface UntilStoppedOptions {
  /** Loads the model anew. */
  load: () => Promise<StaticModel>;
  /** Milliseconds that requests may take to end. */
  grace: number;
}

/**
 * Keeps a server up until SIGINT or SIGTERM: it takes no more requests then and ends with the last one, or when the
 * grace is over; a second signal ends the process at once. SIGHUP loads the model anew; if that fails the old one stays.
 *
 * @throws {RangeError} If requests had to be cut off.
 */
export async function untilStopped(
  server: HttpServer,
  service: Service,
  { load, grace }: UntilStoppedOptions,
): Promise<void> {
  const reload = reloader(service, load);
  if (RELOAD_SIGNAL !== undefined) Deno.addSignalListener(RELOAD_SIGNAL, reload);
  try {
    const signal = await firstSignal();
    const waiting = server.inFlight === 0
      ? ""
      : `: ${server.inFlight} requests may take ${grace / 1000} s to end`;
    printError(`Stopping after ${signal}${waiting}\n`);
    const cut = await server.close(grace);
    if (cut > 0) {
      throw new RangeError(`Cannot finish ${cut} requests within ${grace / 1000} s; give a longer --grace`);
    }
  } finally {
    if (RELOAD_SIGNAL !== undefined) Deno.removeSignalListener(RELOAD_SIGNAL, reload);
    service.model.close();
  }
}

/** The first signal; the next ends the process. */
function firstSignal(): Promise<Deno.Signal> {
  return new Promise((resolve) => {
    let isFirst = true;
    for (const name of STOP_SIGNALS) {
      Deno.addSignalListener(name, () => {
        if (!isFirst) Deno.exit(1);
        isFirst = false;
        resolve(name);
      });
    }
  });
}

/** Loads the model anew, one attempt after the other. */
function reloader({ model, metrics }: Service, load: () => Promise<StaticModel>): () => void {
  let last: Promise<void> = Promise.resolve();
  const attempt = async (): Promise<void> => {
    try {
      const fresh = await load();
      model.replace(fresh);
      metrics.countReload("done");
      printError(`Loaded the model anew (${fresh.vocabSize} tokens, ${fresh.dim} dimensions)\n`);
    } catch (error) {
      metrics.countReload("refused");
      printError(`${(error as Error).message}\nThe model that is served stays\n`);
    }
  };
  return () => {
    last = last.then(attempt);
  };
}

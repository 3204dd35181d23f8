/**
 * The command line as one of several processes. By rank, as JSON: arguments, a current folder or a version of its own
 * (`LATHE_TEST_ARGUMENTS`, `LATHE_TEST_FOLDERS`, `LATHE_TEST_VERSIONS`). One can be sent a signal once a file is there
 * (`LATHE_TEST_SIGNAL`: rank, path and signal), and all write down with which status they end, if they are left the time
 * (`LATHE_TEST_STATUSES`: a folder).
 */
import { existsSync } from "node:fs";
import { main } from "../cli/main.ts";
import config from "../deno.json" with { type: "json" };

const rank = Deno.env.get("OMPI_COMM_WORLD_RANK")!;
const own = argumentsOf<string[]>("ARGUMENTS")[rank] ?? [];
const folder = argumentsOf<string>("FOLDERS")[rank];
const version = argumentsOf<string>("VERSIONS")[rank];
const sent = JSON.parse(Deno.env.get("LATHE_TEST_SIGNAL") ?? "{}") as {
  rank?: number;
  path: string;
  signal: Deno.Signal;
};
const statuses = Deno.env.get("LATHE_TEST_STATUSES");
if (folder !== undefined) Deno.chdir(folder);
if (version !== undefined) config.version = version; // the object that all importers share
if (String(sent.rank) === rank) {
  const timer = setInterval(() => {
    if (!existsSync(sent.path)) return;
    clearInterval(timer);
    Deno.kill(Deno.pid, sent.signal);
  }, 1);
}
if (statuses !== undefined) {
  globalThis.addEventListener(
    "unload",
    () => Deno.writeTextFileSync(`${statuses}/${rank}`, `${Deno.exitCode}`),
  );
}
Deno.exit(await main([...Deno.args, ...own]));

/** What each rank is given for itself. */
function argumentsOf<T>(name: string): Record<string, T> {
  return JSON.parse(Deno.env.get(`LATHE_TEST_${name}`) ?? "{}");
}

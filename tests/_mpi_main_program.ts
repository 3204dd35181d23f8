/**
 * The command line as one of several processes, which may be given arguments or a current folder of its own
 * (`LATHE_TEST_ARGUMENTS`, `LATHE_TEST_FOLDERS`: by rank, as JSON), or be sent a
 * signal once a file is there (`LATHE_TEST_SIGNAL`: rank, path and signal, as JSON).
 */
import { existsSync } from "node:fs";
import { main } from "../cli/main.ts";

const rank = Number(Deno.env.get("OMPI_COMM_WORLD_RANK"));
const own: Record<string, string[]> = JSON.parse(Deno.env.get("LATHE_TEST_ARGUMENTS") ?? "{}");
const folders: Record<string, string> = JSON.parse(Deno.env.get("LATHE_TEST_FOLDERS") ?? "{}");
const sent: { rank?: number; path: string; signal: Deno.Signal } = JSON.parse(
  Deno.env.get("LATHE_TEST_SIGNAL") ?? "{}",
);
if (folders[rank] !== undefined) Deno.chdir(folders[rank]);
if (sent.rank === rank) {
  const timer = setInterval(() => {
    if (!existsSync(sent.path)) return;
    clearInterval(timer);
    Deno.kill(Deno.pid, sent.signal);
  }, 1);
}
Deno.exit(await main([...Deno.args, ...own[rank] ?? []]));

/**
 * The command line: `train`, `eval`, `encode`, `recipe`, `doctor`.
 *
 * Exit status 0 done, 1 failed, 2 wrong usage. Errors are one sentence on standard error; with
 * `LATHE_DEBUG=1` the
 * stack follows.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { parseArguments, UsageError } from "./_args.ts";
import { COMMANDS } from "./_commands.ts";
import { commandHelp, overview } from "./_help.ts";
import { print, printError } from "./_output.ts";
import { suggest } from "./_suggest.ts";

/**
 * Runs one command line.
 *
 * @param argv The command's name and what follows it.
 * @returns The exit status.
 */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await dispatch(argv);
    return 0;
  } catch (error) {
    return report(error);
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<void> {
  if (name === "--version" || name === "-V") return print(`lathe ${config.version}\n`);
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return await help(rest[0]);
  const command = await find(name);
  const args = await parseArguments(command, rest);
  if (args === undefined) return print(commandHelp(command));
  await command.run(args);
}

async function help(name: string | undefined): Promise<void> {
  if (name !== undefined) return print(commandHelp(await find(name)));
  print(overview(await Promise.all(Object.values(COMMANDS).map((load) => load()))));
}

async function find(name: string): ReturnType<typeof COMMANDS[string]> {
  if (Object.hasOwn(COMMANDS, name)) return await COMMANDS[name]();
  const cure = await suggest(name, [...Object.keys(COMMANDS), "help"]);
  throw new UsageError(`Cannot run ${name}: there is no such command; ${cure}`);
}

/** A reader that went away, as `head` does, wants no message. */
function report(error: unknown): number {
  if (error instanceof Deno.errors.BrokenPipe) return 0;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const detail = Deno.env.get("LATHE_DEBUG") === "1" ? `${stack}\n` : "";
  printError(`${message.replaceAll("\n", " ")}\n${detail}`);
  return error instanceof UsageError ? 2 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

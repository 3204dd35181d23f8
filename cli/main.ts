/**
 * The command line: one file a command, in `_commands.ts` by name.
 *
 * Exit status 0 done, 1 failed, 2 wrong usage. Errors are one sentence on standard error; with `LATHE_DEBUG=1` the stack
 * follows.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { parseArguments, UsageError } from "./_args.ts";
import { asCalled } from "./_as_called.ts";
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
  if (args === undefined) return print(asCalled(commandHelp(command)));
  await command.run(args);
}

async function help(name: string | undefined): Promise<void> {
  if (name !== undefined) return print(asCalled(commandHelp(await find(name))));
  print(asCalled(overview(await Promise.all(Object.values(COMMANDS).map((load) => load())))));
}

async function find(name: string): ReturnType<typeof COMMANDS[string]> {
  if (Object.hasOwn(COMMANDS, name)) return await COMMANDS[name]();
  const cure = await suggest(name, [...Object.keys(COMMANDS), "help"]);
  throw new UsageError(`Cannot run ${name}: there is no such command; ${cure}`);
}

/** What the operating system says is half a sentence; it names no cure. */
function sentenceOf(error: unknown, message: string): string {
  const fromSystem = typeof (error as { code?: unknown })?.code === "string";
  if (!fromSystem || message.startsWith("Cannot ")) return message;
  return `Cannot go on: ${message}; check that file or folder`;
}

/** A reader that went away, as `head` does, wants no message. */
function report(error: unknown): number {
  if (error instanceof Deno.errors.BrokenPipe) return 0;
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const detail = Deno.env.get("LATHE_DEBUG") === "1" ? `${stack}\n` : "";
  try {
    printError(`${sentenceOf(error, message).replaceAll("\n", " ")}\n${detail}`);
  } catch {
    // Standard error is closed or full: only the status is left to tell.
  }
  return error instanceof UsageError ? 2 : 1;
}

/** `deno task` starts in the project's folder: relative paths mean the folder that it was called from. */
function returnToCaller(): void {
  const caller = Deno.env.get("INIT_CWD");
  const project = fileURLToPath(new URL("../", import.meta.url));
  if (caller !== undefined && resolve(Deno.cwd()) === resolve(project)) Deno.chdir(caller);
}

if (import.meta.main) {
  returnToCaller();
  Deno.exit(await main(Deno.args));
}

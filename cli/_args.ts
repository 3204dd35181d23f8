import { parseArgs } from "node:util";
import { suggest } from "./_suggest.ts";
import type { Arguments, Command, Option, Options } from "./_command.ts";

/** A wrong command line: exit status 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** What one token of a command line is, as `parseArgs` tells it. */
interface Token {
  kind: string;
  name?: string;
  rawName?: string;
  value?: string;
  inlineValue?: boolean;
}

/** Every command has it; {@linkcode parseArguments} answers with undefined. */
export const HELP: Option = { type: "boolean", short: "h", description: "Show this help" };

/**
 * Reads a command line by a command's declaration.
 *
 * @param command The declaration.
 * @param argv What stands after the command's name.
 * @returns Options and positionals, or undefined if help is asked for.
 * @throws {UsageError} If an option is unknown, lacks its value, or a positional is missing, empty or one too many.
 */
export async function parseArguments<O extends Options>(
  command: Command<O>,
  argv: readonly string[],
): Promise<Arguments<O> | undefined> {
  const known: Options = { ...command.options, help: HELP };
  const declared = Object.fromEntries(
    Object.entries(known).map(([name, { type, short, multiple }]) => {
      return [name, { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) }];
    }),
  );
  // Not strict: its messages do not tell the nearest name, so the tokens are checked here.
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: declared,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return undefined;
  for (const token of tokens as Token[]) await assertToken(token, known, command.name);
  assertPositionals(command, positionals);
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [name, valueOf(values[name], option)]),
  );
  return { options, positionals } as Arguments<O>;
}

function valueOf(value: unknown, { type, multiple, default: preset }: Option): unknown {
  if (type === "boolean") return value ?? false;
  return value ?? (multiple ? [] : preset);
}

async function assertToken(token: Token, known: Options, command: string): Promise<void> {
  if (token.kind !== "option") return;
  const { name = "", rawName = "", value, inlineValue } = token;
  if (!Object.hasOwn(known, name)) {
    const cure = await suggest(`--${name}`, Object.keys(known).map((each) => `--${each}`));
    throw new UsageError(`Cannot run ${command}: ${rawName} is not an option; ${cure}`);
  }
  const { type, placeholder = "VALUE" } = known[name];
  if (type === "boolean" && value !== undefined) {
    throw new UsageError(`Cannot run ${command}: ${rawName} takes no value; write ${rawName} alone`);
  }
  if (type === "boolean") return;
  if (!rawName.startsWith("--") && inlineValue && value?.startsWith("=")) {
    throw new UsageError(
      `Cannot run ${command}: ${rawName}${value} would take the = as well; write --${name}${value}`,
    );
  }
  if (value === undefined || value === "" || (value.startsWith("-") && value.length > 1 && !inlineValue)) {
    throw new UsageError(
      `Cannot run ${command}: ${rawName} lacks its value; write --${name}=${placeholder}`,
    );
  }
}

function assertPositionals<O extends Options>(command: Command<O>, given: readonly string[]): void {
  const missing = command.positionals.find(({ required }, index) => required && given[index] === undefined);
  if (missing !== undefined) {
    throw new UsageError(`Cannot run ${command.name}: ${missing.name} is missing; ${missing.description}`);
  }
  const last = command.positionals.at(-1);
  const empty = given.includes("") ? command.positionals[given.indexOf("")] ?? last : undefined;
  if (empty !== undefined) {
    throw new UsageError(`Cannot run ${command.name}: ${empty.name} is empty; ${empty.description}`);
  }
  if (given.length > command.positionals.length && last?.repeats !== true) {
    const extra = given[command.positionals.length];
    throw new UsageError(
      `Cannot run ${command.name}: ${extra} is one argument too many; see ${command.name} --help`,
    );
  }
}

/**
 * Reads an option's value as a list of whole numbers of at least 1: `256` or `32,64,128`.
 *
 * @param text The value as given.
 * @param option The option's name, for the message.
 * @returns The numbers, in the order given.
 * @throws {UsageError} If one is no such number.
 */
export function parseSizes(text: string, option: string): number[] {
  return text.split(",").map((part) => {
    const size = Number(part);
    if (Number.isInteger(size) && size >= 1) return size;
    throw new UsageError(
      `Cannot read --${option} ${text}: ${JSON.stringify(part)} is no whole number from 1; write 256`,
    );
  });
}

import { HELP } from "./_args.ts";
import type { Command, Option, Options } from "./_command.ts";

/**
 * The help page of one command: what it does, examples, options.
 *
 * @param command The declaration.
 * @returns Plain text with a final newline.
 */
export function commandHelp<O extends Options>(command: Command<O>): string {
  const places = command.positionals.map(({ name, required, repeats }) => {
    const written = repeats ? `${name}...` : name;
    return required ? written : `[${written}]`;
  });
  const options = Object.entries<Option>({ ...command.options, help: HELP });
  return [
    `${["deno task", command.name, ...places, "[options]"].join(" ")}`,
    "",
    command.summary,
    "",
    "Examples",
    ...command.examples.flatMap((example) => [`  ${example.command}`, `      ${example.does}`]),
    ...(places.length === 0 ? [] : ["", "Arguments"]),
    ...table(command.positionals.map(({ name, description }) => [name, description])),
    "",
    "Options",
    ...table(options.map(([name, option]) => [optionName(name, option), optionText(option)])),
    "",
  ].join("\n");
}

/**
 * The page that lists all commands.
 *
 * @param commands The declarations.
 * @returns Plain text with a final newline.
 */
export function overview(commands: readonly Command[]): string {
  return [
    "Lathe trains, evaluates and ships static embedding models.",
    "",
    "Commands",
    ...table(commands.map(({ name, summary }) => [name, summary])),
    "",
    "Examples",
    "  deno task train",
    "      Train on the type declarations of the project's own packages, in under two minutes",
    "  deno task COMMAND --help",
    "      Show a command's examples and options",
    "",
  ].join("\n");
}

/** How an option is written: `-o, --output FILE`. */
function optionName(name: string, { type, short, placeholder = "VALUE" }: Option): string {
  const long = type === "boolean" ? `--${name}` : `--${name} ${placeholder}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

function optionText({ description, default: preset, multiple }: Option): string {
  const notes = [multiple ? "repeatable" : "", preset === undefined ? "" : `default ${preset}`];
  const note = notes.filter((each) => each !== "").join(", ");
  return note === "" ? description : `${description} (${note})`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

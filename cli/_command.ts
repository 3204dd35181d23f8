/** One option of a command. */
export interface Option {
  /** Whether it takes a value. */
  type: "string" | "boolean";
  /** Its one-letter form. */
  short?: string;
  /** Whether it may be given several times. */
  multiple?: boolean;
  /** What stands for the value in the help text. */
  placeholder?: string;
  /** What it does, in one line. */
  description: string;
  /** Its value if it is not given. */
  default?: string;
}

/** Options by their long names. */
export type Options = Record<string, Option>;

/** What the options of a command line come to. */
export type OptionValues<O extends Options> = {
  [K in keyof O]: O[K]["type"] extends "boolean" ? boolean
    : O[K] extends { multiple: true } ? string[]
    : O[K] extends { default: string } ? string
    : string | undefined;
};

/** A parsed command line. */
export interface Arguments<O extends Options = Options> {
  /** The options' values. */
  options: OptionValues<O>;
  /** What is not an option, in order. */
  positionals: string[];
}

/** What stands on a command line and is not an option. */
export interface Positional {
  /** What it is called in the help text. */
  name: string;
  /** Whether it must be there. */
  required: boolean;
  /** Whether more of them may follow; only the last one. */
  repeats?: boolean;
  /** What it is, in one line. */
  description: string;
}

/** A command: everything that its help page, its parsing and its documentation need. */
export interface Command<O extends Options = Options> {
  /** Its name on the command line. */
  name: string;
  /** What it does, in one line. */
  summary: string;
  /** What is not an option, in order. */
  positionals: Positional[];
  /** Its options. */
  options: O;
  /** Command lines that work, and what each does. */
  examples: { command: string; does: string }[];
  /** Runs it; failure is an exception. */
  run(args: Arguments<O>): Promise<void>;
}

/**
 * Types a command while it is written.
 *
 * @param command The declaration.
 * @returns The same record, as {@linkcode runCommand} takes it.
 */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}

import { UsageError } from "./_args.ts";

/**
 * An option's value that must be one of a few words.
 *
 * @throws {UsageError} if it is none of them
 */
export function oneOf<T extends string>(text: string, choices: readonly T[], option: string): T {
  const choice = choices.find((each) => each === text);
  if (choice !== undefined) return choice;
  throw new UsageError(
    `Cannot read --${option} ${text}: it is not known; write one of ${choices.join(", ")}`,
  );
}

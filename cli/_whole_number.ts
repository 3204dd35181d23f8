import { UsageError } from "./_args.ts";

/**
 * An option's value that must be a whole number, in digits.
 *
 * @param text The value as given.
 * @param option The option's name, for the message.
 * @param bounds `least`: the smallest number that is allowed; `example`: one that the message writes.
 * @throws {UsageError} If it is no such number.
 */
export function wholeNumber(
  text: string,
  option: string,
  { least, example }: { least: number; example: number },
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(
    `Cannot read --${option} ${text}: it is no whole number from ${least}; write --${option} ${example}`,
  );
}

/** Where and how a text stops being JSON. */
export interface JsonFault {
  /** What is wrong there. */
  what: string;
  /** Line, from 1. */
  line: number;
  /** Column in UTF-16 units, from 1. */
  column: number;
}

/**
 * Finds the first character of a text that is not JSON. V8 tells its position in most messages; in
 * "Unexpected
 * token" it does not, but there no shorter prefix gives that message, so bisection finds it.
 *
 * @param text The text that JSON.parse refused.
 * @param error What JSON.parse threw.
 * @returns Place and kind of the fault.
 */
export function jsonFault(text: string, error: SyntaxError): JsonFault {
  const told = /at position (\d+)/.exec(error.message);
  const position = told ? Number(told[1]) : hasUnexpectedToken(text) ? firstUnexpected(text) : text.length;
  const before = text.slice(0, position).split("\n");
  const what = position < text.length
    ? `${JSON.stringify(text[position])} is unexpected`
    : "the text ends too early";
  return { what, line: before.length, column: before[before.length - 1].length + 1 };
}

function firstUnexpected(text: string): number {
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (hasUnexpectedToken(text.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return bad - 1;
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return (error as SyntaxError).message.startsWith("Unexpected token");
  }
}

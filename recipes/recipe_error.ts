import type { v } from "./_valibot.ts";

/**
 * Turns what a schema refused into one sentence.
 *
 * @param label The recipe's file or name.
 * @param issues What was refused, at least one.
 * @param what What kind of file it is.
 * @returns `Cannot read recipe LABEL: PATH is ...; it must be ...`: a RangeError if the value is of the
 *   right type,
 *   else a TypeError.
 */
export function recipeError(
  label: string,
  issues: readonly v.BaseIssue<unknown>[],
  what: "recipe" | "suite" = "recipe",
): Error {
  const flat = issues.map(innermost);
  const first = flat.find(isUnknownKey) ?? flat[0];
  const more = flat.length > 1 ? ` (and ${flat.length - 1} more)` : "";
  const message = `Cannot read ${what} ${label}: ${subject(first, what)} ${first.message}${more}`;
  return first.kind === "validation" ? new RangeError(message) : new TypeError(message);
}

/** Of a union's alternatives, the one that was refused inside, and not as a whole, says the most. */
function innermost(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
  const inside = issue.issues?.filter((each) => each.path !== undefined || each.kind === "validation") ?? [];
  const chosen = inside.find(isUnknownKey) ?? inside[0];
  if (chosen === undefined) return issue;
  return innermost(
    { ...chosen, path: [...(issue.path ?? []), ...(chosen.path ?? [])] } as v.BaseIssue<unknown>,
  );
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === "strict_object" && issue.expected === "never";
}

function subject(issue: v.BaseIssue<unknown>, what: string): string {
  const path = issue.path?.map((item) => String(item.key)).join(".") ?? "";
  return path === "" ? `the ${what}` : path;
}

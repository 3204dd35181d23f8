import { closest, distance } from "fastest-levenshtein";

/**
 * The known name that a mistyped one most likely meant.
 *
 * @param name What was written.
 * @param known The names there are.
 * @returns The nearest by edit distance, ignoring case; undefined if more than half of the letters differ.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const folded = name.toLowerCase();
  const foldedNames = known.map((each) => each.toLowerCase());
  const best = closest(folded, foldedNames);
  if (distance(folded, best) > Math.ceil(Math.max(folded.length, best.length) / 2)) return undefined;
  return known[foldedNames.indexOf(best)];
}

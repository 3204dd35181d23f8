/**
 * The cure for a mistyped name.
 *
 * @param name What was written.
 * @param known The names there are.
 * @returns `did you mean NAME?`, or the names to choose from where none is near.
 */
export async function suggest(name: string, known: readonly string[]): Promise<string> {
  // Loaded only where a name is wrong: a command that needs no recipe must not wait for what recipes need.
  const { nearest } = await import("../recipes/mod.ts");
  const meant = nearest(name, known);
  return meant === undefined ? `choose one of ${known.join(", ")}` : `did you mean ${meant}?`;
}

/**
 * Checks that a recipe that is code can be run here.
 *
 * @param path the recipe's file
 * @param isCompiled whether this is a program made by `deno compile`, which has no compiler for TypeScript
 * @throws {TypeError} if it cannot
 */
export function assertRunnableSource(path: string, isCompiled: boolean): void {
  if (!isCompiled || !/\.[cm]?ts$/i.test(path)) return;
  throw new TypeError(
    `Cannot read recipe ${path}: a compiled program cannot run TypeScript; ` +
      "give the JSON that the recipe command prints where Lathe runs from its sources or from the archive",
  );
}

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { jsonFault } from "./_json_fault.ts";
import { applyOverrides } from "./overrides.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import { resolveRecipe } from "./resolve.ts";
import { nearest } from "./nearest.ts";
import { assertRunnableSource } from "./_runnable_source.ts";
import { SHIPPED_RECIPES } from "./shipped.ts";

/**
 * Loads, overrides, checks and resolves a recipe. Relative paths inside a recipe start at the current
 * folder, not
 * at the recipe's, so that one recipe serves many projects.
 *
 * @param path A `.ts`, `.js` or `.json` file, or the name of a shipped recipe (`quickstart`).
 * @param overrides `PATH=VALUE` each, as {@linkcode applyOverrides} reads them.
 * @returns The recipe with every default filled in.
 * @throws {SyntaxError} If the file cannot be parsed.
 * @throws {TypeError | RangeError} If there is no such file, it holds no recipe, or the recipe is refused.
 */
export async function loadRecipe(path: string, overrides: readonly string[] = []): Promise<ResolvedRecipe> {
  const input = await readInput(path);
  if (overrides.length === 0) return resolveRecipe(input, path);
  return resolveRecipe(applyOverrides(input, overrides, resolvedOrNothing(input)), path);
}

/**
 * Loads a recipe once and makes variants of it, each checked and resolved by itself.
 *
 * @param path As {@linkcode loadRecipe} takes it.
 * @param options `set`: overrides of all; `variants`: those of each.
 * @returns One recipe a variant.
 * @throws {SyntaxError} If the file cannot be parsed.
 * @throws {TypeError | RangeError} If a variant is refused; the message names its overrides.
 */
export async function loadVariants(
  path: string,
  { set, variants }: { set: readonly string[]; variants: readonly (readonly string[])[] },
): Promise<ResolvedRecipe[]> {
  const input = await readInput(path);
  const start = applyOverrides(input, set, resolvedOrNothing(input));
  const defaults = resolvedOrNothing(start);
  return variants.map((overrides) => {
    const label = overrides.length === 0 ? path : `${path} with ${overrides.join(" ")}`;
    return resolveRecipe(applyOverrides(start, overrides, defaults), label);
  });
}

/** An override may be what makes a recipe valid, so a recipe that is not lends no defaults. */
function resolvedOrNothing(input: unknown): ResolvedRecipe | undefined {
  try {
    return resolveRecipe(input);
  } catch {
    return undefined;
  }
}

async function readInput(path: string): Promise<unknown> {
  if (Object.hasOwn(SHIPPED_RECIPES, path)) return await SHIPPED_RECIPES[path]();
  await assertFile(path);
  if (/\.json$/i.test(path)) return await readJson(path);
  if (/\.[cm]?[jt]s$/i.test(path)) {
    assertRunnableSource(path, Deno.build.standalone);
    return await importDefault(path);
  }
  throw new TypeError(`Cannot read recipe ${path}: it is no .ts, .js or .json file; rename it`);
}

async function assertFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return;
  const names = Object.keys(SHIPPED_RECIPES);
  const meant = nearest(path, names);
  const cure = meant === undefined ? `name a file, or one of ${names.join(", ")}` : `did you mean ${meant}?`;
  const what = found === undefined ? "there is no such file" : "it is a folder";
  throw new RangeError(`Cannot read recipe ${path}: ${what}; ${cure}`);
}

async function readJson(path: string): Promise<unknown> {
  const text = (await Deno.readTextFile(path)).replace(/^\uFEFF/, "");
  try {
    return JSON.parse(text);
  } catch (error) {
    const { what, line, column } = jsonFault(text, error as SyntaxError);
    throw new SyntaxError(
      `Cannot read recipe ${path}: ${what} at line ${line}, column ${column}; correct the JSON`,
    );
  }
}

async function importDefault(path: string): Promise<unknown> {
  const module = await importFile(path);
  if (module.default === undefined) {
    throw new TypeError(
      `Cannot read recipe ${path}: it has no default export; write export default defineRecipe({...})`,
    );
  }
  return module.default;
}

async function importFile(path: string): Promise<{ default?: unknown }> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw new SyntaxError(`Cannot read recipe ${path}: ${reason}; correct the file`, { cause: error });
  }
}

import { Random } from "../../data/mod.ts";
import { fieldNames } from "../../eval/mod.ts";
import { loadRecipe, loadVariants } from "../load_recipe.ts";
import { readValue } from "../overrides.ts";
import type { ResolvedRecipe } from "../recipe.ts";
import { recipeJson } from "../resolve.ts";
import { type GridAxis, parseGridAxis } from "./grid_axis.ts";
import { runName } from "./run_name.ts";

/** The field whose values are repetitions of one setting. */
const SEED = "seed";

/** Most runs of a sweep: more is a slip of the pen. */
const MOST_RUNS = 10_000;

/** What a sweep is asked to vary. */
export interface SweepRequest {
  /** A recipe's file, or the name of a shipped one. */
  recipe: string;
  /** Fields that are the same in all runs, `PATH=VALUE` each. */
  set: readonly string[];
  /** Axes of the grid, `PATH=VALUE,VALUE` each. */
  grid: readonly string[];
  /** Draws so many of the settings; null takes all. */
  random: number | null;
  /** Seed of the draw. */
  seed: number;
}

/** A run of a sweep. */
export interface PlannedRun {
  /** Name of its folder. */
  name: string;
  /** Number of its setting: runs of one setting differ in their seed alone. */
  setting: number;
  /** Fields of the grid by their paths, without the seed. */
  fields: Record<string, unknown>;
  /** Its seed, where the grid has seeds; else null. */
  seed: number | null;
  /** Its recipe. */
  recipe: ResolvedRecipe;
}

/** All runs of a sweep. */
export interface SweepPlan {
  /** The recipe's name. */
  name: string;
  /** Paths of the grid's fields in order, without the seed. */
  fields: string[];
  /** How many settings there are. */
  settings: number;
  /** The runs: settings in the grid's order, the last axis the fastest, and in each its seeds. */
  runs: PlannedRun[];
}

/**
 * Makes the runs of a sweep and checks the recipe of every one.
 *
 * @param request {@linkcode SweepRequest}
 * @throws {SyntaxError | RangeError | TypeError} if an axis cannot be read, or a recipe is refused; the message names
 *   its fields
 */
export async function planSweep(request: SweepRequest): Promise<SweepPlan> {
  const axes = request.grid.map(parseGridAxis);
  checkAxes(axes);
  const { name } = await loadRecipe(request.recipe, request.set);
  const seeds = axes.find(({ paths }) => paths[0] === SEED);
  const points = combinations(axes.filter((axis) => axis !== seeds));
  const chosen = request.random === null ? points : draw(points, request.random, request.seed);
  const paths = axes.filter((axis) => axis !== seeds).flatMap((axis) => axis.paths);
  const repeats = seeds?.texts.map(([text]) => text) ?? [null];
  const drafts = chosen.flatMap((texts, setting) => repeats.map((seed) => ({ texts, setting, seed })));
  const recipes = await loadVariants(request.recipe, {
    set: request.set,
    variants: drafts.map(({ texts, seed }) => overridesOf(paths, texts, seed)),
  });
  const names = namesOf(drafts, paths);
  const runs = drafts.map(({ texts, setting, seed }, i): PlannedRun => ({
    name: names[i],
    setting,
    fields: Object.fromEntries(texts.map((text, t) => [paths[t], readValue(text)])),
    seed: seed === null ? null : recipes[i].seed,
    recipe: recipes[i],
  }));
  checkDifferent(runs);
  return { name, fields: paths, settings: chosen.length, runs };
}

function checkAxes(axes: readonly GridAxis[]): void {
  const paths = axes.flatMap((axis) => axis.paths);
  const twice = paths.find((path, i) => paths.indexOf(path) < i);
  if (twice !== undefined) {
    throw new RangeError(`Cannot sweep ${twice}: two axes of the grid set it; give all its values to one`);
  }
  if (axes.some((axis) => axis.paths.length > 1 && axis.paths.includes(SEED))) {
    throw new RangeError(
      "Cannot sweep the seed together with other fields: seeds repeat each setting; give it alone",
    );
  }
  const runs = axes.reduce((product, { texts }) => product * texts.length, 1);
  if (runs <= MOST_RUNS) return;
  throw new RangeError(`Cannot sweep ${runs} combinations: ${MOST_RUNS} are the most; give fewer values`);
}

/** Every combination of the axes' values, the last axis the fastest: one text a path. */
function combinations(axes: readonly GridAxis[]): string[][] {
  return axes.reduce<string[][]>(
    (points, { texts }) => points.flatMap((point) => texts.map((values) => [...point, ...values])),
    [[]],
  );
}

/** The first of the points in random order, in the grid's order: a larger draw holds a smaller one. */
function draw(points: readonly string[][], count: number, seed: number): string[][] {
  const order = Uint32Array.from(points, (_, i) => i);
  new Random(seed).fork("sweep").shuffle(order);
  return [...order.subarray(0, count).sort()].map((i) => points[i]);
}

function overridesOf(paths: readonly string[], texts: readonly string[], seed: string | null): string[] {
  return [...texts.map((text, i) => `${paths[i]}=${text}`), ...(seed === null ? [] : [`${SEED}=${seed}`])];
}

/** The names of all runs; where file systems that ignore case would make two one, both get a checksum. */
function namesOf(
  drafts: readonly { texts: string[]; seed: string | null }[],
  paths: readonly string[],
): string[] {
  const heads = fieldNames([...paths, SEED]);
  const fields = drafts.map(({ texts, seed }) => [
    ...texts.map((text, t) => [heads[t], text] as const),
    ...(seed === null ? [] : [[SEED, seed] as const]),
  ]);
  const plain = fields.map((each) => runName(each).toLowerCase());
  const counts = Map.groupBy(plain, (name) => name);
  return fields.map((each, i) => runName(each, counts.get(plain[i])!.length > 1));
}

function checkDifferent(runs: readonly PlannedRun[]): void {
  const seen = new Map<string, string>();
  for (const { name, recipe } of runs) {
    const json = recipeJson(recipe);
    const other = seen.get(json);
    if (other !== undefined) {
      throw new RangeError(`Cannot sweep ${other} and ${name}: they are the same recipe; leave one out`);
    }
    seen.set(json, name);
  }
}

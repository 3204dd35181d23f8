import {
  assignColumns,
  countRows,
  readColumnNames,
  readRows,
  type ResolvedSource,
  resolveSource,
} from "../data/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { datasetSpecOf } from "./prepare_datasets.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** Options of {@linkcode recipeTexts}. */
export interface RecipeTextsOptions {
  /**
   * Where `hf://` sources are looked up.
   * @default the network, with the default cache
   */
  hub?: Hub;
  /**
   * Columns to take texts from, of the data sets that have them.
   * @default the text columns that each data set names
   */
  columns?: readonly string[];
  /**
   * About how many texts are wanted, shared out among the data sets if there are several: small ones are read whole, of
   * the others as many of the first rows as it takes.
   * @default Infinity
   */
  take?: number;
}

/** Some texts of a recipe's data. */
export interface RecipeTexts {
  /** Data set that they are from. */
  dataset: string;
  /** The texts, row by row; what is no text, or empty, is left out. */
  texts: string[];
  /** Share of all rows that has been read with them; undefined where the rows cannot be counted beforehand. */
  share: number | undefined;
}

/** A data set and what is read of it. */
interface TextSource {
  name: string;
  source: ResolvedSource;
  columns: readonly string[];
  /** Rows to be read at most; undefined if there is no limit and they cannot be counted. */
  rows: number | undefined;
}

/**
 * The texts of a recipe's data sets, one set after the other, as they stand in the sources: nothing is held out, dropped
 * or tokenized.
 *
 * @param recipe the resolved recipe
 * @param options {@linkcode RecipeTextsOptions}
 * @throws {RangeError} if a data set is missing, or none has the columns
 * @throws {SyntaxError} if a file is damaged
 */
export async function* recipeTexts(
  recipe: ResolvedRecipe,
  options: RecipeTextsOptions = {},
): AsyncGenerator<RecipeTexts> {
  const { hub, columns: asked } = options;
  const sources: TextSource[] = [];
  for (const name of Object.keys(recipe.datasets)) {
    const source = await sourceOf(recipe, name, options);
    if (source !== undefined) sources.push(source);
  }
  if (sources.length === 0) {
    throw new RangeError(
      `Cannot read the texts of ${recipe.name}: no data set has a column ${asked?.join(" or ")}; name others`,
    );
  }
  shareOut(sources, options.take);
  const total = sources.reduce<number | undefined>(
    (sum, { rows }) => sum === undefined || rows === undefined ? undefined : sum + rows,
    0,
  );
  let read = 0;
  for (const { name, source, columns, rows: limit } of sources) {
    for await (const rows of readRows(source, { columns, limit, hub })) {
      read += rows.length;
      const texts = rows.flatMap((row) => columns.map((column) => row[column])).filter(isText);
      yield { dataset: name, texts, share: total === undefined ? undefined : read / Math.max(1, total) };
    }
  }
}

async function sourceOf(
  recipe: ResolvedRecipe,
  name: string,
  options: RecipeTextsOptions,
): Promise<TextSource | undefined> {
  const { hub, columns: asked } = options;
  const { source: spec, config, revision, split, columns: own, take } = datasetSpecOf(recipe.datasets[name]);
  const source = await resolveSource(spec, { hub, split, config, revision });
  const there = await readColumnNames(source, { hub });
  const columns = asked === undefined
    ? assignColumns(there, own).texts
    : asked.filter((column) => there.includes(column));
  if (columns.length === 0) return undefined;
  const counted = await countRows(source, { hub });
  const rows = counted === undefined ? take : Math.min(counted, take ?? Infinity);
  return { name, source, columns, rows };
}

/**
 * Limits the rows of every source in `out`, so that they have so many texts together: the small ones keep theirs. One
 * alone is read on until there are enough, of which some may be equal.
 */
function shareOut(out: readonly TextSource[], take: number = Infinity): void {
  if (take === Infinity || out.length === 1) return;
  const textsOf = ({ rows = Infinity, columns }: TextSource): number => rows * columns.length;
  let left = take;
  [...out].sort((a, b) => textsOf(a) - textsOf(b)).forEach((source, i) => {
    const share = Math.min(textsOf(source), left / (out.length - i));
    source.rows = Math.ceil(share / source.columns.length);
    left -= share;
  });
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

import {
  countRows,
  type DatasetReport,
  folderBytes,
  hashText,
  openTokenStore,
  type PreparedDataset,
  readRows,
  type ResolvedSource,
  resolveSource,
  scanTexts,
  type SharedTexts,
  TextSketch,
} from "../data/mod.ts";
import { collectionTexts, type EvaluationCollection } from "../eval/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { prepareDatasets, type PrepareDatasetsOptions } from "./prepare_datasets.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** Rows of every data set that are shown. */
const SHOWN_ROWS = 3;

/** What a data set of a recipe holds. */
export interface DatasetSurvey {
  /** Its name in the recipe. */
  name: string;
  /** Where its rows come from. */
  source: string;
  /** Commit of a hub data set; null for files. */
  revision: string | null;
  /** What a reader should know of its source; null if there is nothing. */
  note: string | null;
  /** Rows that the source has, if that can be told without reading them. */
  sourceRows: number | null;
  /** Text columns with their roles. */
  columns: { name: string; role: string }[];
  /** The first rows, by column. */
  examples: Record<string, unknown>[];
  /** What was read, dropped, held out and counted. */
  report: DatasetReport;
  /** Distinct texts of all columns; an estimate if there are very many. */
  distinctTexts: number;
  /** Bytes of its token ids on the disk. */
  bytes: number;
}

/** Texts that two data sets have in common. */
export interface DatasetOverlap extends SharedTexts {
  /** Names of the two. */
  datasets: [string, string];
}

/** Texts of an evaluation set that occur in the training data. */
export interface EvaluationOverlap {
  /** Name of the evaluation set. */
  collection: string;
  /** Its distinct texts. */
  texts: number;
  /** How many of them each data set holds, by name; only those that hold some. */
  found: Record<string, number>;
  /** How many of them any data set holds. */
  foundAnywhere: number;
  /** Some of them. */
  examples: string[];
}

/** What the data of a recipe holds. */
export interface DataSurvey {
  /** Its data sets, in the recipe's order. */
  datasets: DatasetSurvey[];
  /** Pairs of data sets that have texts in common, most first. */
  overlaps: DatasetOverlap[];
  /** Evaluation sets that were looked up, in their order. */
  evaluations: EvaluationOverlap[];
}

/** Options of {@linkcode surveyData}. */
export interface SurveyOptions extends PrepareDatasetsOptions {
  /** Evaluation sets whose texts are looked up in the training data. @default none */
  collections?: readonly EvaluationCollection[];
}

/**
 * Prepares the data sets of a recipe and looks at all of their texts: what there is, what repeats, and what of an
 * evaluation set is among them. Memory does not grow with the number of rows.
 *
 * @throws {RangeError | SyntaxError} if a data set is missing or damaged
 */
export async function surveyData(
  recipe: ResolvedRecipe,
  { collections = [], ...options }: SurveyOptions,
): Promise<{ survey: DataSurvey; prepared: PreparedDataset[] }> {
  const prepared = await prepareDatasets(recipe, options);
  const wanted = collections.map((collection) => new WantedTexts(collection));
  const sketches: TextSketch[] = [];
  const datasets: DatasetSurvey[] = [];
  for (const dataset of prepared) {
    const sketch = new TextSketch();
    await scanDataset(dataset, { sketch, wanted, signal: options.signal });
    sketches.push(sketch);
    const spec = recipe.datasets[dataset.name];
    const { config, revision, split, take } = spec;
    const source = await resolveSource(spec.source, {
      ...options,
      config: config ?? undefined,
      revision: revision ?? undefined,
      split,
    });
    datasets.push({
      name: dataset.name,
      source: spec.source,
      revision: source.revision ?? null,
      note: source.note ?? null,
      sourceRows: await rowsOf(source, take, options.hub),
      columns: dataset.columnNames.map((name, c) => ({ name, role: dataset.roles[c] })),
      examples: await firstRows(source, spec.columns ?? undefined, options.hub),
      report: dataset.report,
      distinctTexts: sketch.texts,
      bytes: await folderBytes(dataset.store.folder),
    });
  }
  const names = prepared.map(({ name }) => name);
  const overlaps = overlapsOf(names, sketches);
  return { survey: { datasets, overlaps, evaluations: wanted.map((each) => each.summary()) }, prepared };
}

async function scanDataset(
  { name, store }: PreparedDataset,
  { sketch, wanted, signal }: { sketch: TextSketch; wanted: WantedTexts[]; signal: AbortSignal | undefined },
): Promise<void> {
  const source = openTokenStore(store);
  try {
    await scanTexts(source, (low, high) => {
      sketch.add(low, high);
      for (const texts of wanted) texts.offer(name, low, high);
    }, signal);
  } finally {
    source.close();
  }
}

async function rowsOf(source: ResolvedSource, take: number | null, hub?: Hub): Promise<number | null> {
  const rows = await countRows(source, { hub });
  return rows === undefined ? null : Math.min(rows, take ?? Infinity);
}

async function firstRows(
  source: ResolvedSource,
  columns: string[] | undefined,
  hub?: Hub,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const rows of readRows(source, { columns, limit: SHOWN_ROWS, hub })) found.push(...rows);
  return found;
}

function overlapsOf(names: readonly string[], sketches: readonly TextSketch[]): DatasetOverlap[] {
  const overlaps: DatasetOverlap[] = [];
  sketches.forEach((sketch, i) => {
    for (let j = 0; j < i; j++) {
      const shared = sketches[j].sharedWith(sketch);
      if (shared.texts > 0) overlaps.push({ datasets: [names[j], names[i]], ...shared });
    }
  });
  return overlaps.sort((a, b) => b.texts - a.texts);
}

/** The texts of an evaluation set, and in which data sets they were seen. */
class WantedTexts {
  readonly #name: string;
  /** Hash of every text, as two halves in one text, to the text and the data sets that hold it. */
  readonly #texts = new Map<string, { text: string; datasets: Set<string> }>();
  /** High halves of the hashes: almost every other text is told apart by it alone. */
  readonly #highs = new Set<number>();

  constructor(collection: EvaluationCollection) {
    this.#name = collection.name;
    const hash = new Uint32Array(2);
    for (const text of collectionTexts(collection)) {
      hashText(text, hash, 0);
      this.#highs.add(hash[1]);
      this.#texts.set(keyOf(hash[0], hash[1]), { text, datasets: new Set() });
    }
  }

  offer(dataset: string, low: number, high: number): void {
    if (this.#highs.has(high)) this.#texts.get(keyOf(low, high))?.datasets.add(dataset);
  }

  summary(): EvaluationOverlap {
    const seen = [...this.#texts.values()].filter(({ datasets }) => datasets.size > 0);
    const found: Record<string, number> = {};
    for (const dataset of seen.flatMap(({ datasets }) => [...datasets])) {
      found[dataset] = (found[dataset] ?? 0) + 1;
    }
    return {
      collection: this.#name,
      texts: this.#texts.size,
      found,
      foundAnywhere: seen.length,
      examples: seen.slice(0, SHOWN_ROWS).map(({ text }) => text),
    };
  }
}

function keyOf(low: number, high: number): string {
  return `${low} ${high}`;
}

import { type EncoderModel, loadEncoder } from "../distill/mod.ts";
import type { Hub } from "../hub/mod.ts";
import {
  Bm25Searcher,
  corpusTexts,
  datasetPairs,
  EncoderSearcher,
  mineNegatives,
  type MiningProgress,
  NegativeTable,
  type Searcher,
  type TextPair,
} from "../mining/mod.ts";
import { datasetSpecOf, prepareDatasets, type ResolvedRecipe } from "../recipes/mod.ts";
import { recipeTokenizer } from "../recipes/run.ts";
import type { Runtime } from "../runtime/mod.ts";
import { cacheFolder } from "./_environment.ts";
import type { MiningArguments, MiningSettings } from "./_mining_settings.ts";
import type { MinedDataset } from "./_mining_text.ts";
import { PartialFile } from "./_partial_file.ts";
import { Progress } from "./_progress.ts";

/** What mining a recipe needs. */
export interface MiningPlaces {
  /** Where `hf://` addresses are looked up. */
  hub: Hub;
  /** What runs models and products. */
  runtime: Runtime;
  /** Names of the data sets that are mined. */
  datasets: readonly string[];
  /** Folder that files are written to. */
  folder: string;
  /** The command line. */
  options: MiningArguments;
  /** What it comes to. */
  settings: MiningSettings;
}

/** Models that search and score, loaded once for all data sets. */
interface MiningModels {
  model: EncoderModel | undefined;
  rescore: EncoderModel | undefined;
}

/** Mines data sets of a recipe, one file for each. */
export async function mineRecipe(recipe: ResolvedRecipe, places: MiningPlaces): Promise<MinedDataset[]> {
  const { hub, runtime, options, settings, datasets } = places;
  const load = (spec: string | undefined): Promise<EncoderModel | undefined> | undefined =>
    spec === undefined ? undefined : loadEncoder(spec, { hub, runtime });
  const models: MiningModels = { model: undefined, rescore: undefined };
  try {
    models.model = await load(settings.model);
    models.rescore = await load(options.rescore);
    const heldOut = await heldOutPairsOf(recipe, datasets, hub);
    const mined: MinedDataset[] = [];
    for (const name of datasets) {
      mined.push(await mineDataset(recipe, name, { ...places, models, heldOut: heldOut.get(name) }));
    }
    return mined;
  } finally {
    models.model?.dispose();
    models.rescore?.dispose();
  }
}

async function mineDataset(
  recipe: ResolvedRecipe,
  name: string,
  places: MiningPlaces & { models: MiningModels; heldOut: ReadonlySet<string> | undefined },
): Promise<MinedDataset> {
  const { hub, folder, options, settings, models, heldOut } = places;
  const fileName = `${name.replaceAll(/[^\w.-]/g, "_")}.parquet`;
  const path = `${folder}/${fileName}`;
  const file = new PartialFile(path);
  const table = new NegativeTable({
    format: settings.format,
    negatives: settings.choice.negatives,
    write: (bytes) => file.write(bytes),
  });
  const searcher = models.model === undefined ? new Bm25Searcher() : searcherOf(models.model, places);
  const scorer = models.rescore === undefined ? undefined : searcherOf(models.rescore, places);
  const line = new MiningLine(name);
  try {
    const report = await mineNegatives({
      pairs: datasetPairs(name, datasetSpecOf(recipe.datasets[name]), {
        hub,
        isLeftOut: heldOut === undefined ? undefined : (pair) => heldOut.has(keyOf(pair)),
      }),
      corpus: corpusOf(options, hub),
    }, {
      ...settings.choice,
      searcher,
      scorer,
      seed: settings.seed ?? recipe.seed,
      scratch: path,
      onMined: (mined) => table.add(mined),
      onProgress: (progress) => line.update(progress),
    });
    table.finish();
    file.close();
    return { dataset: name, file: fileName, rows: table.rows, ...report };
  } catch (error) {
    file.abort();
    throw named(error, name);
  } finally {
    line.finish();
    disposeOf(searcher);
    scorer?.dispose();
  }
}

/** The moving line of a data set: one count for each stage. */
class MiningLine {
  readonly #name: string;
  #stage: MiningProgress["stage"] = "documents";
  #progress = new Progress({ unit: this.#stage });

  constructor(name: string) {
    this.#name = name;
  }

  update({ stage, done, total }: MiningProgress): void {
    if (stage !== this.#stage) {
      this.finish();
      this.#progress = new Progress({ unit: stage, total });
      this.#stage = stage;
    }
    this.#progress.update(done, { note: this.#name });
  }

  finish(): void {
    this.#progress.finish();
  }
}

function searcherOf(model: EncoderModel, { runtime, options }: MiningPlaces): EncoderSearcher {
  return new EncoderSearcher({
    encoder: model.encoder(options["document-prompt"]),
    anchorEncoder: model.encoder(options["anchor-prompt"]),
    runtime,
  });
}

function disposeOf(searcher: Searcher): void {
  if (searcher instanceof EncoderSearcher) searcher.dispose();
}

async function* corpusOf(options: MiningArguments, hub: Hub): AsyncGenerator<string[]> {
  for (const source of options.corpus) {
    yield* corpusTexts(source, { hub, column: options["corpus-column"] });
  }
}

/** The pairs that data sets hold out: what a model is judged by must not be trained on, in no other form either. */
async function heldOutPairsOf(
  recipe: ResolvedRecipe,
  names: readonly string[],
  hub: Hub,
): Promise<Map<string, Set<string>>> {
  const datasets = names.map((name) => [name, recipe.datasets[name]] as const)
    .filter(([, { heldOut }]) => typeof heldOut === "number" && heldOut > 0);
  if (datasets.length === 0) return new Map();
  const progress = new Progress({ unit: "rows" });
  const tokenizer = await recipeTokenizer(recipe, { hub });
  try {
    const prepared = await prepareDatasets({ ...recipe, datasets: Object.fromEntries(datasets) }, {
      hub,
      tokenizer,
      cacheFolder: cacheFolder(),
      onProgress: ({ rows, total }) => progress.update(rows, { total, note: "to find what is held out" }),
    });
    return new Map(prepared.map(({ name, heldOut: { texts: [anchors, positives = []] } }) => {
      return [name, new Set(positives.map((positive, i) => keyOf({ anchor: anchors[i], positive })))];
    }));
  } finally {
    progress.finish();
    tokenizer.dispose();
  }
}

function keyOf({ anchor, positive }: TextPair): string {
  return JSON.stringify([anchor, positive]);
}

/** A fault says which of several data sets it is about. */
function named(error: unknown, name: string): unknown {
  if (!(error instanceof RangeError) || !error.message.startsWith("Cannot mine:")) return error;
  return new RangeError(error.message.replace("Cannot mine:", `Cannot mine ${name}:`), { cause: error });
}

import { parquetWriteBuffer } from "hyparquet-writer";
import { Random } from "../data/mod.ts";
import { buildWordPieceTokenizer } from "../text/mod.ts";
import type { LoopbackContent, LoopbackRepository } from "./_loopback_repository.ts";

/** Options of {@linkcode seedRepositories}. */
export interface SeedRepositoriesOptions {
  /** Rows of every training split. @default 256 */
  rows?: number;
  /** Rows of every other split. @default 32 */
  heldOutRows?: number;
  /** Seed of the texts. @default 1 */
  seed?: number;
}

/** A data set of a seed recipe. */
export interface SeedDataset {
  dataset: string;
  config: string | null;
  heldOut: number | { split: string };
  columns: string[] | null;
}

/** The seed recipes by name. */
export type SeedRecipes = Record<string, { tokenizer: string; datasets: SeedDataset[] }>;

/** Syllables that words are made of, in the scripts of a sentence and of its translation. */
const LATIN = "an be co di en for ga hi in jo ka la mo nu or pe qui ra so ta un va we xi yo za".split(" ");
const OTHER = "ма не ко ла ри со да ту жи но во бе く に と は を が も の α ω λ ε de la un".split(" ");

/** Columns of those data sets whose columns the recipe does not name: it takes all of them. */
const UNNAMED_COLUMNS = ["anchor", "positive", "negative_1", "negative_2", "negative_3"];

/**
 * The data sets and tokenizers of both seed recipes, as far as their names go: configs, splits and columns are those of
 * `fixtures/recipes/seed_recipes.json`, the texts are random words. In turn, a data set is found by its card (two shards, the
 * second with its columns in another order), by the hub's Parquet branch alone, or by the names of its files.
 */
export async function seedRepositories(options: SeedRepositoriesOptions = {}): Promise<LoopbackRepository[]> {
  const { rows = 256, heldOutRows = 32, seed = 1 } = options;
  const recipes = await readSeedRecipes();
  const datasets = new Map<string, SeedDataset>();
  for (const each of Object.values(recipes).flatMap((recipe) => recipe.datasets)) {
    datasets.set(each.dataset, each);
  }
  const random = new Random(seed);
  const repositories = [...datasets.values()].map((each, index) => {
    const tables = (split: string): Table =>
      randomTable(each, {
        rows: split === "train" ? rows : heldOutRows,
        random: random.fork(each.dataset).fork(split),
      });
    return { kind: "datasets" as const, id: each.dataset, branches: branchesOf(each, index % 3, tables) };
  });
  const words = randomTable({ columns: ["english", "non_english"] }, { rows: 2000, random });
  const tokenizer = buildWordPieceTokenizer(words.flatMap(({ data }) => data), { vocabSize: 2000 });
  const models = Object.values(recipes).map((recipe) => {
    const branches = { main: { "tokenizer.json": tokenizer, "config.json": "{}" } };
    return { kind: "models" as const, id: recipe.tokenizer, branches };
  });
  return [...repositories, ...models];
}

/** The seed recipes' tokenizers and data sets. */
export async function readSeedRecipes(): Promise<SeedRecipes> {
  const path = new URL("../fixtures/recipes/seed_recipes.json", import.meta.url);
  const facts: Record<string, unknown> = JSON.parse(await Deno.readTextFile(path));
  const { "static-retrieval-mrl-en-v1": english, "static-similarity-mrl-multilingual-v1": multilingual } =
    facts as SeedRecipes;
  return { english, multilingual };
}

/** Columns of texts. */
type Table = { name: string; data: string[] }[];
type Branches = LoopbackRepository["branches"];

function branchesOf(dataset: SeedDataset, layout: number, table: (split: string) => Table): Branches {
  const { heldOut } = dataset;
  const splits = ["train", ...typeof heldOut === "object" ? [heldOut.split] : []];
  // Without a card a config is known only to the hub's own branch.
  if (layout === 0) return byCard(dataset.config ?? "pair", splits, table);
  if (layout === 1 || dataset.config !== null || splits.length > 1) {
    return byParquetBranch(dataset.config ?? "default", splits, table);
  }
  return {
    main: { "README.md": "No configs here.\n", "data/train-00000-of-00001.parquet": parquet(table("train")) },
  };
}

function byCard(config: string, splits: readonly string[], table: (split: string) => Table): Branches {
  const lines = splits.map((split) => `  - split: ${split}\n    path: ${config}/${split}-*`);
  const main: Record<string, LoopbackContent> = {
    "README.md": `---\nconfigs:\n- config_name: ${config}\n  data_files:\n${lines.join("\n")}\n---\n`,
  };
  for (const split of splits) {
    const columns = table(split);
    const middle = Math.ceil(columns[0].data.length / 2);
    const part = (from: number, to?: number): Table =>
      columns.map(({ name, data }) => ({ name, data: data.slice(from, to) }));
    main[`${config}/${split}-00000-of-00002.parquet`] = parquet(part(0, middle));
    main[`${config}/${split}-00001-of-00002.parquet`] = parquet(part(middle).reverse());
  }
  return { main };
}

function byParquetBranch(
  config: string,
  splits: readonly string[],
  table: (split: string) => Table,
): Branches {
  const converted = splits.map((split) => [`${config}/${split}/0000.parquet`, parquet(table(split))]);
  const raw = { "README.md": "No configs here.\n", "raw.tar": "not read" };
  return { main: raw, "refs/convert/parquet": Object.fromEntries(converted) };
}

function parquet(columns: Table): Uint8Array<ArrayBuffer> {
  const columnData = columns.map(({ name, data }) => ({ name, data, type: "STRING" as const }));
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 1000 }));
}

function randomTable(
  { columns }: Pick<SeedDataset, "columns">,
  { rows, random }: { rows: number; random: Random },
): Table {
  return (columns ?? UNNAMED_COLUMNS).map((name) => {
    const syllables = name === "non_english" ? OTHER : LATIN;
    return { name, data: Array.from({ length: rows }, () => randomText(random, syllables)) };
  });
}

/** Six to thirteen words of one to three syllables. */
function randomText(random: Random, syllables: readonly string[]): string {
  const words: string[] = [];
  for (let left = 6 + random.below(8); left > 0; left--) {
    let word = "";
    for (let parts = 1 + random.below(3); parts > 0; parts--) {
      word += syllables[random.below(syllables.length)];
    }
    words.push(word);
  }
  return words.join(" ");
}

import { basename, resolve } from "node:path";
import { readColumnNames, readRows, resolveSource, type Row } from "../data/mod.ts";
import { Hub, parseHubAddress } from "../hub/mod.ts";
import { filesBelow, isFolder, rowFiles, splitFiles } from "./_folder_files.ts";
import type { TablePlaces } from "./_table.ts";
import { BENCHMARK_TASKS, BENCHMARKS } from "./benchmarks.ts";
import type { EvaluationSpec } from "./evaluation_spec.ts";
import { FIRST_COLUMNS, SECOND_COLUMNS } from "./load_pairs.ts";

/** Kinds of tables by the columns they have, the most telling first. */
const KINDS: readonly [kind: TableKind, columns: readonly (readonly string[])[]][] = [
  ["reranking", [["query"], ["positive"], ["negative"]]],
  ["triplets", [["anchor", "query", "question"], ["positive"], ["negative"]]],
  ["sts", [FIRST_COLUMNS, SECOND_COLUMNS, ["score", "similarity_score"]]],
  ["pairClassification", [FIRST_COLUMNS, SECOND_COLUMNS, ["label", "labels"]]],
  ["translation", [[...FIRST_COLUMNS, "source", "english"], [...SECOND_COLUMNS, "target", "non_english"]]],
  ["teacherVectors", [["text", "sentence"], ["vector", "embedding", "embeddings"]]],
  ["classification", [["text", "sentence", "title"], ["label", "category", "labels", "intent"]]],
];

type TableKind =
  | "reranking"
  | "triplets"
  | "sts"
  | "pairClassification"
  | "translation"
  | "teacherVectors"
  | "classification";

/**
 * What a name, a folder, a file or a data set of the hub can be scored as, by its files and columns: a benchmark; the
 * layout of BEIR or NanoBEIR; scored pairs, labelled pairs, triplets, translations, candidates to re-rank, labelled
 * texts, or a teacher's vectors. A folder of folders is scored folder by folder.
 *
 * @param name name of a benchmark or task, in some languages `STS:en,de`; path, or `hf://datasets/OWNER/NAME`
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @returns the records that a recipe would hold
 * @throws RangeError when there is nothing of that name, or nothing that can be scored; the message lists what there is
 */
export async function detectEvaluation(name: string, places: TablePlaces = {}): Promise<EvaluationSpec[]> {
  if (name.startsWith("hf://")) {
    const repository = await (places.hub ?? new Hub()).open(parseHubAddress(name, "datasets"));
    return await detectFiles(name, (await repository.listFiles()).map(({ path }) => path), places);
  }
  const path = resolve(places.baseFolder ?? ".", name);
  if (await isFolder(path)) return await detectFiles(name, await filesBelow(path), places);
  if (await Deno.stat(path).catch(() => undefined)) {
    return [await detectTable({ source: name, config: null }, places)];
  }
  const [bare, languages] = name.split(":");
  const names = [...Object.keys(BENCHMARKS), ...BENCHMARK_TASKS.map((task) => task.name)];
  if (names.some((known) => known.toLowerCase() === bare.toLowerCase())) {
    return [{ kind: "benchmark", name: bare, ...(languages ? { languages: languages.split(",") } : {}) }];
  }
  throw new RangeError(
    `Cannot find benchmark ${name}: it is no folder, no file, no hf://datasets/OWNER/NAME and no known name; choose ` +
      `one of ${Object.keys(BENCHMARKS).join(", ")}`,
  );
}

async function detectFiles(
  source: string,
  files: readonly string[],
  places: TablePlaces,
): Promise<EvaluationSpec[]> {
  const splits = files.flatMap((path) => /^qrels\/(.+)\.tsv$/.exec(path)?.[1] ?? []);
  if (files.includes("corpus.jsonl") && files.includes("queries.jsonl") && splits.length > 0) {
    return [{ kind: "beir", path: source, split: splits.includes("test") ? "test" : splits[0] }];
  }
  const names = (folder: string): string[] =>
    rowFiles(files).filter((path) => path.startsWith(`${folder}/`)).map((path) => basename(path)).sort();
  const corpus = names("corpus");
  if (corpus.length > 0 && names("queries").length > 0) {
    const nano = corpus.join() === names("qrels").join();
    return [nano ? { kind: "nanoBeir", source } : { kind: "beir", path: source }];
  }
  const configs = [...new Set(rowFiles(files).map((path) => path.split("/").slice(0, -1)[0] ?? ""))];
  const several = configs.length > 1 && configs.every((config) => config !== "");
  const specs: EvaluationSpec[] = [];
  for (const config of several ? configs : [null]) specs.push(await detectTable({ source, config }, places));
  return specs;
}

async function detectTable(
  { source, config }: { source: string; config: string | null },
  places: TablePlaces,
): Promise<EvaluationSpec> {
  const row = await firstRow({ source, config }, places);
  const has = (columns: readonly string[]): boolean => columns.some((column) => column in row);
  const fitting = KINDS.find(([kind, columns]) =>
    columns.every(has) && (kind !== "reranking" || Array.isArray(row.positive))
  );
  if (fitting !== undefined) return { kind: fitting[0], source, config };
  throw new RangeError(
    `Cannot score ${source}: its columns are ${
      Object.keys(row).join(", ")
    }; give a BEIR folder, or columns such as ` +
      "sentence1, sentence2, score; sentence1, sentence2, label; text, label; query, positive, negative",
  );
}

async function firstRow(
  { source, config }: { source: string; config: string | null },
  places: TablePlaces,
): Promise<Row> {
  const folder = resolve(places.baseFolder ?? ".", source);
  const hub = source.startsWith("hf://");
  const files = !hub && await isFolder(folder)
    ? await splitFiles(folder, { config, split: "test" })
    : [source];
  const options = hub ? { config: config ?? undefined, split: "test" } : {};
  const resolved = await resolveSource(files[0], { ...places, ...options });
  for await (const rows of readRows(resolved, { limit: 1 })) return rows[0];
  return Object.fromEntries((await readColumnNames(resolved)).map((column) => [column, null]));
}

import facts from "./benchmark_tasks.json" with { type: "json" };
import type { BenchmarkSpec, EvaluationSpec, TableSpec } from "./evaluation_spec.ts";

/** Kinds of public evaluation tasks, by MTEB's names. */
export type BenchmarkTaskType =
  | "Retrieval"
  | "STS"
  | "PairClassification"
  | "Classification"
  | "Reranking"
  | "BitextMining";

/** A public evaluation task, as the mteb project defines it. */
export interface BenchmarkTask {
  /** Name of the task. */
  name: string;
  /** What is scored. */
  type: BenchmarkTaskType;
  /** Data set of the hub, `OWNER/NAME`. */
  dataset: string;
  /** Commit that it is read at. */
  revision: string;
  /** Configuration, where it has one for all. */
  config?: string;
  /** Splits to score. */
  splits: readonly string[];
  /** Languages, ISO 639-3 and script; those of every configuration, where it has several. */
  languages: readonly string[] | Readonly<Record<string, readonly string[]>>;
  /** The score that counts, by MTEB's name. */
  mainScore: string;
  /** Examples of every label that classifiers learn from; 8 without it. */
  samplesPerLabel?: number;
  /** How many times examples are drawn; 10 without it. */
  draws?: number;
}

/** The public tasks: 110 of the facts of August 2026, and Tatoeba. */
export const BENCHMARK_TASKS: readonly BenchmarkTask[] = facts.tasks as unknown as BenchmarkTask[];

/** Benchmarks that are all tasks of one type. */
const BY_TYPE: readonly BenchmarkTaskType[] = [
  "STS",
  "PairClassification",
  "Classification",
  "Reranking",
  "BitextMining",
];

const { NanoBEIR, BEIR, ...MTEB } = facts.benchmarks;

/** Names of the tasks of every benchmark. */
export const BENCHMARKS: Readonly<Record<string, readonly string[]>> = {
  NanoBEIR,
  BEIR,
  ...Object.fromEntries(
    BY_TYPE.map((
      type,
    ) => [type, BENCHMARK_TASKS.filter((task) => task.type === type).map(({ name }) => name)]),
  ),
  ...MTEB,
};

/** Names of MTEB's main scores that are called otherwise here. */
const MAIN_METRICS: Readonly<Record<string, string>> = {
  cosine_spearman: "spearman_cosine",
  ndcg_at_10: "cosine_ndcg@10",
  map_at_1000: "map",
  max_over_subqueries_map_at_1000: "map",
};

/**
 * What a benchmark consists of, as records that name data set, revision, configuration and split. Of a task with
 * several splits the one named test is scored, else the first.
 *
 * @param spec name, in any case, and languages
 * @throws RangeError when there is no such benchmark or task, or none of it is in these languages; the message lists
 * what there is
 */
export function expandBenchmark(spec: BenchmarkSpec): EvaluationSpec[] {
  const { name, tasks } = findBenchmark(spec.name);
  const wanted = (spec.languages ?? ownLanguages(name))?.map(languageOf);
  const specs = tasks.flatMap((task) => taskSpecs(task, { benchmark: name, languages: wanted }));
  if (specs.length > 0) return specs;
  const there = new Set(tasks.flatMap((task) => Object.values(task.languages).flat()).map(languageOf));
  throw new RangeError(
    `Cannot score ${name} in ${spec.languages?.join(", ")}: it is in ${[...there].sort().join(", ")}; ` +
      "choose of these languages",
  );
}

/** Benchmarks and tasks by what they are asked for. */
function findBenchmark(asked: string): { name: string; tasks: BenchmarkTask[] } {
  const same = (name: string): boolean => name.toLowerCase() === asked.toLowerCase();
  const name = Object.keys(BENCHMARKS).find(same);
  if (name !== undefined) {
    return { name, tasks: BENCHMARK_TASKS.filter((task) => BENCHMARKS[name].includes(task.name)) };
  }
  const task = BENCHMARK_TASKS.find((one) => same(one.name) || same(shortName(one)));
  if (task !== undefined) return { name: shortName(task), tasks: [task] };
  throw new RangeError(
    `Cannot find benchmark ${asked}: there is no such benchmark or task; choose one of ` +
      `${Object.keys(BENCHMARKS).join(", ")}, or one of their tasks, such as STSBenchmark`,
  );
}

/** `eng` of `MTEB(eng, v2)`, which scores no other language of its tasks. */
function ownLanguages(name: string): string[] | undefined {
  const language = /^MTEB\((\w+),/.exec(name)?.[1];
  return language === undefined ? undefined : [language];
}

interface TaskOptions {
  benchmark: string;
  languages: readonly string[] | undefined;
}

function taskSpecs(task: BenchmarkTask, options: TaskOptions): EvaluationSpec[] {
  const configs: [string | null, readonly string[]][] = Array.isArray(task.languages)
    ? [[task.config ?? null, task.languages]]
    : Object.entries(task.languages);
  return configs.filter(([, languages]) => isWanted(languages, task, options.languages))
    .map(([config]) => taskSpec(task, config, options.benchmark));
}

/** Whether all languages are wanted; in bitext mining English is, whatever is asked for. */
function isWanted(
  languages: readonly string[],
  { type }: BenchmarkTask,
  wanted: readonly string[] | undefined,
): boolean {
  if (wanted === undefined) return true;
  const own = languages.map(languageOf).filter((language) => type !== "BitextMining" || language !== "en");
  return own.every((language) => wanted.includes(language));
}

function taskSpec(task: BenchmarkTask, config: string | null, benchmark: string): EvaluationSpec {
  const split = task.splits.includes("test") ? "test" : task.splits[0];
  const several = !Array.isArray(task.languages);
  const named = {
    name: several ? `${shortName(task)}-${config}` : shortName(task),
    benchmark,
    mainMetric: mainMetricOf(task),
  };
  const table: TableSpec = { source: addressOf(task), config, split, ...named };
  switch (task.type) {
    case "STS":
      return { kind: "sts", ...table };
    case "PairClassification":
      return { kind: "pairClassification", ...table };
    case "Reranking":
      return { kind: "reranking", ...table };
    case "BitextMining":
      return { kind: "translation", ...table };
    case "Classification": {
      const { samplesPerLabel, draws } = task;
      return {
        kind: "classification",
        ...table,
        ...(samplesPerLabel ? { samplesPerLabel } : {}),
        ...(draws ? { draws } : {}),
      };
    }
    case "Retrieval": {
      const nano = task.dataset.includes("/Nano");
      const search = nano ? { excludeSameId: false, definitions: "reference" as const } : {};
      return { kind: "beir", path: addressOf(task), split, config, ...named, ...search };
    }
  }
}

function mainMetricOf({ type, mainScore }: BenchmarkTask): string {
  if (type === "Reranking" && mainScore === "ndcg_at_10") return "ndcg@10";
  return MAIN_METRICS[mainScore] ?? mainScore;
}

function addressOf({ dataset, revision }: BenchmarkTask): string {
  return `hf://datasets/${dataset}@${revision}`;
}

/** NanoArguAna for NanoArguAnaRetrieval, as NanoBEIR calls it; other names stay. */
function shortName({ name }: BenchmarkTask): string {
  return name.startsWith("Nano")
    ? name.replace(/Retrieval$/, "").replace(/^NanoQuora$/, "NanoQuoraRetrieval")
    : name;
}

/** `de` for `de`, `deu`, `deu-Latn` and `DE`. */
function languageOf(name: string): string {
  try {
    return new Intl.Locale(name.replace("_", "-")).language;
  } catch {
    throw new RangeError(
      `Cannot choose the language '${name}': it is no code of a language; write it as de or deu`,
    );
  }
}

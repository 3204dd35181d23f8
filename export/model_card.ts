import { costSection, dataSection, recipeSection } from "./_card_history.ts";
import { loadingSection } from "./_card_loading.ts";
import { baseModel, originSentence } from "./_card_origin.ts";
import { scoreSection, truncationSection } from "./_card_scores.ts";
import type { CardRecords, ScoredCollection, ScoredSize } from "./card_records.ts";
import type { ExportFormat } from "./format.ts";
import type { Precision } from "./precision.ts";

/** What a model card tells. */
export interface CardContent {
  /** The model's name. */
  name: string;
  /** What the folder is for. */
  format: ExportFormat;
  /** How the table is stored. */
  precision: Precision;
  /**
   * `OWNER/NAME` of the model on the hub.
   * @default none: it is a folder
   */
  repository?: string;
  /** Numbers of a vector. */
  dim: number;
  /** Numbers of a vector before it was truncated. */
  fullDim: number;
  /** Tokens of the vocabulary. */
  vocabSize: number;
  /** Rows of the table; fewer than tokens where they share them. */
  rows: number;
  /** Whether vectors are L2-normalised. */
  normalize: boolean;
  /** Whether the unknown token is left out of the mean. */
  dropUnknown: boolean;
  /** How the model came about. */
  records: CardRecords;
  /** Power that the machine drew while it trained, in watts; without it no energy is estimated. */
  watts?: number;
  /** The 95 % interval of a collection's main score at a size; without it scores stand alone. */
  interval?: (
    collection: ScoredCollection,
    size: ScoredSize,
  ) => readonly [low: number, high: number] | undefined;
}

const LIBRARIES: Readonly<Record<ExportFormat, string>> = {
  "sentence-transformers": "sentence-transformers",
  model2vec: "model2vec",
  onnx: "onnx",
  transformersjs: "transformers.js",
};

const PRECISION_NAMES: Readonly<Record<Precision, string>> = {
  float32: "float32",
  float16: "float16",
  int8: "int8, a scale for every row",
};

/**
 * The model card of an exported model, in Markdown with the metadata that the hub reads: what the model is, how to load
 * it, its scores and their truncation curve, recipe, data and cost. What is not known is left out.
 *
 * @param content {@link CardContent}
 */
export function modelCard(content: CardContent): string {
  const sections = [
    metadata(content),
    `# ${content.name}`,
    introduction(content),
    loadingSection(content),
    scoreSection(content),
    truncationSection(content),
    recipeSection(content),
    dataSection(content),
    costSection(content),
  ];
  return sections.filter((section) => section !== "").join("\n\n") + "\n";
}

function metadata({ format, records }: CardContent): string {
  const sources = Object.values(records.recipe?.datasets ?? {}).map(({ source = "" }) => source);
  const datasets = new Set(
    sources.flatMap((source) => /^hf:\/\/datasets\/([\w.-]+\/[\w.-]+)/.exec(source)?.[1] ?? []),
  );
  const base = baseModel(records);
  return [
    "---",
    `library_name: ${LIBRARIES[format]}`,
    ...(base === undefined ? [] : [`base_model: ${base}`]),
    "pipeline_tag: feature-extraction",
    "tags:",
    ...["static-embeddings", "sentence-similarity", LIBRARIES[format], "lathe"].map((tag) => `- ${tag}`),
    ...(datasets.size === 0 ? [] : ["datasets:", ...[...datasets].map((name) => `- ${name}`)]),
    "---",
  ].join("\n");
}

function introduction(content: CardContent): string {
  const { dim, fullDim, vocabSize, rows: tableRows, normalize, precision } = content;
  const shared = tableRows < vocabSize
    ? `; ${tableRows.toLocaleString("en")} rows, shared by the tokens`
    : "";
  const rows = [
    ["dimensions", dim === fullDim ? `${dim}` : `${dim}, the first of ${fullDim}`],
    ["vocabulary", `${vocabSize.toLocaleString("en")} tokens`],
    ["table", PRECISION_NAMES[precision] + shared],
    ["vectors", normalize ? "of length 1" : "not normalised: compare them by cosine"],
    ["unknown token", content.dropUnknown ? "left out of the mean" : "counts like any other"],
    ["longest text", "no limit"],
  ];
  return [
    "A static embedding model: every token has a fixed row in a table, and a text's vector is the mean of its tokens' " +
    `rows. ${originSentence(content.records)}`,
    "",
    "| | |",
    "| --- | --- |",
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
  ].join("\n");
}

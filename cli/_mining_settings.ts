import {
  type ChoiceOptions,
  NEGATIVE_FORMATS,
  type NegativeFormat,
  type Sampling,
  SAMPLINGS,
} from "../mining/mod.ts";
import { UsageError } from "./_args.ts";
import { oneOf } from "./_choice.ts";
import type { Arguments, Options } from "./_command.ts";
import { deviceChoice } from "./_device_choice.ts";
import { RECIPE_SETTING } from "./_recipe_setting.ts";
import { wholeNumber } from "./_whole_number.ts";

/** Names of the formats. */
const FORMATS = Object.keys(NEGATIVE_FORMATS) as NegativeFormat[];

/** Options of `mine`. */
export const MINING_OPTIONS = {
  model: {
    type: "string",
    short: "m",
    placeholder: "MODEL",
    description: "What searches: a static model or a transformer, by folder or hf://models/OWNER/NAME",
  },
  bm25: { type: "boolean", description: "Search by words instead" },
  rescore: {
    type: "string",
    placeholder: "MODEL",
    description: "Score what was found by this model: its scores order, limit and are kept",
  },
  to: {
    type: "string",
    placeholder: "DIR",
    description: "Folder of the result, which must be empty; runs/NAME-mined if not given",
  },
  dataset: {
    type: "string",
    multiple: true,
    placeholder: "NAME",
    description: "Mine this data set of the recipe only; all of them if not given",
  },
  corpus: {
    type: "string",
    multiple: true,
    placeholder: "SOURCE",
    description: "Take documents from here, too: a file, a glob, or hf://datasets/OWNER/NAME",
  },
  "corpus-column": {
    type: "string",
    placeholder: "NAME",
    description: "Column of the corpus that holds texts; text, or the only one, if not given",
  },
  negatives: { type: "string", placeholder: "N", description: "Negatives for each anchor", default: "3" },
  "range-min": {
    type: "string",
    placeholder: "N",
    description: "Pass over the N best documents",
    default: "0",
  },
  "range-max": {
    type: "string",
    placeholder: "N",
    description:
      "Look at the N best documents at most; as many as are needed, or ten times that, if not given",
  },
  "max-score": { type: "string", placeholder: "X", description: "Highest score that a negative may have" },
  "min-score": { type: "string", placeholder: "X", description: "Lowest score that a negative may have" },
  margin: {
    type: "string",
    placeholder: "X",
    description: "How much lower than its positive's score a negative's must be",
  },
  "relative-margin": {
    type: "string",
    placeholder: "X",
    description: "The same as a share of the positive's score: 0.05 allows 95% of it",
  },
  sampling: {
    type: "string",
    placeholder: SAMPLINGS.join("|"),
    description: "Take the best of the documents that are left, or any",
    default: "top",
  },
  format: {
    type: "string",
    short: "f",
    placeholder: "NAME",
    description: `How rows are laid out: ${FORMATS.join(", ")}`,
    default: "triplet",
  },
  "anchor-prompt": {
    type: "string",
    placeholder: "NAME",
    description: "Prompt of the model that goes before every anchor",
  },
  "document-prompt": {
    type: "string",
    placeholder: "NAME",
    description: "Prompt of the model that goes before every document",
  },
  ...deviceChoice(
    "Where models run and products are computed; auto is the cpu, cuda:1 the second of several",
  ),
  seed: {
    type: "string",
    placeholder: "N",
    description: "Seed of random sampling; the recipe's if not given",
  },
  set: RECIPE_SETTING,
  json: { type: "boolean", description: "Print what was done as JSON" },
} as const satisfies Options;

/** Their values. */
export type MiningArguments = Arguments<typeof MINING_OPTIONS>["options"];

/** What the options come to. */
export interface MiningSettings {
  /** How negatives are chosen. */
  choice: ChoiceOptions & Required<Pick<ChoiceOptions, "negatives">>;
  /** How they are written. */
  format: NegativeFormat;
  /** What searches: a model, or BM25 if undefined. */
  model: string | undefined;
  /** Seed, if one is given. */
  seed: number | undefined;
}

/**
 * Reads the options, before anything is loaded.
 *
 * @throws {UsageError} if one cannot be read, or two do not fit together
 */
export function readMiningSettings(options: MiningArguments): MiningSettings {
  const { model, bm25, seed } = options;
  if ((model === undefined) === !bm25) {
    const reason = bm25 ? "a model and BM25 are both named" : "nothing is named that searches";
    throw new UsageError(`Cannot mine: ${reason}; give --model MODEL or --bm25`);
  }
  for (const option of ["anchor-prompt", "document-prompt"] as const) {
    if (options[option] === undefined || model !== undefined || options.rescore !== undefined) continue;
    throw new UsageError(`Cannot use --${option}: BM25 knows no prompts; name a --model, or leave it out`);
  }
  if (options["corpus-column"] !== undefined && options.corpus.length === 0) {
    throw new UsageError("Cannot use --corpus-column: no corpus is named; give --corpus SOURCE");
  }
  const { "range-max": rangeMax } = options;
  const bounds = { least: 0, example: 10 };
  return {
    choice: {
      negatives: wholeNumber(options.negatives, "negatives", bounds),
      rangeMin: wholeNumber(options["range-min"], "range-min", bounds),
      rangeMax: rangeMax === undefined ? undefined : wholeNumber(rangeMax, "range-max", bounds),
      maxScore: numberOf(options["max-score"], "max-score"),
      minScore: numberOf(options["min-score"], "min-score"),
      margin: numberOf(options.margin, "margin"),
      relativeMargin: numberOf(options["relative-margin"], "relative-margin"),
      sampling: oneOf<Sampling>(options.sampling, SAMPLINGS, "sampling"),
    },
    format: oneOf(options.format, FORMATS, "format"),
    model,
    seed: seed === undefined ? undefined : wholeNumber(seed, "seed", bounds),
  };
}

function numberOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new UsageError(`Cannot read --${option} ${text}: it is no number; write --${option} 0.1`);
}

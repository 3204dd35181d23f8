import { type DistillOptions, type Pooling, POOLINGS, TABLE_TYPES, type TableType } from "../distill/mod.ts";
import { UsageError } from "./_args.ts";
import { oneOf } from "./_choice.ts";
import type { Arguments, Options } from "./_command.ts";
import { corpus, CORPUS_OPTIONS } from "./_corpus.ts";
import { deviceChoice } from "./_device_choice.ts";
import { wholeNumber } from "./_whole_number.ts";

/** Options of `distill`. */
export const DISTILL_OPTIONS = {
  output: {
    type: "string",
    short: "o",
    placeholder: "DIR",
    description: "Folder of the model, which must be empty; runs/NAME-distilled if not given",
  },
  pooling: {
    type: "string",
    placeholder: "NAME",
    description: `How a token and the special tokens around it become one vector: ${
      POOLINGS.join(", ")
    }, pooler`,
    default: "mean",
  },
  pca: {
    type: "string",
    placeholder: "N|SHARE|auto|off",
    description:
      "Dimensions to keep, or the share of the variance; 256 or all that the teacher has, if not given",
  },
  sif: {
    type: "string",
    placeholder: "A|off",
    description: "Weigh tokens by A / (A + their frequency)",
    default: "1e-4",
  },
  ...CORPUS_OPTIONS,
  words: {
    type: "string",
    placeholder: "FILE",
    description: "Put the words of this file, one a line, into the vocabulary",
  },
  "add-words": {
    type: "string",
    placeholder: "N",
    description: "Put the N words into the vocabulary that the texts cut into pieces most often",
  },
  remove: {
    type: "string",
    placeholder: "PATTERN|off",
    description: "Leave out tokens that match this regular expression",
    default: "\\[unused\\d+\\]",
  },
  "quantize-vocabulary": {
    type: "string",
    placeholder: "N",
    description: "Let all tokens share N rows, each with a weight of its own",
  },
  type: {
    type: "string",
    placeholder: TABLE_TYPES.join("|"),
    description: "How the table is stored",
    default: "float32",
  },
  "no-normalize": { type: "boolean", description: "Leave vectors at their own length" },
  onnx: {
    type: "string",
    placeholder: "FILE",
    description: "Another ONNX file of the teacher, such as onnx/model_fp16.onnx",
  },
  ...deviceChoice("Where the teacher runs; auto is the cpu, cuda:1 the second of several"),
  seed: {
    type: "string",
    placeholder: "N",
    description: "Seed of the vocabulary's quantisation",
    default: "12",
  },
  json: { type: "boolean", description: "Print what was done as JSON" },
} as const satisfies Options;

/** Their values. */
export type DistillArguments = Arguments<typeof DISTILL_OPTIONS>["options"];

/** What the options come to. */
export interface DistillSettings extends DistillOptions {
  /** How the table is stored. */
  type: TableType;
  /** Words to find in the texts; 0 for none. */
  addWords: number;
}

/**
 * Reads the options, before the teacher is loaded.
 *
 * @throws {UsageError} if one cannot be read
 */
export function readSettings(options: DistillArguments): DistillSettings {
  if (options.pooling !== "pooler") oneOf(options.pooling, POOLINGS, "pooling");
  if (options["add-words"] !== undefined && corpus(options) === undefined) {
    throw new UsageError("Cannot add words: no texts are named to find them in; give --texts or --recipe");
  }
  return {
    type: oneOf(options.type, TABLE_TYPES, "type"),
    addWords: options["add-words"] === undefined ? 0 : count(options["add-words"], "add-words"),
    // The pooler's vector comes from the graph, one for each text.
    pooling: options.pooling === "pooler" ? "mean" : options.pooling as Pooling,
    pca: options.pca === undefined
      ? undefined
      : options.pca === "auto"
      ? "auto"
      : numberOrOff(options.pca, "pca"),
    sifCoefficient: numberOrOff(options.sif, "sif"),
    removePattern: options.remove === "off" ? null : pattern(options.remove),
    vocabularyQuantization: options["quantize-vocabulary"] === undefined
      ? null
      : count(options["quantize-vocabulary"], "quantize-vocabulary"),
    normalize: !options["no-normalize"],
    seed: wholeNumber(options.seed, "seed", { least: 0, example: 12 }),
  };
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (cause) {
    throw new UsageError(
      `Cannot read --remove ${text}: ${(cause as Error).message}; write a regular expression, or off`,
    );
  }
}

function numberOrOff(text: string, option: string): number | null {
  if (text === "off") return null;
  const value = Number(text);
  if (value > 0) return value;
  throw new UsageError(`Cannot read --${option} ${text}: it is no number above 0; write a number, or off`);
}

function count(text: string, option: string): number {
  return wholeNumber(text, option, { least: 1, example: 8192 });
}

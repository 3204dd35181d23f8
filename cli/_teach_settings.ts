import { type Pooling, POOLINGS, type TeachingOptions } from "../distill/mod.ts";
import { UsageError } from "./_args.ts";
import { oneOf } from "./_choice.ts";
import type { Arguments, Options } from "./_command.ts";
import { deviceChoice } from "./_device_choice.ts";
import { RECIPE_SETTING } from "./_recipe_setting.ts";
import { wholeNumber } from "./_whole_number.ts";

/** Options of `teach`. */
export const TEACH_OPTIONS = {
  teacher: {
    type: "string",
    placeholder: "TEACHER",
    description: "The transformer: a folder with an ONNX file, or hf://models/OWNER/NAME",
  },
  to: {
    type: "string",
    placeholder: "DIR",
    description: "Folder of the shards; what it holds already is kept",
  },
  column: {
    type: "string",
    multiple: true,
    placeholder: "NAME",
    description: "Take the texts of this column only; all that each data set trains on if not given",
  },
  take: { type: "string", placeholder: "N", description: "Most different texts" },
  prompt: {
    type: "string",
    placeholder: "NAME|off",
    description: "Put this prompt of the teacher before every text; the teacher's own choice if not given",
  },
  pooling: {
    type: "string",
    placeholder: "NAME",
    description: `How tokens become one vector: ${POOLINGS.join(", ")}; as the teacher says if not given`,
  },
  "no-special": { type: "boolean", description: "Leave special tokens out where tokens become one vector" },
  "no-normalize": { type: "boolean", description: "Leave vectors at their own length" },
  "max-length": {
    type: "string",
    placeholder: "N",
    description: "Cut texts to N tokens; the teacher's limit if not given",
  },
  pca: {
    type: "string",
    placeholder: "N",
    description: "Project the vectors to N dimensions, and keep the projection beside them",
  },
  projection: {
    type: "string",
    placeholder: "DIR",
    description: "Project the vectors as those in this folder were, such as for held-out texts",
  },
  shard: { type: "string", placeholder: "N", description: "Texts of a shard", default: "65536" },
  onnx: {
    type: "string",
    placeholder: "FILE",
    description: "Another ONNX file of the teacher, such as onnx/model_fp16.onnx",
  },
  output: {
    type: "string",
    placeholder: "NAME",
    description: "Output of the graph to take, such as pooler_output",
  },
  ...deviceChoice("Where the teacher runs; auto is the cpu, cuda:1 the second of several"),
  "batch-tokens": {
    type: "string",
    placeholder: "N",
    description: "Most tokens that the teacher runs at once, padding included",
    default: "4096",
  },
  set: RECIPE_SETTING,
  json: { type: "boolean", description: "Print what was done as JSON" },
} as const satisfies Options;

/** Their values. */
export type TeachArguments = Arguments<typeof TEACH_OPTIONS>["options"];

/** What the options come to. */
export interface TeachSettings {
  /** The transformer. */
  teacher: string;
  /** Folder of the shards. */
  folder: string;
  /** How it is asked. */
  asked: TeachingOptions;
  /** Most tokens of a text; undefined for the teacher's limit. */
  maxLength: number | undefined;
  /** Most tokens at once. */
  batchTokens: number;
  /** Dimensions to keep; undefined for all. */
  pca: number | undefined;
  /** Folder whose projection is taken; undefined for none. */
  projection: string | undefined;
  /** Most different texts. */
  take: number;
  /** Texts of a shard. */
  shardTexts: number;
}

/**
 * Reads the options, before anything is loaded.
 *
 * @throws {UsageError} if one is missing or cannot be read
 */
export function readTeachSettings(options: TeachArguments): TeachSettings {
  const { pooling, prompt, projection, pca } = options;
  if (pca !== undefined && projection !== undefined) {
    throw new UsageError("Cannot run teach: --pca and --projection are both given; name one");
  }
  return {
    teacher: needed(options.teacher, "teacher", "the transformer's folder, or hf://models/OWNER/NAME"),
    folder: needed(options.to, "to", "the folder of the shards"),
    asked: {
      prompt: prompt === "off" ? null : prompt,
      pooling: pooling === undefined ? undefined : oneOf<Pooling>(pooling, POOLINGS, "pooling"),
      specialTokens: !options["no-special"],
      normalize: options["no-normalize"] ? false : undefined,
    },
    maxLength: count(options["max-length"], "max-length"),
    batchTokens: count(options["batch-tokens"], "batch-tokens")!,
    pca: count(pca, "pca"),
    projection,
    take: count(options.take, "take") ?? Infinity,
    shardTexts: count(options.shard, "shard")!,
  };
}

function needed(value: string | undefined, option: string, what: string): string {
  if (value !== undefined) return value;
  throw new UsageError(`Cannot run teach: --${option} is missing; name ${what}`);
}

function count(text: string | undefined, option: string): number | undefined {
  return text === undefined ? undefined : wholeNumber(text, option, { least: 1, example: 256 });
}

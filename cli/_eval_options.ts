import type { QuantizedReport } from "../eval/mod.ts";
import { parseSizes, UsageError } from "./_args.ts";
import type { Options, OptionValues } from "./_command.ts";
import { deviceChoice } from "./_device_choice.ts";
import { wholeNumber } from "./_whole_number.ts";

/** Options of `eval`. */
export const EVAL_OPTIONS = {
  benchmark: {
    type: "string",
    short: "b",
    multiple: true,
    placeholder: "NAME|DIR",
    description:
      "Score this instead: a benchmark (nanobeir), a data set (hf://datasets/OWNER/NAME), or a folder",
  },
  truncate: {
    type: "string",
    placeholder: "N,N,...",
    description: "Sizes to score; the recipe's Matryoshka sizes if not given",
  },
  baseline: {
    type: "string",
    multiple: true,
    placeholder: "NAME|DIR",
    description: "Score this beside it: bm25, random, another model, or none; bm25 if not given",
  },
  precision: {
    type: "string",
    multiple: true,
    placeholder: "NAME",
    description: "Score vectors stored so, too: int8, binary",
  },
  compare: {
    type: "boolean",
    description:
      "Test every further model against the first; of one model, smaller sizes against the largest",
  },
  speed: {
    type: "boolean",
    description: "Measure texts and tokens a second, one text, bytes, and the start",
  },
  ...deviceChoice("Where transformers run; auto is the cpu, on which tables always are"),
  worst: { type: "string", placeholder: "N", description: "Keep the N worst queries with what they found" },
  report: {
    type: "string",
    placeholder: "FILE",
    description: "Write a page with charts; measures speed and scores int8 and binary, too",
  },
  csv: { type: "string", placeholder: "FILE", description: "Write every score, one a line" },
  json: { type: "boolean", description: "Print the whole report as JSON instead of tables" },
  force: { type: "boolean", description: "Replace files that exist" },
  seed: { type: "string", placeholder: "N", description: "Seed of intervals and tests", default: "0" },
} as const satisfies Options;

/** What the options come to. */
export interface EvalWishes {
  /** Sizes to score; undefined if none were named. */
  sizes: number[] | undefined;
  /** `bm25`, `random`, or models. */
  baselines: string[];
  /** Precisions of stored vectors beside float32. */
  precisions: QuantizedReport["precision"][];
  /** How many of the worst queries are kept. */
  worst: number;
  /** Whether speed is measured. */
  speed: boolean;
  /** Seed of intervals and tests. */
  seed: number;
}

/** Worst queries on a page for which no other number was given. */
const WORST_ON_PAGE = 5;

/**
 * Reads the options that need it.
 *
 * @param options As given.
 * @throws {UsageError} If a value is none of those that may be.
 */
export function evalWishes(options: OptionValues<typeof EVAL_OPTIONS>): EvalWishes {
  const isPage = options.report !== undefined;
  const named = options.precision.map(precisionOf);
  return {
    sizes: options.truncate === undefined ? undefined : parseSizes(options.truncate, "truncate"),
    baselines: options.baseline.length > 0 ? options.baseline.filter((name) => name !== "none") : ["bm25"],
    precisions: isPage && named.length === 0 ? ["int8", "binary"] : [...new Set(named)],
    worst: options.worst === undefined ? (isPage ? WORST_ON_PAGE : 0) : count(options.worst, "worst"),
    speed: options.speed || isPage,
    seed: count(options.seed, "seed"),
  };
}

function precisionOf(name: string): QuantizedReport["precision"] {
  if (name === "int8" || name === "binary") return name;
  throw new UsageError(`Cannot read --precision ${name}: it is not known; write int8 or binary`);
}

function count(text: string, option: string): number {
  return wholeNumber(text, option, { least: 0, example: 5 });
}

import type { Pooling } from "./pooling.ts";

/** The names of the ways of pooling in `1_Pooling/config.json`: as flags, and since version 5 as a list. */
const NAMES: Readonly<Record<string, Pooling>> = {
  cls: "first",
  cls_token: "first",
  mean: "mean",
  mean_tokens: "mean",
  max: "max",
  max_tokens: "max",
  mean_sqrt_len_tokens: "meanSqrtLength",
  weightedmean: "weightedMean",
  weightedmean_tokens: "weightedMean",
  lasttoken: "last",
};

/** Flags of the field's file in the order in which the reference joins several vectors. */
const FLAG_ORDER = [
  "cls_token",
  "max_tokens",
  "mean_tokens",
  "mean_sqrt_len_tokens",
  "weightedmean_tokens",
  "lasttoken",
];

/** What `1_Pooling/config.json` says. */
export interface TeacherPooling {
  /** Ways of pooling; the vectors of several are joined. */
  poolings: readonly Pooling[];
  /** Whether the tokens of a prompt count. */
  includePrompt: boolean;
}

/** Without a pooling module the mean is taken, as Sentence Transformers does. */
export const DEFAULT_POOLING: TeacherPooling = { poolings: ["mean"], includePrompt: true };

/**
 * Reads `1_Pooling/config.json`.
 *
 * @param config the file's fields
 * @param refuse throws an error with the reason
 */
export function readPooling(
  config: Record<string, unknown>,
  refuse: (reason: string) => never,
): TeacherPooling {
  const listed = config.pooling_mode;
  const names = listed === undefined
    ? FLAG_ORDER.filter((name) => config[`pooling_mode_${name}`] === true)
    : [listed].flat().map(String);
  const poolings = names.map((name) => NAMES[name] ?? refuse(`its pooling ${name} is not known`));
  if (poolings.length === 0) return refuse("its pooling module names no way of pooling that is known");
  return { poolings, includePrompt: config.include_prompt !== false };
}

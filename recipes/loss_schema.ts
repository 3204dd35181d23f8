import { allSizeWeights, lossGuide, lossRequirements, type LossSpec } from "../train/mod.ts";
import { v } from "./_valibot.ts";
import { BASE_LOSSES } from "./base_loss_schema.ts";
import { between, field, orNone, record, refuse, tagged, whole } from "./_fields.ts";

const weight = field(v.optional(between(0, Number.MAX_VALUE), 1), "Its weight, 0 or more.");

const OF_LOSSES = "The losses, which are added up on the same rows.";
const NO_LOSS = "is an empty list; name a loss";
const baseLoss = field(tagged(BASE_LOSSES), "A loss that stands alone.");
const baseSum = record({
  kind: v.literal("sum"),
  losses: field(v.pipe(v.array(record({ loss: baseLoss, weight })), v.minLength(1, NO_LOSS)), OF_LOSSES),
});
const innerLoss = field(tagged([...BASE_LOSSES, baseSum]), "The loss that every size computes.");

const matryoshka = v.pipe(
  record({
    kind: v.literal("matryoshka"),
    loss: innerLoss,
    dims: field(
      v.pipe(v.array(whole(1), "must be a list of sizes"), v.nonEmpty("is an empty list; name the sizes")),
      "Sizes in dimensions, each once; the largest is model.dim.",
    ),
    weights: field(
      orNone(v.array(between(0, Number.MAX_VALUE))),
      "Weight of each size, in the order of dims, 0 or more; null weighs every size 1.",
    ),
    dimsPerStep: field(orNone(whole(1)), "How many of the sizes a step draws at random; null takes all."),
  }),
  refuse(["dims"], ({ dims }) => {
    const twice = dims.find((dim, index) => dims.indexOf(dim) !== index);
    return twice === undefined ? undefined : `names ${twice} twice; name each size once`;
  }),
  refuse(["weights"], ({ dims, weights }) => {
    if (weights === null || weights.length === dims.length) return undefined;
    return `has ${weights.length} entries for ${dims.length} sizes; give one weight a size`;
  }),
  refuse(["dimsPerStep"], ({ dims, dimsPerStep }) => {
    if (dimsPerStep === null || dimsPerStep <= dims.length) return undefined;
    return `is ${dimsPerStep} of ${dims.length} sizes; draw at most all of them`;
  }),
);

const summand = field(tagged([...BASE_LOSSES, matryoshka]), "A loss of the sum.");

const sum = record({
  kind: v.literal("sum"),
  losses: field(v.pipe(v.array(record({ loss: summand, weight })), v.minLength(1, NO_LOSS)), OF_LOSSES),
});

/** Every loss a recipe may name. */
export const LOSS_SCHEMA = tagged([...BASE_LOSSES, matryoshka, sum]);

/** Parts of the schema that the JSON Schema names once and refers to. */
export const LOSS_DEFINITIONS = { loss: LOSS_SCHEMA, baseLoss, innerLoss, summand };

/**
 * Why a loss does not fit a model, or its parts each other; undefined if all fit.
 *
 * @param loss The loss.
 * @param dim The model's dimension.
 * @returns The predicate of a sentence whose subject is the loss.
 */
export function lossFault(loss: LossSpec, dim: number): string | undefined {
  const parts = loss.kind === "sum" ? loss.losses.map((part) => part.loss) : [loss];
  for (const part of parts) {
    if (part.kind !== "matryoshka" || Math.max(...part.dims) === dim) continue;
    return `has the dims ${part.dims.join(", ")} for model.dim ${dim}; the largest size must be model.dim`;
  }
  try {
    for (const check of [lossRequirements, lossGuide, allSizeWeights]) check(loss);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `does not fit together: ${error.message.replace(/^[^:]*: /, "")}`;
  }
  return undefined;
}

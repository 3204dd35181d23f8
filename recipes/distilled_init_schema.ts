import type { Pooling } from "../distill/mod.ts";
import { between, choice, field, must, record, text } from "./_fields.ts";
import { v } from "./_valibot.ts";

/** Names alone: the room that distils has libraries that a schema need not wait for. */
const POOLINGS = [
  "mean",
  "first",
  "last",
  "max",
  "meanSqrtLength",
  "weightedMean",
] as const satisfies Pooling[];

/** A table that begins as a transformer's vectors of single tokens. */
export const DISTILLED_INIT_SCHEMA = record({
  distill: field(
    text("a transformer's folder"),
    "A transformer: folder or hf://models/OWNER/NAME. The table begins with its vectors of single tokens.",
  ),
  pooling: field(
    v.optional(choice(POOLINGS), "mean"),
    "How a token and the special tokens around it become one vector.",
  ),
  pca: field(
    v.optional(v.boolean(must("true or false")), true),
    "Whether the axes of largest variance are kept; without, the transformer must have model.dim dimensions.",
  ),
  sifCoefficient: field(
    v.optional(v.nullable(between(1e-9, 0.999)), 1e-4),
    "Rows weigh A / (A + their token's frequency by its rank); null weighs all alike.",
  ),
});

import { v } from "./_valibot.ts";
import { above, between, choice, field, orNone, record, refuse, tagged, whole } from "./_fields.ts";

const multipleNegativesRanking = record({
  kind: v.literal("multipleNegativesRanking"),
  scale: field(v.optional(above(0), 20), "Factor on the cosine similarities, above 0."),
  directions: field(
    v.optional(
      v.pipe(
        v.array(
          choice(["queryToDoc", "queryToQuery", "docToQuery", "docToDoc"]),
          "must be a list of directions",
        ),
        v.nonEmpty("is an empty list; name a direction"),
      ),
      ["queryToDoc"],
    ),
    "Which similarities compete with the positive's: anchors (queries) or positives (docs) against either.",
  ),
  partitionMode: field(
    v.optional(choice(["joint", "perDirection"]), "joint"),
    "One softmax over all directions, or the mean of one for each.",
  ),
});

/** The losses that stand alone, and that Matryoshka can wrap: a new loss is a new row here. */
const BASE_LOSSES = [multipleNegativesRanking] as const;

const matryoshka = v.pipe(
  record({
    kind: v.literal("matryoshka"),
    loss: field(tagged(BASE_LOSSES), "The loss that every size computes."),
    dims: field(
      v.pipe(v.array(whole(1), "must be a list of sizes"), v.nonEmpty("is an empty list; name the sizes")),
      "Sizes in dimensions, each once; the largest is model.dim.",
    ),
    weights: field(
      orNone(v.array(between(0, Number.MAX_VALUE))),
      "Weight of each size, in the order of dims, 0 or more; null weighs every size 1.",
    ),
  }),
  refuse(["dims"], ({ dims }) => {
    const twice = dims.find((dim, index) => dims.indexOf(dim) !== index);
    return twice === undefined ? undefined : `names ${twice} twice; name each size once`;
  }),
  refuse(["weights"], ({ dims, weights }) => {
    if (weights === null || weights.length === dims.length) return undefined;
    return `has ${weights.length} entries for ${dims.length} sizes; give one weight a size`;
  }),
);

/** Every loss a recipe may name. */
export const LOSS_SCHEMA = tagged([...BASE_LOSSES, matryoshka]);

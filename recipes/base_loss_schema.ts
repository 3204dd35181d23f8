import { v } from "./_valibot.ts";
import { above, between, choice, field, must, orNone, record, refuse, text, whole } from "./_fields.ts";

const flag = v.optional(v.boolean(must("true or false")), true);
const atLeastZero = between(0, Number.MAX_VALUE);

const scale = field(v.optional(above(0), 20), "Factor on the cosine similarities, above 0.");
const chunkSize = field(
  v.optional(whole(1), 1024),
  "Anchors whose similarities are in memory at a time; it changes time and memory, not the result.",
);
const DISTANCES = ["euclidean", "manhattan", "cosine"] as const;
const distance = field(v.optional(choice(DISTANCES), "euclidean"), "How distances are measured.");
const pairLabelDistance = field(v.optional(choice(DISTANCES), "cosine"), "How distances are measured.");
const pairDistance = field(
  v.optional(choice(["euclidean", "cosine"]), "euclidean"),
  "How distances are measured.",
);
const similarity = field(
  v.optional(choice(["dot", "cosine"]), "dot"),
  "How similarity is measured: the dot product or the cosine.",
);

const rankingFields = {
  scale,
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
  hardnessMode: field(
    orNone(choice(["inBatchNegatives", "hardNegatives", "allNegatives"])),
    "Which negatives weigh more, the harder they are; null treats all alike.",
  ),
  hardnessStrength: field(
    v.optional(atLeastZero, 0),
    "How much more: a negative counts exp(strength cos) times.",
  ),
};

/** What the rules across the fields of the ranking losses look at. */
interface Ranking {
  directions: readonly string[];
  partitionMode: string;
  hardnessMode: string | null;
  hardnessStrength: number;
}

function missingPositive({ directions }: Ranking): string | undefined {
  if (directions.includes("queryToDoc")) return undefined;
  return "leave out queryToDoc, which holds the positive; add it";
}

function directionWithoutPositive({ directions, partitionMode }: Ranking): string | undefined {
  const without = directions.find((each) => each === "queryToQuery" || each === "docToDoc");
  if (partitionMode !== "perDirection" || without === undefined) return undefined;
  return `is "perDirection" with ${without}, which does not hold the positive; use "joint"`;
}

function strengthOrModeAlone({ hardnessMode, hardnessStrength }: Ranking): string | undefined {
  if ((hardnessMode === null) === (hardnessStrength === 0)) return undefined;
  return hardnessMode === null
    ? `is ${hardnessStrength} without hardnessMode; name one`
    : `is 0, so hardnessMode "${hardnessMode}" has no effect; set it above 0`;
}

const gistFields = {
  guide: field(
    text("a model folder or hf://models/OWNER/NAME"),
    "The model that tells which negatives are false: a folder or hf://models/OWNER/NAME.",
  ),
  temperature: field(v.optional(above(0), 0.01), "What the cosines are divided by, above 0."),
  marginStrategy: field(
    v.optional(choice(["absolute", "relative"]), "absolute"),
    "The margin as a difference of cosines, or as a share of the positive's cosine.",
  ),
  margin: field(
    v.optional(atLeastZero, 0),
    "A negative is left out if its cosine by the guide is above the positive's minus the margin.",
  ),
  contrastAnchors: field(flag, "Whether other anchors compete."),
  contrastPositives: field(flag, "Whether positives compete with each other."),
};

const tripletMargin = field(v.optional(above(0), 5), "By how much the negative must be farther, above 0.");
const contrastiveFields = {
  distance: pairLabelDistance,
  margin: field(
    v.optional(above(0), 0.5),
    "Distance from which on a pair that does not belong together costs nothing.",
  ),
};
const aggregation = choice(["mean", "sum"]);
/** The losses that stand alone, and that Matryoshka can wrap: a new loss is a new row here. */
export const BASE_LOSSES = [
  v.pipe(
    record({ kind: v.literal("multipleNegativesRanking"), ...rankingFields }),
    refuse(["directions"], (loss) => missingPositive(loss)),
    refuse(["partitionMode"], (loss) => directionWithoutPositive(loss)),
    refuse(["hardnessStrength"], (loss) => strengthOrModeAlone(loss)),
  ),
  record({ kind: v.literal("multipleNegativesSymmetricRanking"), scale }),
  v.pipe(
    record({ kind: v.literal("cachedMultipleNegativesRanking"), ...rankingFields, chunkSize }),
    refuse(["directions"], (loss) => missingPositive(loss)),
    refuse(["partitionMode"], (loss) => directionWithoutPositive(loss)),
    refuse(["hardnessStrength"], (loss) => strengthOrModeAlone(loss)),
  ),
  record({ kind: v.literal("gist"), ...gistFields }),
  record({ kind: v.literal("cachedGist"), ...gistFields, chunkSize }),
  record({
    kind: v.literal("megaBatchMargin"),
    positiveMargin: field(v.optional(between(-1, 1), 0.8), "Cosine that a positive must reach."),
    negativeMargin: field(v.optional(between(-1, 1), 0.3), "Cosine that a negative must not exceed."),
  }),
  record({ kind: v.literal("triplet"), distance, margin: tripletMargin }),
  record({ kind: v.literal("coSent"), scale }),
  record({ kind: v.literal("anglE"), scale }),
  record({ kind: v.literal("cosineSimilarity") }),
  record({
    kind: v.literal("contrastive"),
    ...contrastiveFields,
    reduction: field(v.optional(aggregation, "mean"), "Mean or sum over the rows."),
  }),
  record({ kind: v.literal("onlineContrastive"), ...contrastiveFields }),
  record({
    kind: v.literal("batchHardTriplet"),
    distance: pairDistance,
    margin: field(
      v.optional(v.union([above(0), v.literal("soft")], must('a number above 0 or "soft"')), 5),
      'By how much other classes must be farther, above 0; or "soft".',
    ),
  }),
  record({ kind: v.literal("batchSemiHardTriplet"), distance: pairDistance, margin: tripletMargin }),
  record({ kind: v.literal("batchAllTriplet"), distance: pairDistance, margin: tripletMargin }),
  record({ kind: v.literal("marginMse"), similarity }),
  record({
    kind: v.literal("distillKlDiv"),
    similarity,
    studentTemperature: field(v.optional(above(0), 1), "What the student's scores are divided by."),
    teacherTemperature: field(v.optional(above(0), 1), "What the teacher's scores are divided by."),
  }),
  record({ kind: v.literal("mse") }),
  record({
    kind: v.literal("embedDistill"),
    distance: field(
      v.optional(choice(["cosine", "l2", "mse"]), "cosine"),
      "1 - cosine, length of the difference, or its mean square.",
    ),
  }),
  record({
    kind: v.literal("teacherContrast"),
    scale,
    symmetric: field(
      v.optional(v.boolean(must("true or false")), false),
      "Whether teacher vectors must find their texts, too.",
    ),
  }),
  v.pipe(
    record({
      kind: v.literal("globalOrthogonalRegularization"),
      meanWeight: field(v.optional(atLeastZero, 1), "Weight of the mean of the cosines, squared."),
      secondMomentWeight: field(v.optional(atLeastZero, 1), "Weight of their second moment above 1/dim."),
      aggregation: field(v.optional(aggregation, "mean"), "Mean or sum over the text columns."),
    }),
    refuse(["meanWeight"], ({ meanWeight, secondMomentWeight }) => {
      if (meanWeight > 0 || secondMomentWeight > 0) return undefined;
      return "and secondMomentWeight are both 0; set one above 0";
    }),
  ),
] as const;

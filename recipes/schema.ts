import { lossRequirements } from "../train/mod.ts";
import { toJsonSchema, v } from "./_valibot.ts";
import { CURRICULUM_SCHEMA } from "./curriculum_schema.ts";
import { DISTILLED_INIT_SCHEMA } from "./distilled_init_schema.ts";
import { EVALUATION_SCHEMA } from "./evaluation_schema.ts";
import { LOSS_DEFINITIONS, LOSS_SCHEMA, lossFault } from "./loss_schema.ts";
import {
  above,
  between,
  choice,
  choiceOr,
  field,
  keyed,
  must,
  orNone,
  record,
  refuse,
  tagged,
  text,
  whole,
} from "./_fields.ts";

const tokenizer = v.union([
  text("a path, hf://models/OWNER/NAME, or a record that says what to build"),
  record({
    build: field(choice(["wordPiece"]), "How words are cut."),
    vocabSize: field(whole(1_000, 10_000_000), "Entries of the vocabulary at most."),
  }),
], must("a path, hf://models/OWNER/NAME, or a record that says what to build"));

const model = record({
  dim: field(whole(1, 16_384), "Dimensions of a vector."),
  init: field(
    v.optional(
      keyed(
        v.literal("normal"),
        {
          draw: record({
            draw: field(
              choice(["normal"]),
              "Values of normal(0, 1), each row weighted by its token's frequency.",
            ),
            sifCoefficient: field(
              v.optional(between(1e-9, 0.999), 1e-3),
              "Rows weigh A / (A + their token's share of the training tokens).",
            ),
          }),
          from: record({
            from: field(text("a model folder"), "A saved model: folder or hf://models/OWNER/NAME."),
            carry: field(
              v.optional(v.boolean(must("true or false")), false),
              "Whether tokens also match by other spellings, and those without a match begin as the mean of their pieces.",
            ),
          }),
          distill: DISTILLED_INIT_SCHEMA,
          seeds: record({
            seeds: field(whole(2, 100), "Tables that are tried."),
            steps: field(
              whole(1),
              "Steps that each is trained before they are compared on the next batches.",
            ),
          }),
        },
        '"normal", {draw: "normal"}, {from: a saved model}, {distill: a transformer} or {seeds, steps}',
      ),
      "normal",
    ),
    "Start of the table: normal(0, 1), a saved model with rows matched by text, a transformer's tokens, or the best draw.",
  ),
  normalize: field(
    v.optional(v.boolean(must("true or false")), false),
    "Whether the saved model scales its vectors to length 1.",
  ),
});

const dataset = record({
  source: field(
    text("a file, a glob or hf://datasets/OWNER/NAME"),
    "File, glob or hf://datasets/OWNER/NAME.",
  ),
  config: field(orNone(text("a configuration's name")), "Configuration on the hub; null takes the default."),
  revision: field(
    orNone(text("a branch, tag or commit")),
    "Branch, tag or commit on the hub; null takes the main branch as it is now.",
  ),
  split: field(v.optional(text("a split's name"), "train"), "Split to train on."),
  columns: field(
    orNone(
      v.pipe(
        v.array(text("a column's name"), must("a list of column names")),
        v.minLength(1, must("a list of column names")),
      ),
    ),
    "Columns in the order the loss reads them; null takes them as they stand.",
  ),
  take: field(orNone(whole(1)), "The first so many rows only; null takes all."),
  heldOut: field(
    v.optional(
      v.union(
        [whole(0), record({ split: field(text("a split's name"), "Split that is kept for evaluation.") })],
        must("a number of rows or {split: a split's name}"),
      ),
      0,
    ),
    "Rows kept for evaluation: so many drawn by the seed, or a split of its own.",
  ),
  duplicates: field(
    v.optional(choice(["drop", "keep"]), "drop"),
    "What becomes of a row whose texts are all those of an earlier row.",
  ),
  weight: field(v.optional(above(0), 1), "Factor of its share of the batches in weighted mixing."),
  loss: field(orNone(LOSS_SCHEMA), "The loss of this data set; null takes the recipe's."),
});

const beta = v.pipe(between(0, 1), v.ltValue(1, must("a number from 0 to below 1")));
const betas = field(
  v.optional(v.strictTuple([beta, beta], must("two numbers from 0 to below 1")), [0.9, 0.999]),
  "Decay of the running mean and of the running square, 0 to below 1.",
);
const epsilon = field(v.optional(above(0), 1e-8), "Added to the root of the running square.");
const weightDecay = field(
  v.optional(between(0, 1), 0),
  "Share of a weight taken away each step, times the rate.",
);

/** Every optimizer a recipe may name: a new one is a new row here. */
const OPTIMIZER_SCHEMA = tagged([
  record({ kind: v.literal("adamw"), betas, epsilon, weightDecay }),
  record({
    kind: v.literal("caughtUpAdamw"),
    betas,
    epsilon,
    weightDecay,
    denseSteps: field(v.optional(whole(0), 100), "Steps at the start that update every row."),
  }),
  record({ kind: v.literal("sparseAdam"), betas, epsilon }),
  record({
    kind: v.literal("sgd"),
    momentum: field(v.optional(beta, 0.9), "Share of the last step that is repeated, 0 to below 1."),
    weightDecay: field(v.optional(between(0, 1), 0), "Share of a weight added to its gradient."),
  }),
  record({
    kind: v.literal("rowwiseAdagrad"),
    epsilon: field(v.optional(above(0), 1e-8), "Added to the root of the accumulator."),
  }),
]);

const MIXING_RULE = '"proportional", "roundRobin" or {kind: "weighted", temperature}';

const weightedMixing = record({
  kind: v.literal("weighted"),
  temperature: field(
    v.optional(above(0), 1),
    "A data set's share is its weight times rows^(1 / temperature): by size with 1, the higher the more alike.",
  ),
});

const bestModel = record({
  metric: field(
    text("a score's name"),
    "A score by its name in metrics.jsonl, such as NanoBEIR_mean_cosine_ndcg@10; the higher the better.",
  ),
  size: field(orNone(whole(1)), "Size it is taken at; null takes the largest."),
  patience: field(
    orNone(whole(1)),
    "End after so many evaluations in a row that are not better; null goes on to the end.",
  ),
  minDelta: field(
    v.optional(between(0, Number.MAX_VALUE), 0),
    "How much better counts as better, 0 or more.",
  ),
});

const training = v.pipe(
  record({
    learningRate: field(
      above(0),
      "Rate at its highest, above 0 (0.2 from random values, 0.05 from trained ones).",
    ),
    epochs: field(v.optional(whole(1), 1), "Passes over the data."),
    maxSteps: field(
      orNone(whole(0)),
      "Stop after so many steps; 0 saves the initial table as it is, null runs all epochs.",
    ),
    batchSize: field(v.optional(whole(2), 2048), "Rows a step."),
    warmupRatio: field(
      orNone(between(0, 1)),
      "Share of the steps in which the rate rises from 0; 0.1 unless warmupSteps is given.",
    ),
    warmupSteps: field(
      orNone(whole(0)),
      "Steps in which the rate rises from 0; null where warmupRatio says it.",
    ),
    schedule: field(
      v.optional(choice(["linear", "constant", "cosine", "warmupStableDecay"]), "linear"),
      "The rate after warm-up: a line or half a cosine to 0, constant, or constant with a line to 0 at the end.",
    ),
    decayRatio: field(
      v.optional(between(0, 1), 0.1),
      "Share of the steps at the end in which warmupStableDecay falls to 0.",
    ),
    optimizer: field(v.optional(OPTIMIZER_SCHEMA, { kind: "adamw" }), "How gradients move the weights."),
    maxGradNorm: field(
      v.optional(v.nullable(above(0)), 1),
      "Gradients longer than this (global L2 norm) are scaled down to it; null leaves them.",
    ),
    accumulationSteps: field(v.optional(whole(1), 1), "Batches whose mean gradient makes a step."),
    frequencyPower: field(
      v.optional(between(0, 2), 0),
      "Rows of frequent tokens learn slower: rate times (count / mean count)^-power, 0.1 to 10; 0 treats all alike.",
    ),
    precision: field(
      v.optional(choice(["float32", "float16", "bfloat16"]), "float32"),
      "Type in which products of embeddings are computed, from and to float32; the cpu has float32 only.",
    ),
    batchSampler: field(
      v.optional(choice(["noDuplicates", "batch"]), "noDuplicates"),
      "noDuplicates: no text twice in a batch; batch: rows as they come.",
    ),
    mixing: field(
      v.optional(
        choiceOr(["proportional", "roundRobin"], weightedMixing, MIXING_RULE),
        "proportional",
      ),
      "Which data set gives the next batch: in proportion to their sizes, in turn, or by weight and size.",
    ),
    curriculum: field(
      orNone(CURRICULUM_SCHEMA),
      "In which order rows come in by their difficulty; null: from all rows from the beginning.",
    ),
    evalSteps: field(orNone(whole(1)), "Evaluate every so many steps; null: at the end only."),
    bestModel: field(
      v.optional(v.nullable(bestModel), null),
      "Keep the model of the best evaluation, and end early when none gets better; null keeps the last.",
    ),
    saveSteps: field(orNone(whole(1)), "Save a checkpoint every so many steps; null: at the end only."),
    saveTotalLimit: field(orNone(whole(1)), "Checkpoints kept, the newest; null keeps all."),
    logSteps: field(v.optional(whole(1), 10), "Log loss, rate and norm every so many steps."),
  }),
  refuse(["warmupRatio"], ({ warmupRatio, warmupSteps }) => {
    if (warmupRatio === null || warmupSteps === null) return undefined;
    return "and training.warmupSteps are both given; set one of them to null";
  }),
  refuse(["bestModel"], ({ bestModel, evalSteps }) => {
    if (bestModel === null || evalSteps !== null) return undefined;
    return "needs evaluations during the training; set training.evalSteps";
  }),
);

const NAME_RULE = "lower-case letters, digits, dots and dashes, starting with a letter or digit";
const NAME = /^[a-z0-9][a-z0-9.-]*$/;

/** The one schema of a recipe: it checks, fills in defaults, and gives the JSON Schema. */
export const RECIPE_SCHEMA = v.pipe(
  record({
    name: field(
      v.pipe(text(NAME_RULE), v.regex(NAME, must(NAME_RULE)), v.maxLength(100, must("at most 100 letters"))),
      `Names the run's folder: ${NAME_RULE}.`,
    ),
    seed: field(v.optional(whole(0, 2 ** 32 - 1), 12), "Every random choice follows from it."),
    tokenizer: field(
      tokenizer,
      "A tokenizer.json (file, folder or hf://models/OWNER/NAME), or a vocabulary to build from the training texts.",
    ),
    model: field(model, "The table that is trained."),
    datasets: field(
      v.pipe(
        v.record(text("a name"), dataset, must("a record of data sets")),
        v.minEntries(1, "names no data set; name at least one"),
      ),
      "Training sets by name, at least one.",
    ),
    loss: field(LOSS_SCHEMA, "What a step minimises."),
    training: field(training, "How it is minimised."),
    evaluation: field(
      v.optional(v.array(EVALUATION_SCHEMA, must("a list of evaluations")), []),
      "What scores the model.",
    ),
  }),
  refuse(["loss", "dims"], ({ loss, model }) => {
    if (loss.kind !== "matryoshka" || Math.max(...loss.dims) === model.dim) return undefined;
    const sizes = loss.dims.join(", ");
    return `are ${sizes} for model.dim ${model.dim}; the largest size must be model.dim`;
  }),
  refuse(["loss"], ({ loss, model }) => loss.kind === "matryoshka" ? undefined : lossFault(loss, model.dim)),
  refuse(["datasets"], ({ datasets, model }) => {
    for (const [name, { loss }] of Object.entries(datasets)) {
      const fault = loss === null ? undefined : lossFault(loss, model.dim);
      if (fault !== undefined) return `hold ${name}, whose loss ${fault}`;
    }
    return undefined;
  }),
  refuse(["datasets"], ({ datasets, training }) => {
    const weighted = Object.entries(datasets).find(([, { weight }]) => weight !== 1);
    if (weighted === undefined || typeof training.mixing === "object") return undefined;
    return `hold ${weighted[0]} with a weight, which ${training.mixing} mixing does not use; ` +
      'set training.mixing to {kind: "weighted"}';
  }),
  refuse(["evaluation"], ({ evaluation, datasets }) => {
    const asks = evaluation.some((each) => each.kind === "heldOutRetrieval");
    if (!asks || Object.values(datasets).some((each) => each.heldOut !== 0)) return undefined;
    return "asks for heldOutRetrieval, but no data set holds rows out; set heldOut on one";
  }),
  refuse(["evaluation"], ({ evaluation, datasets, loss }) => {
    if (!evaluation.some((each) => each.kind === "heldOutTeacherVectors")) return undefined;
    const holdsOut = Object.values(datasets).some((each) =>
      each.heldOut !== 0 && lossRequirements(each.loss ?? loss).labelKind === "vector"
    );
    if (holdsOut) return undefined;
    return "asks for heldOutTeacherVectors, but no data set with a loss on teacher vectors holds rows out; " +
      "set heldOut on one";
  }),
);

/**
 * The JSON Schema of a recipe as one writes it.
 *
 * @returns Draft 2020-12, with descriptions, ranges and defaults.
 */
export function recipeJsonSchema(): Record<string, unknown> {
  const schema = toJsonSchema(RECIPE_SCHEMA, {
    target: "draft-2020-12",
    typeMode: "input",
    definitions: LOSS_DEFINITIONS,
    ignoreActions: ["raw_check", "finite"],
  });
  return { title: "Lathe recipe", ...schema };
}

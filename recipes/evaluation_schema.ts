import { v } from "./_valibot.ts";
import { choice, field, must, orNone, record, tagged, text, whole } from "./_fields.ts";

const words = v.record(v.string(), text("a text"), must("a record of texts"));
const yesOrNo = v.boolean(must("true or false"));

/** What every record of an evaluation may say. */
const named = {
  name: field(orNone(text("a name")), "Name in the table of scores; null takes source and configuration."),
  benchmark: field(orNone(text("a name")), "Benchmark it belongs to, for means; null takes the source."),
  mainMetric: field(orNone(text("a score's name")), "Score that tables show; null takes the kind's."),
};

/** What the records of all tables have. */
const table = {
  source: field(text("a file, a glob, a folder or a data set"), "Files, a folder, or a data set of the hub."),
  config: field(orNone(text("a configuration's name")), "Configuration; null takes the default one."),
  split: field(orNone(text("a split's name")), "Split to score; null takes test, of plain files all rows."),
  ...named,
  columns: field(orNone(words), "Names of the columns by what they hold; null takes the usual ones."),
  where: field(orNone(words), "Values that a row's columns must have; null takes all rows."),
  take: field(orNone(whole(1)), "At most this many rows; null takes all."),
};

/** How retrieval is scored. */
const search = {
  ...named,
  excludeSameId: field(
    orNone(yesOrNo),
    "Whether a query must not find the document with its own id; null: BEIR yes, NanoBEIR no.",
  ),
  definitions: field(
    orNone(choice(["reference", "trec"])),
    "Whose definitions count where Sentence Transformers and NIST differ; null: BEIR trec, NanoBEIR reference.",
  ),
};

const nanoBeir = record({
  kind: v.literal("nanoBeir"),
  source: field(
    v.optional(text("a data set or folder"), "hf://datasets/sentence-transformers/NanoBEIR-en"),
    "Data set with configurations corpus, queries and qrels, one split a collection.",
  ),
  collections: field(orNone(v.array(text("a collection's name"))), "Collections to score; null scores all."),
  ...search,
});

const beir = record({
  kind: v.literal("beir"),
  path: field(text("a folder's path or a data set"), "Where corpus, queries and judgments lie, as in BEIR."),
  split: field(v.optional(text("a split's name"), "test"), "Which relevance judgments."),
  config: field(orNone(text("a configuration's name")), "What the names of the configurations begin with."),
  ...search,
});

const classification = record({
  kind: v.literal("classification"),
  ...table,
  trainSplit: field(
    v.optional(text("a split's name"), "train"),
    "Split to learn from.",
  ),
  samplesPerLabel: field(v.optional(whole(1), 8), "Examples drawn of every label."),
  draws: field(v.optional(whole(1), 10), "How many times examples are drawn."),
  seed: field(v.optional(whole(0, 2 ** 32 - 1), 42), "Seed of the draws; 42 is MTEB's."),
});

const heldOutRetrieval = record({
  kind: v.literal("heldOutRetrieval"),
  limit: field(orNone(whole(1)), "At most this many held-out rows of each data set; null takes all."),
});

const heldOutTeacherVectors = record({
  kind: v.literal("heldOutTeacherVectors"),
  limit: field(orNone(whole(1)), "At most this many held-out rows of each data set; null takes all."),
});

const benchmark = record({
  kind: v.literal("benchmark"),
  name: field(
    text("a benchmark's or task's name"),
    "Public benchmark, such as NanoBEIR or STS, or one of its tasks.",
  ),
  languages: field(orNone(v.array(text("a language"))), "Languages to score, as de or deu; null scores all."),
});

/** Every evaluation a recipe may name: a new evaluation is a new row here. */
export const EVALUATION_SCHEMA = tagged([
  benchmark,
  nanoBeir,
  beir,
  record({ kind: v.literal("sts"), ...table }),
  record({ kind: v.literal("triplets"), ...table }),
  record({ kind: v.literal("pairClassification"), ...table }),
  classification,
  record({ kind: v.literal("reranking"), ...table }),
  record({ kind: v.literal("translation"), ...table }),
  record({ kind: v.literal("paraphraseMining"), ...table }),
  record({ kind: v.literal("teacherVectors"), ...table }),
  heldOutRetrieval,
  heldOutTeacherVectors,
]);

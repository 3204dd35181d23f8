import { v } from "./_valibot.ts";
import { field, orNone, record, tagged, text, whole } from "./_fields.ts";

const nanoBeir = record({
  kind: v.literal("nanoBeir"),
  source: field(
    v.optional(text("a data set"), "hf://datasets/sentence-transformers/NanoBEIR-en"),
    "Data set with configurations corpus, queries and qrels, one split a collection.",
  ),
  collections: field(orNone(v.array(text("a collection's name"))), "Collections to score; null scores all."),
});

const beir = record({
  kind: v.literal("beir"),
  path: field(text("a folder's path"), "Folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv."),
  split: field(v.optional(text("a split's name"), "test"), "Which relevance judgments."),
});

const sts = record({
  kind: v.literal("sts"),
  source: field(text("a file, a glob or a data set"), "Data with columns sentence1, sentence2 and score."),
  config: field(orNone(text("a configuration's name")), "Configuration; null takes the default one."),
  split: field(v.optional(text("a split's name"), "test"), "Split to score."),
  name: field(orNone(text("a name")), "Name in the table of scores; null takes source and configuration."),
});

const heldOutRetrieval = record({
  kind: v.literal("heldOutRetrieval"),
  limit: field(orNone(whole(1)), "At most this many held-out rows of each data set; null takes all."),
});

/** Every evaluation a recipe may name: a new evaluation is a new row here. */
export const EVALUATION_SCHEMA = tagged([nanoBeir, beir, sts, heldOutRetrieval]);

import { defineRecipe } from "./define_recipe.ts";
import { sts } from "../eval/mod.ts";
import { matryoshka, multipleNegativesRanking } from "./loss_records.ts";

/** Data sets of one owner, by name. */
const hub = (name: string): string => `hf://datasets/sentence-transformers/${name}`;

const parallel = ["english", "non_english"];
const inferred = ["anchor", "positive", "negative"];
const simplified = ["text", "simplified"];
const captions = ["caption1", "caption2"];
const languages = ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "zh"];

/** Similarity over many languages: the data and arguments of static-similarity-mrl-multilingual-v1. */
export default defineRecipe({
  name: "static-similarity-mrl-multilingual",
  seed: 12,
  tokenizer: "hf://models/google-bert/bert-base-multilingual-uncased",
  model: { dim: 1024, init: "normal" },
  datasets: {
    wikititles: { source: hub("parallel-sentences-wikititles"), heldOut: 10_000, columns: parallel },
    tatoeba: { source: hub("parallel-sentences-tatoeba"), config: "all", heldOut: 10_000, columns: parallel },
    talks: { source: hub("parallel-sentences-talks"), config: "all", heldOut: 10_000, columns: parallel },
    europarl: {
      source: hub("parallel-sentences-europarl"),
      config: "all",
      take: 5_000_000,
      heldOut: 10_000,
      columns: parallel,
    },
    global_voices: {
      source: hub("parallel-sentences-global-voices"),
      config: "all",
      heldOut: 10_000,
      columns: parallel,
    },
    jw300: { source: hub("parallel-sentences-jw300"), config: "all", heldOut: 10_000, columns: parallel },
    muse: { source: hub("parallel-sentences-muse"), heldOut: 10_000, columns: parallel },
    wikimatrix: {
      source: hub("parallel-sentences-wikimatrix"),
      config: "all",
      heldOut: 10_000,
      columns: parallel,
    },
    opensubtitles: {
      source: hub("parallel-sentences-opensubtitles"),
      config: "all",
      take: 5_000_000,
      heldOut: 10_000,
      columns: parallel,
    },
    stackexchange: {
      source: hub("stackexchange-duplicates"),
      config: "post-post-pair",
      heldOut: 10_000,
      columns: ["post1", "post2"],
    },
    quora: { source: hub("quora-duplicates"), config: "triplet", heldOut: 10_000, columns: inferred },
    wikianswers_duplicates: {
      source: hub("wikianswers-duplicates"),
      take: 10_000_000,
      heldOut: 10_000,
      columns: ["anchor", "positive"],
    },
    all_nli: { source: hub("all-nli"), config: "triplet", heldOut: { split: "dev" }, columns: inferred },
    simple_wiki: { source: hub("simple-wiki"), heldOut: 10_000, columns: simplified },
    altlex: { source: hub("altlex"), heldOut: 10_000, columns: simplified },
    flickr30k_captions: { source: hub("flickr30k-captions"), heldOut: 10_000, columns: captions },
    coco_captions: { source: hub("coco-captions"), heldOut: 10_000, columns: captions },
    nli_for_simcse: { source: hub("nli-for-simcse"), config: "triplet", heldOut: 10_000, columns: inferred },
    negation: {
      source: "hf://datasets/jinaai/negation-dataset",
      heldOut: 100,
      columns: ["anchor", "entailment", "negative"],
    },
  },
  loss: matryoshka(multipleNegativesRanking({ scale: 20 }), { dims: [32, 64, 128, 256, 512, 1024] }),
  training: {
    epochs: 1,
    batchSize: 2048,
    learningRate: 0.2,
    warmupRatio: 0.1,
    maxGradNorm: 1,
    batchSampler: "noDuplicates",
    mixing: "proportional",
    evalSteps: 1000,
    saveSteps: 1000,
    saveTotalLimit: 2,
    logSteps: 1000,
  },
  evaluation: languages.map((config) => sts({ source: "hf://datasets/mteb/stsb_multi_mt", config })),
});

import { defineRecipe } from "./define_recipe.ts";
import { nanoBeir } from "../eval/mod.ts";
import { matryoshka, multipleNegativesRanking } from "./loss_records.ts";

/** Data sets of one owner, by name. */
const hub = (name: string): string => `hf://datasets/sentence-transformers/${name}`;

const asked = ["question", "answer"];
const searched = ["query", "positive", "negative"];
const inferred = ["anchor", "positive", "negative"];
const negatives = Array.from({ length: 20 }, (_, index) => `negative_${index + 1}`);

/** English retrieval: the data and arguments of static-retrieval-mrl-en-v1. */
export default defineRecipe({
  name: "static-retrieval-mrl-en",
  seed: 12,
  tokenizer: "hf://models/google-bert/bert-base-uncased",
  model: { dim: 1024, init: "normal" },
  datasets: {
    gooaq: { source: hub("gooaq"), heldOut: 10_000, columns: asked },
    msmarco: {
      source: hub("msmarco-co-condenser-margin-mse-sym-mnrl-mean-v1"),
      config: "triplet",
      heldOut: 10_000,
      columns: searched,
    },
    squad: { source: hub("squad"), heldOut: 10_000, columns: asked },
    s2orc: {
      source: hub("s2orc"),
      config: "title-abstract-pair",
      take: 100_000,
      heldOut: 10_000,
      columns: ["title", "abstract"],
    },
    allnli: { source: hub("all-nli"), config: "triplet", heldOut: { split: "dev" }, columns: inferred },
    paq: { source: hub("paq"), heldOut: 10_000, columns: ["query", "answer"] },
    trivia_qa: { source: hub("trivia-qa"), heldOut: 5_000, columns: ["query", "answer"] },
    msmarco_10m: { source: "hf://datasets/bclavie/msmarco-10m-triplets", heldOut: 10_000, columns: searched },
    swim_ir: {
      source: "hf://datasets/nthakur/swim-ir-monolingual",
      config: "en",
      heldOut: 10_000,
      columns: ["query", "text"],
    },
    pubmedqa: {
      source: hub("pubmedqa"),
      config: "triplet-20",
      heldOut: 100,
      columns: ["anchor", "positive", ...negatives],
    },
    miracl: { source: hub("miracl"), config: "en-triplet-all", heldOut: 10_000 },
    mldr: { source: hub("mldr"), config: "en-triplet-all", heldOut: 10_000 },
    mr_tydi: { source: hub("mr-tydi"), config: "en-triplet-all", heldOut: 10_000 },
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
    evalSteps: 250,
    saveSteps: 250,
    saveTotalLimit: 2,
    logSteps: 250,
  },
  evaluation: [nanoBeir()],
});

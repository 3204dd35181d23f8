/** The files of a model folder, as Sentence Transformers and Model2Vec name them. */
export const FILES = {
  table: "model.safetensors",
  tokenizer: "tokenizer.json",
  model2vec: "config.json",
  modules: "modules.json",
  sentenceTransformers: "config_sentence_transformers.json",
} as const;

/** Names of the tensors in `model.safetensors`. */
export const TENSORS = {
  /** float [rows, dim]: Model2Vec's name first, then Sentence Transformers'. */
  table: ["embeddings", "embedding.weight"],
  /** integer [vocab]: token id to row of the table (vocabulary-quantised Model2Vec models). */
  mapping: "mapping",
  /** float [vocab]: factor of a token's row (vocabulary-quantised Model2Vec models). */
  weights: "weights",
} as const;

/** Module types of `modules.json`, by the last part of their name: packages moved them more than once. */
export const MODULES = {
  staticEmbedding: "StaticEmbedding",
  normalize: "Normalize",
} as const;

/** Where table and tokenizer lie when there is no `modules.json` to say so. */
export const PART_FOLDERS = ["", "0_StaticEmbedding"] as const;

/** One entry of `modules.json`. */
export interface ModuleEntry {
  idx: number;
  name: string;
  path: string;
  type: string;
}

/** `modules.json` of a saved model. */
export function moduleEntries(normalize: boolean): ModuleEntry[] {
  const types = normalize ? [MODULES.staticEmbedding, MODULES.normalize] : [MODULES.staticEmbedding];
  return types.map((type, idx) => ({
    idx,
    name: String(idx),
    path: idx === 0 ? "." : `${idx}_${type}`,
    type: `sentence_transformers.models.${type}`,
  }));
}

/** `config_sentence_transformers.json` of a saved model. */
export const SENTENCE_TRANSFORMERS_CONFIG = {
  model_type: "SentenceTransformer",
  prompts: { query: "", document: "" },
  default_prompt_name: null,
  similarity_fn_name: "cosine",
} as const;

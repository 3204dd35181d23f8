import { type Matrix, type ModelParts, StaticModel } from "../model/mod.ts";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { chooseVocabulary, type DistillVocabulary } from "./_distill_vocabulary.ts";
import { checkSizes } from "./_check_sizes.ts";
import { countTokens } from "./count_tokens.ts";
import { kMeans } from "./k_means.ts";
import { applyPca } from "./pca.ts";
import type { Pooling } from "./pooling.ts";
import { sifWeights, zipfFrequencies } from "./sif_weights.ts";
import type { Teacher } from "./teacher.ts";

/** What a distillation asks of a teacher. */
export type VocabularyTeacher = Pick<Teacher, "name" | "tokenizer" | "runtime" | "embed">;

/** Options of {@linkcode distill}. The defaults are those of Model2Vec. */
export interface DistillOptions {
  /**
   * Words that the vocabulary gets besides the teacher's tokens.
   *
   * @default []
   */
  words?: Iterable<string>;
  /**
   * Tokens that match are left out; null leaves none out.
   *
   * @default /\[unused\d+\]/
   */
  removePattern?: RegExp | null;
  /**
   * How the vectors of a token and of the special tokens around it become one.
   *
   * @default "mean"
   */
  pooling?: Pooling;
  /**
   * What is kept of the teacher's dimensions: so many, the share of the variance that they explain (below 1), "auto" for
   * all of them turned and sorted, or null for the teacher's own.
   *
   * @default 256, or as many as the teacher has, if that is less
   */
  pca?: number | "auto" | null;
  /**
   * Coefficient of {@linkcode sifWeights}, above 0 and below 1; null weighs all tokens alike.
   *
   * @default 1e-4
   */
  sifCoefficient?: number | null;
  /**
   * Texts whose tokens are counted for the weights.
   *
   * @default frequencies by the token's place in the vocabulary, after Zipf's law
   */
  texts?: AsyncIterable<readonly string[]>;
  /**
   * Rows that all tokens share, each with a weight of its own; null gives every token its own row.
   *
   * @default null
   */
  vocabularyQuantization?: number | null;
  /**
   * Whether the model scales its vectors to length 1.
   *
   * @default true
   */
  normalize?: boolean;
  /**
   * Seed of the vocabulary's quantisation.
   *
   * @default 12
   */
  seed?: number;
  /** Called as the work goes on. */
  onProgress?: (progress: DistillProgress) => void;
}

/** How far a distillation has come. */
export interface DistillProgress {
  /** What is done. */
  stage: "tokens" | "clusters" | "texts";
  /** Tokens embedded, passes made or texts counted. */
  done: number;
  /** How many there will be; undefined if that is not known. */
  total: number | undefined;
}

/** What came of a distillation. */
export interface Distillation {
  /** The model; weights lie apart from the rows. */
  parts: ModelParts;
  /** Fields for `config.json`, as Model2Vec writes them. */
  config: Record<string, unknown>;
  /** What was done. */
  report: DistillReport;
}

/** What a distillation did, as plain JSON. */
export interface DistillReport {
  /** The teacher. */
  teacher: string;
  /** Dimensions of the teacher and of the model. */
  dimensions: { teacher: number; model: number };
  /** Tokens of the model, those left out, and those that were put in. */
  tokens: { kept: number; removed: number; added: number };
  /** Words that could not be put in. */
  skippedWords: { word: string; reason: string }[];
  /** Share of the variance that each dimension explains; null without PCA. */
  explainedVariance: number[] | null;
  /** Where the frequencies of the weights come from; null without weights. */
  frequencies: "rank" | "texts" | null;
  /** Rows of the table. */
  rows: number;
}

const DEFAULT_DIMENSIONS = 256;

/**
 * Makes a static model of a teacher by Model2Vec's method: every token of the vocabulary goes through the teacher alone,
 * between its special tokens; PCA makes the vectors shorter; frequent tokens are weighted down.
 *
 * Source: the documentation of Model2Vec (Tulkens and van Dongen 2024).
 *
 * @param teacher the transformer
 * @param options {@linkcode DistillOptions}
 * @throws {RangeError} if more dimensions are kept than there are, no word of `words` is new, or an option is out of range
 */
export async function distill(
  teacher: VocabularyTeacher,
  options: DistillOptions = {},
): Promise<Distillation> {
  const { pooling = "mean", sifCoefficient = 1e-4 } = options;
  if (sifCoefficient !== null) sifWeights([1], sifCoefficient);
  const vocabulary = await chooseVocabulary(teacher, options);
  await checkSizes(teacher, vocabulary.bags, { ...options, pooling });
  const frequencies = await frequenciesOf(vocabulary, options);
  const rows = await teacher.embed(vocabulary.bags, {
    pooling,
    normalize: false,
    nameOf: (token) => `the token ${JSON.stringify(vocabulary.tokens[token])}`,
    onProgress: (done, total) => options.onProgress?.({ stage: "tokens", done, total }),
  });
  const { matrix, mapping } = await shareRows(rows, teacher, options);
  const { matrix: table, explained } = await reduce(matrix, teacher, options);
  const parts: ModelParts = {
    table: table.data,
    rows: table.rows,
    dim: table.columns,
    tokenizerJson: vocabulary.json,
    normalize: options.normalize ?? true,
    dropUnknown: false,
    mapping,
    weights: sifCoefficient === null ? undefined : sifWeights(frequencies, sifCoefficient),
  };
  const report: DistillReport = {
    teacher: teacher.name,
    dimensions: { teacher: rows.columns, model: table.columns },
    tokens: { kept: vocabulary.tokens.length, removed: vocabulary.removed, added: vocabulary.added },
    skippedWords: vocabulary.skipped,
    explainedVariance: explained,
    frequencies: sifCoefficient === null ? null : options.texts === undefined ? "rank" : "texts",
    rows: table.rows,
  };
  return { parts, config: configOf(report, { pooling, sifCoefficient }), report };
}

/** Fields that Model2Vec writes into `config.json`. */
function configOf(
  { teacher, dimensions, explainedVariance }: DistillReport,
  { pooling, sifCoefficient }: Pick<DistillOptions, "pooling" | "sifCoefficient">,
): Record<string, unknown> {
  return {
    tokenizer_name: teacher,
    apply_pca: explainedVariance === null ? null : dimensions.model,
    sif_coefficient: sifCoefficient,
    seq_length: 1_000_000,
    pooling,
  };
}

/** The model of a distillation, ready to encode. */
export async function distilledModel({ parts }: Distillation): Promise<StaticModel> {
  const tokenizer = await loadTokenizer(parts.tokenizerJson, "the distilled tokenizer");
  return StaticModel.create({ ...parts, tokenizer });
}

async function frequenciesOf(
  { json, tokens }: DistillVocabulary,
  { texts, onProgress }: DistillOptions,
): Promise<Float64Array> {
  if (texts === undefined) return zipfFrequencies(tokens.length);
  const tokenizer: Tokenizer = await loadTokenizer(json, "the distilled tokenizer");
  try {
    return await countTokens(
      texts,
      tokenizer,
      (done) => onProgress?.({ stage: "texts", done, total: undefined }),
    );
  } finally {
    tokenizer.dispose();
  }
}

async function shareRows(
  matrix: Matrix,
  { runtime }: VocabularyTeacher,
  { vocabularyQuantization: clusters = null, seed, onProgress }: DistillOptions,
): Promise<{ matrix: Matrix; mapping?: Int32Array }> {
  if (clusters === null) return { matrix };
  const { centres, assignment } = await kMeans(matrix, {
    clusters,
    runtime,
    seed,
    onPass: (done) => onProgress?.({ stage: "clusters", done, total: undefined }),
  });
  return { matrix: centres, mapping: assignment };
}

async function reduce(
  matrix: Matrix,
  { runtime }: VocabularyTeacher,
  { pca }: DistillOptions,
): Promise<{ matrix: Matrix; explained: number[] | null }> {
  if (pca === null) return { matrix, explained: null };
  const keep = pca ?? Math.min(DEFAULT_DIMENSIONS, matrix.rows, matrix.columns);
  const { matrix: reduced, explained } = await applyPca(matrix, { keep, runtime });
  return { matrix: reduced, explained: [...explained] };
}

import { loadTokenizer, type TokenBags, type Tokenizer } from "../text/mod.ts";
import { FILES } from "./_layouts.ts";
import { normalizePooled, poolMean } from "./_pool.ts";
import { rowBags, type RowRules } from "./_row_bags.ts";
import { loadModel, type ModelParts } from "./load_model.ts";
import { type Encoder, type Matrix, zeroMatrix } from "./matrix.ts";
import { saveModel, type SaveModelOptions } from "./save_model.ts";
import { similarity, type SimilarityKind } from "./similarity.ts";
import { checkParts, type StaticModelParts } from "./static_model_parts.ts";

/** Options of {@link StaticModel.encode}. */
export interface EncodeOptions {
  /**
   * How many columns to keep: the first ones, 1 to `dim`. Other columns are not even read.
   * @default dim
   */
  truncate?: number;
  /**
   * Whether to L2-normalise, after truncation.
   * @default the model's own `normalize`
   */
  normalize?: boolean;
  /**
   * Texts that are tokenized at once; bounds the memory in use, does not change results.
   * @default 4096
   */
  batchSize?: number;
}

/**
 * A static embedding model: a table with one row a token, a tokenizer, and the mean of a text's rows.
 *
 * As in Sentence Transformers, no special tokens are added, texts have no length limit, the unknown token counts like
 * any other, and a text without tokens is a zero vector, normalised or not. Models in Model2Vec's layout leave the
 * unknown token out ({@link StaticModel.dropUnknown}); Model2Vec's own limit of 512 tokens a text is a default of
 * its `encode`, not of the model, and does not apply here.
 */
export class StaticModel {
  /** float32 [rows, dim], row-major. int8 and float16 files are held as float32. */
  readonly table: Float32Array;
  /** Columns of the table: the size of a full vector. */
  readonly dim: number;
  /** Turns texts into token ids. */
  readonly tokenizer: Tokenizer;
  /** Whether vectors are L2-normalised after truncation. */
  readonly normalize: boolean;
  /** Whether the unknown token is left out of the mean: Model2Vec does, Sentence Transformers does not. */
  readonly dropUnknown: boolean;
  readonly #rules: RowRules;

  private constructor(parts: StaticModelParts) {
    checkParts(parts);
    this.table = parts.table;
    this.dim = parts.dim;
    this.tokenizer = parts.tokenizer;
    this.normalize = parts.normalize ?? false;
    this.dropUnknown = parts.dropUnknown ?? false;
    this.#rules = {
      mapping: parts.mapping,
      weights: parts.weights,
      dropped: this.dropUnknown ? unknownId(parts.tokenizer) : undefined,
    };
  }

  /**
   * A model from its parts.
   *
   * @param parts {@link StaticModelParts}
   * @throws TypeError when the table's length is no multiple of `dim`; RangeError when the tokenizer has ids that
   * the table has no row for
   */
  static create(parts: StaticModelParts): StaticModel {
    return new StaticModel(parts);
  }

  /**
   * Loads a model folder of Lathe, Sentence Transformers or Model2Vec, vocabulary-quantised ones included.
   *
   * @param folder path of the folder
   * @throws RangeError when a part is missing, was cut short, or table and tokenizer do not fit
   */
  static async load(folder: string): Promise<StaticModel> {
    const parts = await loadModel(folder);
    const tokenizer = await loadTokenizer(parts.tokenizerJson, `${folder}/${FILES.tokenizer}`);
    try {
      return new StaticModel({ ...parts, tokenizer });
    } catch (error) {
      tokenizer.dispose();
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      const reason = error.message.replace(/^Cannot make the model: /, "");
      throw new RangeError(`Cannot load the model ${folder}: ${reason}`, { cause: error });
    }
  }

  /** Number of token ids that have a row. */
  get vocabSize(): number {
    return this.#rules.mapping?.length ?? this.table.length / this.dim;
  }

  /**
   * Turns texts into vectors: the mean of the rows of all their tokens.
   *
   * @param texts any number of texts
   * @param options {@link EncodeOptions}
   * @returns float32 [texts, truncate]; row i belongs to text i
   * @throws RangeError when `truncate` is not 1 to `dim`, or `batchSize` is below 1
   */
  async encode(texts: readonly string[], options: EncodeOptions = {}): Promise<Matrix> {
    const { truncate: columns = this.dim, normalize = this.normalize, batchSize = 4096 } = options;
    if (!(batchSize >= 1)) {
      throw new RangeError(
        `Cannot encode ${batchSize} texts at once: no text would ever be done; take 1 or more`,
      );
    }
    if (!Number.isInteger(columns) || columns < 1 || columns > this.dim) {
      throw new RangeError(
        `Cannot encode at ${columns} dimensions: the model has ${this.dim}; truncate to 1 to ${this.dim}`,
      );
    }
    const matrix = zeroMatrix(texts.length, columns);
    for (let start = 0; start < texts.length; start += batchSize) {
      const end = Math.min(texts.length, start + batchSize);
      const bags = rowBags(this.tokenizer.encodeAll(texts.slice(start, end)), this.#rules);
      const out = matrix.data.subarray(start * columns, end * columns);
      poolMean(bags, { table: this.table, dim: this.dim, columns, out });
      if (normalize) normalizePooled(out, columns);
      if (end < texts.length) await nextTurn();
    }
    return matrix;
  }

  /**
   * Turns texts that are token ids of this model's tokenizer already into vectors, as {@link encode} does.
   *
   * @param bags any number of texts
   * @returns float32 [texts, dim]; row i belongs to text i
   */
  pool(bags: TokenBags): Matrix {
    const { table, dim } = this;
    const matrix = zeroMatrix(bags.offsets.length - 1, dim);
    poolMean(rowBags(bags, this.#rules), { table, dim, columns: dim, out: matrix.data });
    if (this.normalize) normalizePooled(matrix.data, dim);
    return matrix;
  }

  /**
   * Compares every vector of `a` with every vector of `b`; see {@link similarity}.
   *
   * @param a float32 [n, dim]
   * @param b float32 [m, dim]
   * @param kind the measure
   * @returns float32 [n, m]
   */
  similarity(a: Matrix, b: Matrix, kind: SimilarityKind = "cosine"): Matrix {
    return similarity(a, b, kind);
  }

  /**
   * The model as a plain function, which is what evaluators and miners take.
   *
   * @param options {@link EncodeOptions}
   */
  encoder(options: EncodeOptions = {}): Encoder {
    return (texts) => this.encode(texts, options);
  }

  /**
   * Saves the model so that Sentence Transformers and Model2Vec load the folder unchanged; see {@link saveModel}.
   *
   * @param folder path of the folder
   * @param options {@link SaveModelOptions}
   */
  async save(folder: string, options: SaveModelOptions = {}): Promise<void> {
    const parts: ModelParts = {
      table: this.table,
      rows: this.table.length / this.dim,
      dim: this.dim,
      tokenizerJson: this.tokenizer.json,
      normalize: this.normalize,
      dropUnknown: this.dropUnknown,
      mapping: this.#rules.mapping,
      weights: this.#rules.weights,
    };
    await saveModel(folder, parts, options);
  }

  /** Frees the tokenizer. The model cannot encode afterwards. */
  dispose(): void {
    this.tokenizer.dispose();
  }
}

/** Lets timers and signals run between batches. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The id that Model2Vec leaves out: that of `model.unk_token` (Unigram tokenizers have none). */
function unknownId(tokenizer: Tokenizer): number | undefined {
  const token = JSON.parse(tokenizer.json)?.model?.unk_token;
  return typeof token === "string" ? tokenizer.idOf(token) : undefined;
}

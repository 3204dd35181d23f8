import { loadTokenizer, type TokenBags, type Tokenizer } from "../text/mod.ts";
import { FILES } from "./_layouts.ts";
import { modelFolder } from "./_model_folder.ts";
import type { ModelSource } from "./_model_source.ts";
import { ModelTable } from "./_model_table.ts";
import { matrixIn, nextTurn, PORTION_CHARACTERS, portionEnd } from "./_portions.ts";
import type { VectorShape } from "./_table_pooler.ts";
import { ThreadedEncoder } from "./_threaded_encoder.ts";
import {
  checkEncodeOptions,
  type EncodeAllOptions,
  type EncodeOptions,
  type EncodeStreamOptions,
  type PoolOptions,
} from "./encode_options.ts";
import { loadStoredModel, type ModelParts } from "./load_model.ts";
import type { Encoder, Matrix } from "./matrix.ts";
import { type ModelFiles, modelFiles } from "./model_files.ts";
import { saveModel, type SaveModelOptions } from "./save_model.ts";
import { similarity, type SimilarityKind } from "./similarity.ts";
import { checkParts, type StaticModelParts } from "./static_model_parts.ts";

/**
 * A static embedding model: a table with one row a token, a tokenizer, and the mean of a text's rows.
 *
 * As in Sentence Transformers, no special tokens are added, texts have no length limit, the unknown token counts like
 * any other, and a text without tokens is a zero vector, normalised or not. Models in Model2Vec's layout leave the
 * unknown token out ({@link StaticModel.dropUnknown}); Model2Vec's own limit of 512 tokens a text is a default of
 * its `encode`, not of the model, and does not apply here.
 */
export class StaticModel {
  /** Columns of the table: the size of a full vector. */
  readonly dim: number;
  /** Turns texts into token ids. */
  readonly tokenizer: Tokenizer;
  /** Whether vectors are L2-normalised after truncation. */
  readonly normalize: boolean;
  /** Whether the unknown token is left out of the mean: Model2Vec does, Sentence Transformers does not. */
  readonly dropUnknown: boolean;
  readonly #table: ModelTable;
  readonly #dropped: number | undefined;
  #threads: ThreadedEncoder | undefined;

  private constructor(parts: StaticModelParts) {
    checkParts(parts);
    const { table, dim, tokenizer, mapping, weights } = parts;
    this.dim = dim;
    this.tokenizer = tokenizer;
    this.normalize = parts.normalize ?? false;
    this.dropUnknown = parts.dropUnknown ?? false;
    this.#dropped = this.dropUnknown ? unknownId(tokenizer) : undefined;
    this.#table = new ModelTable({ table, dim, mapping, weights }, this.#dropped);
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
    return await fromSource(modelFolder(folder));
  }

  /**
   * A model from the bytes of its files, for where there are no folders, such as a browser.
   *
   * @param files {@link ModelFiles}: name in the folder to bytes
   * @param name the model's name, for messages
   * @throws RangeError when a part is missing, was cut short, or table and tokenizer do not fit
   */
  static async fromFiles(files: ModelFiles, name = "from files"): Promise<StaticModel> {
    return await fromSource(modelFiles(files, name));
  }

  /** float32 [rows, dim], row-major. Tables of float16 and int8 are held as such; this widens them when first asked. */
  get table(): Float32Array {
    return this.#table.float32;
  }

  /** Number of token ids that have a row. */
  get vocabSize(): number {
    return this.#table.vocabSize;
  }

  /**
   * Lets {@link encode} use several threads, until {@link dispose}. They share one table and do not keep the process
   * alive. Only tokenizers of BERT's kind can be shared by threads; with another one, with a table that is larger than
   * 3.75 GiB, and in a web page that may not share memory, nothing changes.
   *
   * @param threads how many, the calling one included
   * @throws RangeError when it is not 1 or more
   */
  async useThreads(threads: number): Promise<void> {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new RangeError(
        `Cannot use ${threads} threads: they are counted from 1; give the number of cores`,
      );
    }
    this.#threads?.stop();
    this.#threads = undefined;
    const { image } = this.tokenizer;
    const table = image === undefined || threads === 1 ? undefined : this.#table.place();
    if (!table?.kernels.memory.isShared) return;
    this.#threads = await ThreadedEncoder.start(table, image!, { threads, dropped: this.#dropped });
  }

  /**
   * Turns texts into vectors: the mean of the rows of all their tokens.
   *
   * @param texts any number of texts
   * @param options {@link EncodeAllOptions}
   * @returns float32 [texts, truncate]; row i belongs to text i
   * @throws RangeError when `truncate` is not 1 to `dim`, `batchSize` is below 1, or `out` is too short
   */
  async encode(texts: readonly string[], options: EncodeAllOptions = {}): Promise<Matrix> {
    const { shape, batchSize } = checkEncodeOptions(options, this);
    const matrix = matrixIn(options.out, texts.length, shape.columns);
    for (let start = 0; start < texts.length;) {
      const end = portionEnd(texts, start, batchSize);
      const portion = start === 0 && end === texts.length ? texts : texts.slice(start, end);
      this.#encodeInto(portion, shape, matrix.data.subarray(start * shape.columns, end * shape.columns));
      start = end;
      if (start < texts.length) await nextTurn();
    }
    return matrix;
  }

  /**
   * Turns any number of texts into vectors, some at a time: memory does not grow with their number.
   *
   * @param texts one after the other, in any form that can be iterated
   * @param options {@link EncodeStreamOptions}
   * @returns float32 [some texts, truncate], again and again, in the order of the texts
   * @throws RangeError when `truncate` is not 1 to `dim`, or `batchSize` is below 1
   */
  async *encodeStream(
    texts: Iterable<string> | AsyncIterable<string>,
    options: EncodeStreamOptions = {},
  ): AsyncGenerator<Matrix> {
    const { shape, batchSize } = checkEncodeOptions(options, this);
    let portion: string[] = [];
    let characters = 0;
    let reused = new Float32Array(0);
    const encoded = (): Matrix => {
      const length = portion.length * shape.columns;
      if (options.reuse && reused.length < length) reused = new Float32Array(length);
      const matrix = matrixIn(options.reuse ? reused : undefined, portion.length, shape.columns);
      this.#encodeInto(portion, shape, matrix.data);
      portion = [];
      characters = 0;
      return matrix;
    };
    for await (const text of texts) {
      portion.push(text);
      characters += text.length;
      if (portion.length >= batchSize || characters >= PORTION_CHARACTERS) yield encoded();
    }
    if (portion.length > 0) yield encoded();
  }

  #encodeInto(texts: readonly string[], shape: VectorShape, out: Float32Array): void {
    if (this.#threads !== undefined) this.#threads.encode(texts, shape, out);
    else this.#table.pool(this.tokenizer.encodeAll(texts), shape, out);
  }

  /**
   * Turns texts that are token ids of this model's tokenizer already into vectors, as {@link encode} does, all at once.
   *
   * @param bags any number of texts
   * @param options {@link PoolOptions}
   * @returns float32 [texts, truncate]; row i belongs to text i
   * @throws RangeError when `truncate` is not 1 to `dim`, or `out` is too short
   */
  pool(bags: TokenBags, options: PoolOptions = {}): Matrix {
    const { shape } = checkEncodeOptions(options, this);
    const matrix = matrixIn(options.out, bags.offsets.length - 1, shape.columns);
    this.#table.pool(bags, shape, matrix.data);
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
      rows: this.#table.length / this.dim,
      dim: this.dim,
      tokenizerJson: this.tokenizer.json,
      normalize: this.normalize,
      dropUnknown: this.dropUnknown,
      mapping: this.#table.mapping,
      weights: this.#table.weights,
    };
    await saveModel(folder, parts, options);
  }

  /** Ends the threads and frees the tokenizer. The model cannot encode afterwards. */
  dispose(): void {
    this.#threads?.stop();
    this.#threads = undefined;
    this.tokenizer.dispose();
  }

  /** Same as {@link dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

async function fromSource(source: ModelSource): Promise<StaticModel> {
  const stored = await loadStoredModel(source);
  const tokenizer = await loadTokenizer(stored.tokenizerJson, `${source.name}/${FILES.tokenizer}`);
  try {
    return StaticModel.create({ ...stored, tokenizer });
  } catch (error) {
    tokenizer.dispose();
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    const reason = error.message.replace(/^Cannot make the model: /, "");
    throw new RangeError(`Cannot load the model ${source.name}: ${reason}`, { cause: error });
  }
}

/** The id that Model2Vec leaves out: that of `model.unk_token` (Unigram tokenizers have none). */
function unknownId(tokenizer: Tokenizer): number | undefined {
  if (tokenizer.image !== undefined) return tokenizer.unknownId;
  const token = JSON.parse(tokenizer.json)?.model?.unk_token;
  return typeof token === "string" ? tokenizer.idOf(token) : undefined;
}

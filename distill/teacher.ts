import { type Encoder, type Matrix, normalizeRow, rowOf, zeroMatrix } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { loadTokenizer, type TokenBags, type Tokenizer } from "../text/mod.ts";
import { lengthBatches } from "./_length_batches.ts";
import { frameTexts } from "./_framed_texts.ts";
import { checkTokenizer, probeTeacher } from "./_teacher_checks.ts";
import { readTeacherConfig, type TeacherConfig, weightsFolder } from "./_teacher_config.ts";
import { openTeacherSource } from "./_teacher_source.ts";
import { Transformer } from "./_transformer.ts";
import { poolText, spanOf, vectorSize } from "./_pool_text.ts";
import type { Pooling } from "./pooling.ts";
import type { EmbedOptions, TeacherEncodeOptions, TeacherOptions } from "./teacher_options.ts";

/**
 * A transformer as it lies on the hub or in a folder, exported to ONNX: an encoder like every other, only slower. It is
 * the teacher in a distillation, and may also be evaluated, mine negatives or guide a loss.
 *
 * Texts are sorted by length and padded to the longest of their batch; special tokens are added as the tokenizer's
 * post-processor says, pooling and normalisation are those of the folder's modules.
 */
export class Teacher {
  /** What it is called in messages. */
  readonly name: string;
  /** Turns texts into token ids, without special tokens. */
  readonly tokenizer: Tokenizer;
  /** Numbers a vector, pooled as the folder says. */
  readonly dim: number;
  /** Most tokens of a text, special ones included; Infinity if nothing limits it. */
  readonly maxLength: number;
  /** Whether vectors are scaled to length 1. */
  readonly normalize: boolean;
  /** How tokens become one vector; the vectors of several are joined. */
  readonly poolings: readonly Pooling[];
  /** Output of the graph that is taken. */
  readonly output: string;
  /** Paths of graph, weights and tokenizer. */
  readonly files: readonly string[];
  /** Texts that may go before others, by name, such as `query` and `document`. */
  readonly prompts: Readonly<Record<string, string>>;
  /** What runs the graph. */
  readonly runtime: Runtime;
  readonly #config: TeacherConfig;
  readonly #transformer: Transformer;
  readonly #options: TeacherOptions;
  readonly #padId: number;
  /** The call under way: a graph runs one batch at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(parts: TeacherParts) {
    const { name, config, options, tokenizer, transformer, runtime, dim } = parts;
    this.name = name;
    this.tokenizer = tokenizer;
    this.dim = dim;
    this.maxLength = Math.min(options.maxLength ?? Infinity, config.maxLength);
    this.normalize = config.normalize;
    this.poolings = config.poolings;
    this.output = transformer.output;
    this.files = [config.onnxPath, ...config.weightPaths, config.tokenizerPath];
    this.prompts = config.prompts;
    this.runtime = runtime;
    this.#config = config;
    this.#transformer = transformer;
    this.#options = options;
    this.#padId = padIdOf(config, tokenizer);
  }

  /**
   * Loads a teacher from a folder or from `hf://models/OWNER/NAME`.
   *
   * @throws {RangeError} if a file is missing, or tokenizer and graph do not belong together
   * @throws {TypeError} if the graph has inputs or outputs that are not known
   */
  static async load(spec: string, options: TeacherOptions = {}): Promise<Teacher> {
    const source = await openTeacherSource(spec, options);
    const config = await readTeacherConfig(source, options.onnxFile);
    const tokenizer = await loadTokenizer(config.tokenizerJson, config.tokenizerPath);
    const runtime = options.runtime ?? Runtime.open();
    let transformer: Transformer | undefined;
    try {
      checkTokenizer(source.name, config, tokenizer);
      transformer = await Transformer.load(config.onnxPath, {
        runtime,
        name: source.name,
        weightsFolder: weightsFolder(config),
        output: options.output,
      });
      const parts = { name: source.name, config, options, tokenizer, transformer, runtime };
      return new Teacher({ ...parts, dim: await probeTeacher(parts) });
    } catch (error) {
      transformer?.dispose();
      if (options.runtime === undefined) runtime.close();
      tokenizer.dispose();
      throw error;
    }
  }

  /**
   * Turns texts into vectors, as Sentence Transformers does with this model.
   *
   * @returns float32 [texts, dim]; row i belongs to text i
   * @throws {RangeError} if there is no such prompt, or a vector is not finite
   */
  async encode(texts: readonly string[], options: TeacherEncodeOptions = {}): Promise<Matrix> {
    const prompt = this.promptText(options.prompt);
    const prepared = texts.map((text) =>
      this.#config.lowercase ? (prompt + text).toLowerCase() : prompt + text
    );
    const skipped = this.#config.includePrompt || prompt === "" ? 0 : this.tokenizer.encode(prompt).length;
    return await this.#inTurn(() => this.#embed(this.tokenizer.encodeAll(prepared), options, skipped));
  }

  /**
   * Turns texts that are token ids of this teacher's tokenizer already into vectors; special tokens are added.
   *
   * @returns float32 [texts, dim], or [texts, dim of one pooling] if `pooling` is given
   * @throws {RangeError} if a vector is not finite
   */
  async embed(bags: TokenBags, options: EmbedOptions = {}): Promise<Matrix> {
    return await this.#inTurn(() => this.#embed(bags, options, 0));
  }

  /**
   * The text that goes before every text.
   *
   * @param asked name of a prompt; null for none, undefined for the teacher's own choice
   * @throws {RangeError} if there is no such prompt
   */
  promptText(asked?: string | null): string {
    const name = asked === undefined ? this.#config.defaultPrompt : asked;
    if (name === null) return "";
    if (Object.hasOwn(this.prompts, name)) return this.prompts[name];
    const there = Object.keys(this.prompts).join(", ") || "none";
    throw new RangeError(
      `Cannot encode with ${this.name}: it has no prompt ${name}; choose from its prompts: ${there}`,
    );
  }

  /** The teacher as a plain function, which is what evaluators and miners take. */
  encoder(options: TeacherEncodeOptions = {}): Encoder {
    return (texts) => this.encode(texts, options);
  }

  /** Frees graph and tokenizer, and the runtime if it was not given. */
  dispose(): void {
    this.#transformer.dispose();
    this.tokenizer.dispose();
    if (this.#options.runtime === undefined) this.runtime.close();
  }

  async #inTurn(work: () => Promise<Matrix>): Promise<Matrix> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return await result;
  }

  async #embed(bags: TokenBags, options: EmbedOptions, skipped: number): Promise<Matrix> {
    const { normalize = this.normalize, onProgress, nameOf = (text) => `text ${text + 1}` } = options;
    const texts = frameTexts(bags, { special: this.#config.special, maxLength: this.maxLength });
    const poolings = options.pooling === undefined ? this.poolings : [options.pooling];
    const count = texts.ids.length;
    let matrix: Matrix | undefined;
    let done = 0;
    for (const batch of lengthBatches(texts.lengths, this.#options.batchTokens ?? 4096)) {
      const numbers = [...batch].filter((text) => texts.lengths[text] > 0);
      if (numbers.length > 0) {
        const output = await this.#transformer.run({
          ids: numbers.map((text) => texts.ids[text]),
          types: numbers.map((text) => texts.types[text]),
          padId: this.#padId,
        });
        matrix ??= zeroMatrix(count, vectorSize(output, poolings));
        for (const [place, text] of numbers.entries()) {
          const out = rowOf(matrix, text);
          poolText(output, place, { poolings, span: spanOf(texts, text, { ...options, skipped }), out });
          this.#checkFinite(out, () => nameOf(text));
          if (normalize) normalizeRow(out, out);
        }
      }
      onProgress?.(done += batch.length, count);
    }
    return matrix ?? zeroMatrix(count, this.dim);
  }

  #checkFinite(vector: Float32Array, nameOf: () => string): void {
    if (vector.every(Number.isFinite)) return;
    throw new RangeError(
      `Cannot encode with ${this.name}: its vector of ${nameOf()} holds a number that is not finite; ` +
        "export the teacher in float32, or choose another",
    );
  }
}

interface TeacherParts {
  name: string;
  config: TeacherConfig;
  options: TeacherOptions;
  tokenizer: Tokenizer;
  transformer: Transformer;
  runtime: Runtime;
  dim: number;
}

function padIdOf({ padToken }: TeacherConfig, tokenizer: Tokenizer): number {
  // Padding is masked: any id that has a row will do.
  return (padToken === undefined ? undefined : tokenizer.idOf(padToken)) ?? 0;
}

import { resolveModelPath } from "../hub/mod.ts";
import { type Encoder, type Matrix, StaticModel } from "../model/mod.ts";
import type { TokenBags, Tokenizer } from "../text/mod.ts";
import { openTeacherSource, type TeacherPlaces, type TeacherSource } from "./_teacher_source.ts";
import { Teacher } from "./teacher.ts";
import type { TeacherOptions } from "./teacher_options.ts";

/** What a model is: a table and a mean, or a transformer. */
export type ModelKind = "static" | "transformer";

/** A model of any kind that turns texts into vectors. */
export interface EncoderModel {
  /** What it is called in messages. */
  readonly name: string;
  /** Numbers a vector. */
  readonly dim: number;
  /** Turns texts into token ids. */
  readonly tokenizer: Tokenizer;
  /** What it is. */
  readonly kind: ModelKind;
  /**
   * The model as a plain function.
   *
   * @param prompt name of the prompt that goes before every text; a static model has none and takes no notice
   */
  encoder(prompt?: string | null): Encoder;
  /**
   * Turns texts that are token ids of {@linkcode tokenizer} already into vectors.
   *
   * @returns float32 [texts, dim]
   */
  embed(bags: TokenBags): Promise<Matrix>;
  /** Frees the model. */
  dispose(): void;
}

/**
 * Loads whatever encodes: a static model, or a transformer exported to ONNX, from a folder or `hf://models/OWNER/NAME`.
 *
 * @throws {RangeError} if it is neither, or damaged
 * @throws {TypeError} if its graph has inputs or outputs that are not known
 */
export async function loadEncoder(spec: string, options: TeacherOptions = {}): Promise<EncoderModel> {
  if (await isStatic(await openTeacherSource(spec, options))) {
    const model = await StaticModel.load(await resolveModelPath(spec, options));
    return {
      name: spec,
      dim: model.dim,
      tokenizer: model.tokenizer,
      kind: "static",
      encoder: () => model.encoder(),
      embed: (bags) => Promise.resolve(model.pool(bags)),
      dispose: () => model.dispose(),
    };
  }
  const teacher = await Teacher.load(spec, options);
  return {
    name: spec,
    dim: teacher.dim,
    tokenizer: teacher.tokenizer,
    kind: "transformer",
    encoder: (prompt) => teacher.encoder({ prompt }),
    embed: (bags) => teacher.embed(bags),
    dispose: () => teacher.dispose(),
  };
}

/**
 * Tells what lies in a folder or at `hf://models/OWNER/NAME`, without loading it.
 *
 * @returns undefined if it is neither a static model nor a transformer exported to ONNX, or there is nothing
 */
export async function modelKind(spec: string, places: TeacherPlaces = {}): Promise<ModelKind | undefined> {
  const source = await openTeacherSource(spec, places).catch((error) => {
    if (error instanceof RangeError) return undefined;
    throw error;
  });
  if (source === undefined) return undefined;
  if (await isStatic(source)) return "static";
  return source.files.some((file) => file.endsWith(".onnx")) ? "transformer" : undefined;
}

/** Both layouts of static models say so in a small file. */
async function isStatic(source: TeacherSource): Promise<boolean> {
  const holds = async (file: string, words: string): Promise<boolean> => {
    return source.files.includes(file) && (await Deno.readTextFile(await source.path(file))).includes(words);
  };
  return await holds("modules.json", "StaticEmbedding") || await holds("config.json", '"model2vec"');
}

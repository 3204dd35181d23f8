import { FILES, moduleEntries, SENTENCE_TRANSFORMERS_CONFIG, TENSORS } from "./_layouts.ts";
import type { ModelParts } from "./load_model.ts";
import { type Tensor, writeSafetensors } from "./write_safetensors.ts";

/** Options of {@link saveModel}. */
export interface SaveModelOptions {
  /**
   * More text files for the folder, such as README.md: name to text.
   * @default {}
   */
  files?: Readonly<Record<string, string>>;
  /**
   * More fields for `config.json`; the fields that loaders need win.
   * @default {}
   */
  config?: Readonly<Record<string, unknown>>;
}

/** Ending of files that are not whole yet. */
const PARTIAL = ".new";

/**
 * Writes a model folder that Sentence Transformers (4 and newer) and Model2Vec load unchanged: `model.safetensors`
 * with the key `embeddings`, `tokenizer.json`, `config.json`, `config_sentence_transformers.json`, `modules.json`.
 *
 * Every file is first written in full under a temporary name; only then are they renamed, the files that make the
 * folder a model (`config.json`, `modules.json`) last. A folder in which saving was cut off at any moment holds
 * the old model, the new one, or none. The same parts give the same bytes.
 *
 * Model2Vec leaves the unknown token out of the mean, whatever the folder says; Sentence Transformers does not.
 *
 * @param folder path of the folder, made when it is not there
 * @param parts table, tokenizer and settings
 * @param options {@link SaveModelOptions}
 * @throws Error when a file cannot be written, for example because the disk is full; nothing half-written stays
 */
export async function saveModel(
  folder: string,
  parts: ModelParts,
  options: SaveModelOptions = {},
): Promise<void> {
  const texts = textFiles(parts, options);
  const names = [FILES.table, ...Object.keys(texts)];
  try {
    await Deno.mkdir(folder, { recursive: true });
    await writeSafetensors(`${folder}/${FILES.table}${PARTIAL}`, tensorsOf(parts));
    for (const [name, text] of Object.entries(texts)) await writeText(`${folder}/${name}${PARTIAL}`, text);
    await exchange(folder, names);
  } catch (cause) {
    for (const name of names) await Deno.remove(`${folder}/${name}${PARTIAL}`).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot save the model to ${folder}: ${reason}; make room there or choose another output folder`,
      { cause },
    );
  }
}

/**
 * Name to text, in the order in which the files get their names. `config.json` comes after all that it describes, and
 * alone makes the folder a whole model for Lathe and Model2Vec; `modules.json`, last, for Sentence Transformers.
 */
function textFiles(parts: ModelParts, options: SaveModelOptions): Record<string, string> {
  const config = {
    ...options.config,
    model_type: "model2vec",
    architectures: ["StaticModel"],
    hidden_dim: parts.dim,
    normalize: parts.normalize,
    embedding_dtype: "float32",
    drop_unknown: parts.dropUnknown,
    ...(parts.mapping === undefined ? {} : { vocabulary_quantization: parts.rows }),
  };
  return {
    ...options.files,
    [FILES.tokenizer]: parts.tokenizerJson,
    [FILES.model2vec]: json(config),
    [FILES.sentenceTransformers]: json(SENTENCE_TRANSFORMERS_CONFIG),
    [FILES.modules]: json(moduleEntries(parts.normalize)),
  };
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2) + "\n";
}

function tensorsOf(parts: ModelParts): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {
    [TENSORS.table[0]]: { dtype: "F32", shape: [parts.rows, parts.dim], data: parts.table },
  };
  const { mapping, weights } = parts;
  if (mapping !== undefined) {
    tensors[TENSORS.mapping] = { dtype: "I32", shape: [mapping.length], data: mapping };
  }
  if (weights !== undefined) {
    tensors[TENSORS.weights] = { dtype: "F64", shape: [weights.length], data: weights };
  }
  return tensors;
}

async function writeText(path: string, text: string): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}

/** Takes the old model's marks away, `config.json` last, then gives the new files their names. */
async function exchange(folder: string, names: readonly string[]): Promise<void> {
  for (const mark of [FILES.modules, FILES.sentenceTransformers, FILES.model2vec]) {
    await Deno.remove(`${folder}/${mark}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
  for (const name of names) await Deno.rename(`${folder}/${name}${PARTIAL}`, `${folder}/${name}`);
}

import { type Dtype, type TensorData, toFloat32 } from "./_dtypes.ts";
import { kernelArray } from "./_kernel_array.ts";
import { FILES, type ModuleEntry, MODULES, PART_FOLDERS, TENSORS } from "./_layouts.ts";
import { modelFolder } from "./_model_folder.ts";
import type { ModelSource } from "./_model_source.ts";
import { readVocabulary } from "./_vocabulary.ts";
import type { EmbeddingTable } from "./embedding_table.ts";
import type { ReadTensorOptions } from "./read_safetensors.ts";
import type { SafetensorsHeader } from "./safetensors_header.ts";

/** What a model folder holds, before the tokenizer is built. */
export interface ModelParts {
  /** float32 [rows, dim], row-major; other types were cast. */
  table: Float32Array;
  /** Rows of the table. */
  rows: number;
  /** Columns of the table. */
  dim: number;
  /** Text of `tokenizer.json`. */
  tokenizerJson: string;
  /** Whether vectors are L2-normalised. */
  normalize: boolean;
  /** Whether the unknown token is left out of the mean (Model2Vec) or stays (Sentence Transformers). */
  dropUnknown: boolean;
  /** int32 [vocab]: row of every token id, where ids are not rows. */
  mapping?: Int32Array;
  /** float64 [vocab]: factor of every token's row, where there is one. */
  weights?: Float64Array;
}

/** The same, the table in the type in which it is stored; types other than float32, float16 and int8 were cast. */
export type StoredModel = Omit<ModelParts, "table"> & { table: EmbeddingTable };

/** The three configuration files, as far as they are there. */
interface Configs {
  model2vec?: Record<string, unknown>;
  modules?: ModuleEntry[];
  sentenceTransformers?: Record<string, unknown>;
}

/**
 * Reads a model folder in the layout of Sentence Transformers (`modules.json`) or Model2Vec (`config.json`), or both
 * at once as Lathe saves it.
 *
 * Vectors are normalised where `modules.json` has a Normalize module or, without that file, where a configuration
 * says `"normalize": true`. The unknown token is dropped where `config.json` is Model2Vec's and does not say
 * `"drop_unknown": false`, which Lathe writes.
 *
 * @param folder path of the folder
 * @throws RangeError when a part is missing (the message names it and lists what is there) or was cut short;
 * SyntaxError when a file is not what its name says
 */
export async function loadModel(folder: string): Promise<ModelParts> {
  const stored = await readModel(modelFolder(folder));
  return { ...stored, table: toFloat32(stored.table, "F32") };
}

/** The same, the table in the type in which it is stored, and on kernel memory if there is room. */
export function loadStoredModel(source: ModelSource): Promise<StoredModel> {
  return readModel(source, { allocate: kernelArray });
}

async function readModel(source: ModelSource, options: ReadTensorOptions = {}): Promise<StoredModel> {
  const there = await source.list("");
  const configs = await readConfigs(source, there);
  if (Object.keys(configs).length === 0) {
    const what = `${FILES.modules} (Sentence Transformers) and ${FILES.model2vec} (Model2Vec)`;
    throw missing(source.name, what, there);
  }
  const part = await findParts(source, { there, configs });
  const tensors = await source.openTensors(`${part}${FILES.table}`);
  const { header } = tensors;
  const name = TENSORS.table.find((key) => header.tensors.has(key));
  const info = name === undefined ? undefined : header.tensors.get(name);
  if (name === undefined || info?.shape.length !== 2) throw noTable(header);
  const model2vec = configs.model2vec;
  return {
    table: asTable(await tensors.read(name, options), info.dtype),
    rows: info.shape[0],
    dim: info.shape[1],
    tokenizerJson: await source.readText(`${part}${FILES.tokenizer}`),
    normalize: isNormalized(configs),
    dropUnknown: model2vec !== undefined && model2vec.drop_unknown !== false,
    ...await readVocabulary(tensors),
  };
}

function asTable(data: TensorData, dtype: Dtype): EmbeddingTable {
  return data instanceof Float16Array || data instanceof Int8Array ? data : toFloat32(data, dtype);
}

async function readConfigs(source: ModelSource, there: readonly string[]): Promise<Configs> {
  const configs: Configs = {};
  const model2vec = await readJson(source, FILES.model2vec, there);
  if (isRecord(model2vec) && model2vec.model_type === "model2vec") configs.model2vec = model2vec;
  const modules = await readJson(source, FILES.modules, there);
  if (modules !== undefined) configs.modules = checkModules(modules, source.name);
  const sentenceTransformers = await readJson(source, FILES.sentenceTransformers, there);
  if (isRecord(sentenceTransformers)) configs.sentenceTransformers = sentenceTransformers;
  return configs;
}

async function readJson(source: ModelSource, name: string, there: readonly string[]): Promise<unknown> {
  if (!there.includes(name)) return undefined;
  try {
    return JSON.parse(await source.readText(name));
  } catch (cause) {
    const message = `Cannot load the model ${source.name}: ${name} is not JSON; save or download it again`;
    throw new SyntaxError(message, { cause });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Refuses models that are more than a static table, such as transformers. */
function checkModules(value: unknown, folder: string): ModuleEntry[] {
  const entries = (Array.isArray(value) ? value : []) as ModuleEntry[];
  const types = entries.map(moduleType);
  const known: readonly string[] = Object.values(MODULES);
  const other = types.find((type) => !known.includes(type));
  if (other !== undefined || !types.includes(MODULES.staticEmbedding)) {
    throw new TypeError(
      `Cannot load the model ${folder}: its ${FILES.modules} has ${other ?? "no StaticEmbedding"}; ` +
        "give a static embedding model (StaticEmbedding, with or without Normalize), or distill this one",
    );
  }
  return entries;
}

function moduleType(entry: ModuleEntry): string {
  return String(entry?.type ?? "a nameless module").split(".").at(-1)!;
}

/** The folder that holds table and tokenizer, as the beginning of their paths. */
async function findParts(
  source: ModelSource,
  found: { there: string[]; configs: Configs },
): Promise<string> {
  const entry = found.configs.modules?.find((module) => moduleType(module) === MODULES.staticEmbedding);
  const candidates = entry === undefined ? PART_FOLDERS : [entry.path];
  const lacking: string[] = [];
  for (const candidate of candidates) {
    const isRoot = candidate === "" || candidate === ".";
    const names = isRoot ? found.there : await source.list(candidate).catch(() => []);
    const absent = [FILES.table, FILES.tokenizer].filter((name) => !names.includes(name));
    if (absent.length === 0) {
      const part = isRoot ? "" : `${candidate}/`;
      for (const name of [FILES.table, FILES.tokenizer]) await assertFile(source, `${part}${name}`);
      return part;
    }
    if (lacking.length === 0) lacking.push(...absent);
  }
  throw missing(source.name, lacking.join(" and "), found.there);
}

async function assertFile(source: ModelSource, path: string): Promise<void> {
  const fault = await source.faultOf(path);
  if (fault === undefined) return;
  const { name } = source;
  throw new RangeError(
    `Cannot load the model ${name}: ${name}/${path} is ${fault}; save or download it again`,
  );
}

function isNormalized(configs: Configs): boolean {
  if (configs.modules !== undefined) {
    return configs.modules.some((entry) => moduleType(entry) === MODULES.normalize);
  }
  return (configs.model2vec ?? configs.sentenceTransformers)?.normalize === true;
}

function missing(folder: string, what: string, there: readonly string[]): RangeError {
  const list = there.length === 0 ? "nothing" : there.join(", ");
  return new RangeError(
    `Cannot load the model ${folder}: ${what} is missing and the folder has ${list}; ` +
      "give a whole model folder of Lathe, Sentence Transformers or Model2Vec",
  );
}

function noTable(header: SafetensorsHeader): RangeError {
  const there = [...header.tensors].map(([name, info]) => `${name} [${info.shape.join(", ")}]`).join(", ");
  return new RangeError(
    `Cannot load the model table ${header.path}: it has no matrix ${TENSORS.table.join(" or ")}, ` +
      `${there === "" ? "no tensor at all" : `only ${there}`}; give the table of a static embedding model`,
  );
}

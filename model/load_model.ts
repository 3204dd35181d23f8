import { FILES, type ModuleEntry, MODULES, PART_FOLDERS, TENSORS } from "./_layouts.ts";
import { readVocabulary } from "./_vocabulary.ts";
import { readFloat32Tensor, readSafetensorsHeader, type SafetensorsHeader } from "./read_safetensors.ts";

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
  const there = await listFolder(folder);
  const configs = await readConfigs(folder, there);
  if (Object.keys(configs).length === 0) {
    throw missing(
      folder,
      `${FILES.modules} (Sentence Transformers) and ${FILES.model2vec} (Model2Vec)`,
      there,
    );
  }
  const part = await findParts(folder, { there, configs });
  const header = await readSafetensorsHeader(`${part}/${FILES.table}`);
  const name = TENSORS.table.find((key) => header.tensors.has(key));
  const shape = name === undefined ? [] : header.tensors.get(name)!.shape;
  if (name === undefined || shape.length !== 2) throw noTable(header);
  const model2vec = configs.model2vec;
  return {
    table: await readFloat32Tensor(header, name),
    rows: shape[0],
    dim: shape[1],
    tokenizerJson: await Deno.readTextFile(`${part}/${FILES.tokenizer}`),
    normalize: isNormalized(configs),
    dropUnknown: model2vec !== undefined && model2vec.drop_unknown !== false,
    ...await readVocabulary(header),
  };
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name);
    return names.sort();
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "it does not exist"
      : "it cannot be read as a folder";
    throw new RangeError(
      `Cannot load the model ${folder}: ${reason}; give the path of a saved model folder`,
      {
        cause,
      },
    );
  }
}

async function readConfigs(folder: string, there: readonly string[]): Promise<Configs> {
  const configs: Configs = {};
  const model2vec = await readJson(folder, FILES.model2vec, there);
  if (isRecord(model2vec) && model2vec.model_type === "model2vec") configs.model2vec = model2vec;
  const modules = await readJson(folder, FILES.modules, there);
  if (modules !== undefined) configs.modules = checkModules(modules, folder);
  const sentenceTransformers = await readJson(folder, FILES.sentenceTransformers, there);
  if (isRecord(sentenceTransformers)) configs.sentenceTransformers = sentenceTransformers;
  return configs;
}

async function readJson(folder: string, name: string, there: readonly string[]): Promise<unknown> {
  if (!there.includes(name)) return undefined;
  try {
    return JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
  } catch (cause) {
    throw new SyntaxError(`Cannot load the model ${folder}: ${name} is not JSON; save or download it again`, {
      cause,
    });
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
        "give a static embedding model (StaticEmbedding, with or without Normalize)",
    );
  }
  return entries;
}

function moduleType(entry: ModuleEntry): string {
  return String(entry?.type ?? "a nameless module").split(".").at(-1)!;
}

/** The folder that holds table and tokenizer. */
async function findParts(folder: string, found: { there: string[]; configs: Configs }): Promise<string> {
  const entry = found.configs.modules?.find((module) => moduleType(module) === MODULES.staticEmbedding);
  const candidates = entry === undefined ? PART_FOLDERS : [entry.path];
  const lacking: string[] = [];
  for (const candidate of candidates) {
    const part = candidate === "" || candidate === "." ? folder : `${folder}/${candidate}`;
    const names = part === folder ? found.there : await listFolder(part).catch(() => []);
    const absent = [FILES.table, FILES.tokenizer].filter((name) => !names.includes(name));
    if (absent.length === 0) {
      for (const name of [FILES.table, FILES.tokenizer]) await assertFile(folder, `${part}/${name}`);
      return part;
    }
    if (lacking.length === 0) lacking.push(...absent);
  }
  throw missing(folder, lacking.join(" and "), found.there);
}

/** A folder, or a link that leads nowhere as in a cache that was tidied up, has the name of a file and is none. */
async function assertFile(folder: string, path: string): Promise<void> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isFile) return;
  const what = found === undefined ? "a link that leads nowhere" : "no file";
  throw new RangeError(`Cannot load the model ${folder}: ${path} is ${what}; save or download it again`);
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

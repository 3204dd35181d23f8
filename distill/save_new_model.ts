import {
  type ModelParts,
  saveModel,
  type SaveModelOptions,
  type Tensor,
  writeSafetensors,
} from "../model/mod.ts";
import { foldWeights } from "./fold_weights.ts";

/** How the numbers of a table are stored. */
export type TableType = "float32" | "float16" | "int8";

/** Options of {@linkcode saveNewModel}. */
export interface SaveNewModelOptions extends SaveModelOptions {
  /**
   * How the table is stored. In int8 the largest number is 127 and token weights lie beside the table, since frequent
   * tokens would otherwise be rounded to nothing: only Lathe and Model2Vec read such a folder.
   *
   * @default "float32"
   */
  type?: TableType;
}

/** What can be stored. */
export const TABLE_TYPES: readonly TableType[] = ["float32", "float16", "int8"];

/** Names that `saveModel` gives. */
const TABLE_FILE = "model.safetensors";
const CONFIG_FILE = "config.json";

/**
 * Saves a model to a new folder that Sentence Transformers and Model2Vec load. It is written under another name first:
 * the folder appears whole or not at all.
 *
 * @param folder path of a folder that is empty or not there
 * @param parts the model
 * @param options {@linkcode SaveNewModelOptions}
 * @throws {RangeError} if the folder holds something already
 * @throws {Error} if it cannot be written
 */
export async function saveNewModel(
  folder: string,
  parts: ModelParts,
  { type = "float32", ...options }: SaveNewModelOptions = {},
): Promise<void> {
  await checkNewFolder(folder);
  const partial = `${folder.replace(/\/+$/, "")}.new`;
  const whole = type === "int8" ? parts : foldWeights(parts);
  try {
    await Deno.remove(partial, { recursive: true }).catch(ignoreMissing);
    await saveModel(partial, whole, options);
    if (type !== "float32") await retype(partial, whole, type);
    await Deno.remove(folder).catch(ignoreMissing);
    await Deno.rename(partial, folder);
  } catch (error) {
    await Deno.remove(partial, { recursive: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * Checks that a model may be saved to a folder.
 *
 * @throws {RangeError} if it holds something already, or is none
 */
export async function checkNewFolder(folder: string): Promise<void> {
  const refuse = (reason: string): never => {
    throw new RangeError(`Cannot save a model to ${folder}: ${reason}; name another --output`);
  };
  try {
    for await (const { name } of Deno.readDir(folder)) refuse(`it is not empty (${name})`);
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) refuse("it is no folder");
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Writes the table of a saved model in another type. */
async function retype(
  folder: string,
  { table, rows, dim, mapping, weights }: ModelParts,
  type: "float16" | "int8",
): Promise<void> {
  const tensors: Record<string, Tensor> = {
    embeddings: type === "float16"
      ? { dtype: "F16", shape: [rows, dim], data: new Float16Array(table) }
      : { dtype: "I8", shape: [rows, dim], data: toInt8(table) },
  };
  if (mapping !== undefined) tensors.mapping = { dtype: "I32", shape: [mapping.length], data: mapping };
  if (weights !== undefined) tensors.weights = { dtype: "F64", shape: [weights.length], data: weights };
  await writeSafetensors(`${folder}/${TABLE_FILE}`, tensors);
  const config = JSON.parse(await Deno.readTextFile(`${folder}/${CONFIG_FILE}`));
  const text = JSON.stringify({ ...config, embedding_dtype: type }, null, 2) + "\n";
  await Deno.writeTextFile(`${folder}/${CONFIG_FILE}`, text);
}

/** One scale for the whole table, as Model2Vec does: no loader would undo several. */
function toInt8(table: Float32Array): Int8Array {
  let largest = 0;
  for (let i = 0; i < table.length; i++) largest = Math.max(largest, Math.abs(table[i]));
  const scale = largest === 0 ? 0 : 127 / largest;
  const out = new Int8Array(table.length);
  for (let i = 0; i < table.length; i++) out[i] = Math.round(table[i] * scale);
  return out;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

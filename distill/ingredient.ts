import { basename, dirname, join } from "node:path";
import { type Hub, resolveModelPath } from "../hub/mod.ts";
import { loadModel, type ModelParts, readFloat32Tensor, readSafetensorsHeader } from "../model/mod.ts";
import { foldWeights } from "./fold_weights.ts";

/** One of the models that are mixed. */
export interface Ingredient {
  /** What it is called in messages and reports. */
  name: string;
  /** The model, its weights in its rows. */
  parts: ModelParts;
}

/** Table and other state of a checkpoint. */
const STATE_FILE = "state.safetensors";
const TABLE = "embeddings";

/**
 * Loads what may go into a soup: a model folder, `hf://models/OWNER/NAME`, or a checkpoint of a finished run
 * (`runs/NAME/checkpoints/step-00001000`), whose tokenizer lies in the run's folder.
 *
 * @throws {RangeError} if it is neither, or its vocabulary or its numbers are quantised
 */
export async function loadIngredient(spec: string, options: { hub?: Hub } = {}): Promise<Ingredient> {
  const folder = await resolveModelPath(spec, options);
  const parts = await isCheckpoint(folder) ? await loadCheckpoint(folder) : await loadModel(folder);
  const reason = parts.mapping !== undefined
    ? "its vocabulary is quantised, so that tokens share rows"
    // Whole numbers alone are an int8 file, which does not say what they were divided by.
    : parts.table.every(Number.isInteger)
    ? "its table was rounded to int8, and its scale is not known"
    : undefined;
  if (reason === undefined) return { name: spec, parts: foldWeights(parts) };
  throw new RangeError(`Cannot mix ${spec}: ${reason}; mix the model it was made from`);
}

async function isCheckpoint(folder: string): Promise<boolean> {
  const found = await Deno.stat(join(folder, STATE_FILE)).catch(() => undefined);
  return found?.isFile === true && basename(dirname(folder)) === "checkpoints";
}

async function loadCheckpoint(folder: string): Promise<ModelParts> {
  const parts = await loadModel(dirname(dirname(folder)));
  const table = await readFloat32Tensor(await readSafetensorsHeader(join(folder, STATE_FILE)), TABLE);
  if (table.length === parts.table.length) return { ...parts, table };
  throw new RangeError(
    `Cannot mix ${folder}: its table has ${table.length} numbers and that of its run ${parts.table.length}; ` +
      "name a checkpoint of the run that it lies in",
  );
}

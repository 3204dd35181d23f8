import { join } from "node:path";
import { saveModel, type Tensor, writeSafetensors } from "../model/mod.ts";
import type { ModelSource } from "./model_source.ts";
import type { Precision } from "./precision.ts";
import { storeTable } from "./stored_table.ts";

/**
 * A folder for Sentence Transformers and Model2Vec, as `saveModel` writes it, its table in the precision wanted.
 *
 * int8 rows are multiplied by factors in the tensor `weights`, one for every token: Model2Vec multiplies by them.
 */
export async function writeTableFolder(
  folder: string,
  source: ModelSource,
  precision: Precision,
): Promise<void> {
  await saveModel(folder, source);
  if (precision === "float32") return;
  await writeSafetensors(join(folder, "model.safetensors"), tensorsOf(source, precision));
  const configFile = join(folder, "config.json");
  const config = JSON.parse(await Deno.readTextFile(configFile));
  await Deno.writeTextFile(
    configFile,
    JSON.stringify({ ...config, embedding_dtype: precision }, null, 2) + "\n",
  );
}

function tensorsOf(source: ModelSource, precision: Precision): Record<string, Tensor> {
  const { rows, dim, vocabSize, mapping } = source;
  const { data, scales } = storeTable(source.table, dim, precision);
  const tensors: Record<string, Tensor> = {
    embeddings: { dtype: precision === "int8" ? "I8" : "F16", shape: [rows, dim], data },
  };
  if (mapping !== undefined) tensors.mapping = { dtype: "I32", shape: [mapping.length], data: mapping };
  const weights = scales === undefined
    ? source.weights
    : Float64Array.from({ length: vocabSize }, (_, id) =>
      scales[mapping?.[id] ?? id] * (source.weights?.[id] ?? 1));
  if (weights !== undefined) tensors.weights = { dtype: "F64", shape: [weights.length], data: weights };
  return tensors;
}

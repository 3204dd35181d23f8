import { join } from "node:path";
import { modelCard, type Precision, PRECISIONS } from "../export/mod.ts";
import { loadModel } from "../model/mod.ts";
import { cardInterval } from "./_card_interval.ts";
import { readCardRecords } from "./_card_records.ts";
import type { FolderEntry } from "./_folder_entries.ts";
import { loadSettledModel } from "./_settled_model.ts";

/** What a folder holds: a table with its tokenizer, or a graph. */
export type PushedModel = "table" | "graph";

/**
 * Checks that a folder holds a whole model which nobody is writing.
 *
 * @param folder Its path.
 * @param entries All its files.
 * @throws {RangeError} If it holds none.
 */
export async function checkPushedModel(
  folder: string,
  entries: readonly FolderEntry[],
): Promise<PushedModel> {
  const has = (pattern: RegExp): boolean => entries.some(({ path }) => pattern.test(path));
  if (has(/^([0-9]_\w+\/)?model\.safetensors$/) && has(/^(modules|config)\.json$/)) {
    (await loadSettledModel(folder)).dispose();
    return "table";
  }
  if (has(/^(onnx\/)?model\w*\.onnx$/) && has(/^tokenizer\.json$/) && has(/^config\.json$/)) return "graph";
  const cure = has(/^checkpoints\//)
    ? "its run has not ended, resume it with train --resume"
    : "name the folder of a run, or one that export, distill or soup has written";
  throw new RangeError(`Cannot push ${folder}: it holds no finished model; ${cure}`);
}

/**
 * The model card for a folder that has none.
 *
 * @param folder Its path; it holds a table.
 * @param repository `OWNER/NAME` that it gets.
 */
export async function pushedCard(folder: string, repository: string): Promise<string> {
  const parts = await loadModel(folder);
  const { dim, rows, normalize, dropUnknown, mapping, weights } = parts;
  return modelCard({
    name: repository.split("/")[1],
    repository,
    // Sentence Transformers knows neither.
    format: mapping === undefined && weights === undefined ? "sentence-transformers" : "model2vec",
    precision: await precisionOf(folder),
    dim,
    fullDim: dim,
    vocabSize: mapping?.length ?? rows,
    rows,
    normalize,
    dropUnknown,
    records: await readCardRecords(folder),
    interval: cardInterval,
  });
}

async function precisionOf(folder: string): Promise<Precision> {
  const text = await Deno.readTextFile(join(folder, "config.json")).catch(() => "{}");
  const { embedding_dtype } = JSON.parse(text);
  return PRECISIONS.find((precision) => precision === embedding_dtype) ?? "float32";
}

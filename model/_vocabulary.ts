import { type TensorData, toFloat32 } from "./_dtypes.ts";
import { TENSORS } from "./_layouts.ts";
import type { TensorSource } from "./_model_source.ts";
import type { ModelParts } from "./load_model.ts";
import type { SafetensorsHeader } from "./safetensors_header.ts";

/**
 * The two extra tensors of vocabulary-quantised models, as far as they are there.
 *
 * @throws RangeError when a row's number is not one that int32 holds
 */
export async function readVocabulary(
  { header, read }: TensorSource,
): Promise<Pick<ModelParts, "mapping" | "weights">> {
  const vocabulary: Pick<ModelParts, "mapping" | "weights"> = {};
  if (header.tensors.has(TENSORS.mapping)) {
    const data = await read(TENSORS.mapping);
    vocabulary.mapping = data instanceof Int32Array ? data : toRowNumbers(data, header);
  }
  if (header.tensors.has(TENSORS.weights)) {
    const data = await read(TENSORS.weights);
    vocabulary.weights = data instanceof Float64Array
      ? data
      : Float64Array.from(toFloat32(data, header.tensors.get(TENSORS.weights)!.dtype));
  }
  return vocabulary;
}

/** Rows are int32: a larger or broken number would silently become another row. */
function toRowNumbers(data: TensorData, header: SafetensorsHeader): Int32Array {
  const numbers = Array.from(data as ArrayLike<number | bigint>, Number);
  const wrong = numbers.findIndex((row) => row !== (row | 0));
  if (wrong === -1) return Int32Array.from(numbers);
  throw new RangeError(
    `Cannot load the model table ${header.path}: token id ${wrong} is mapped to row ${numbers[wrong]}; ` +
      "download or save it again",
  );
}

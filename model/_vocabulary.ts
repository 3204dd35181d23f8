import type { TensorData } from "./_dtypes.ts";
import { TENSORS } from "./_layouts.ts";
import type { ModelParts } from "./load_model.ts";
import { readFloat32Tensor, readTensor, type SafetensorsHeader } from "./read_safetensors.ts";

/**
 * The two extra tensors of vocabulary-quantised models, as far as they are there.
 *
 * @throws RangeError when a row's number is not one that int32 holds
 */
export async function readVocabulary(
  header: SafetensorsHeader,
): Promise<Pick<ModelParts, "mapping" | "weights">> {
  const vocabulary: Pick<ModelParts, "mapping" | "weights"> = {};
  if (header.tensors.has(TENSORS.mapping)) {
    const data = await readTensor(header, TENSORS.mapping);
    vocabulary.mapping = data instanceof Int32Array ? data : toRowNumbers(data, header);
  }
  if (header.tensors.has(TENSORS.weights)) {
    const data = await readTensor(header, TENSORS.weights);
    vocabulary.weights = data instanceof Float64Array
      ? data
      : Float64Array.from(await readFloat32Tensor(header, TENSORS.weights));
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

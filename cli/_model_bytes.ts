/** What a model is made of: its table and its tokenizer, wherever in its folder they lie. */
const MODEL_FILES: readonly string[] = ["model.safetensors", "tokenizer.json"];

/**
 * Bytes of a model's files. Checkpoints and whatever else a run leaves in its folder do not count.
 *
 * @param folder The model's folder.
 * @returns Bytes of table and tokenizer; null if they cannot be found.
 */
export async function modelBytes(folder: string): Promise<number | null> {
  let bytes = 0;
  for (const part of [folder, `${folder}/0_StaticEmbedding`]) {
    for (const name of MODEL_FILES) {
      bytes += await Deno.stat(`${part}/${name}`).then(({ size }) => size, () => 0);
    }
  }
  return bytes === 0 ? null : bytes;
}

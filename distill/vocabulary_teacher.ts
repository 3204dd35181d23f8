import { resolveModelPath } from "../hub/mod.ts";
import { loadModel, rowOf, zeroMatrix } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { loadTokenizer, type TokenBags } from "../text/mod.ts";
import type { VocabularyTeacher } from "./distill.ts";
import { foldWeights } from "./fold_weights.ts";
import { modelKind } from "./load_encoder.ts";
import { Teacher } from "./teacher.ts";
import type { TeacherOptions } from "./teacher_options.ts";

/** What {@linkcode distill} asks, loaded; dispose it when done. */
export interface LoadedVocabularyTeacher extends VocabularyTeacher {
  /** Frees it, and the runtime if it was not given. */
  dispose(): void;
}

/**
 * Loads what a table can be made of: a transformer, or a static model, whose rows are its vectors of single tokens. Of a
 * static model the distillation is the PCA and the weights: the last step of Tokenlearn.
 *
 * @throws {RangeError} if it is neither, or a static model's vocabulary is quantised
 */
export async function loadVocabularyTeacher(
  spec: string,
  options: TeacherOptions = {},
): Promise<LoadedVocabularyTeacher> {
  if (await modelKind(spec, options) !== "static") return await Teacher.load(spec, options);
  const { table, dim, mapping, tokenizerJson } = foldWeights(
    await loadModel(await resolveModelPath(spec, options)),
  );
  if (mapping !== undefined) {
    throw new RangeError(
      `Cannot distil ${spec}: its vocabulary is quantised, so that tokens share rows; take the model it was made from`,
    );
  }
  const tokenizer = await loadTokenizer(tokenizerJson, `the tokenizer of ${spec}`);
  const runtime = options.runtime ?? Runtime.open();
  return {
    name: spec,
    tokenizer,
    runtime,
    embed: ({ ids, offsets }: TokenBags) => {
      const matrix = zeroMatrix(offsets.length - 1, dim);
      for (let text = 0; text < matrix.rows; text++) {
        const out = rowOf(matrix, text);
        const count = offsets[text + 1] - offsets[text];
        for (const id of ids.subarray(offsets[text], offsets[text + 1])) {
          for (let i = 0; i < dim; i++) out[i] += table[id * dim + i] / count;
        }
      }
      return Promise.resolve(matrix);
    },
    dispose() {
      tokenizer.dispose();
      if (options.runtime === undefined) runtime.close();
    },
  };
}

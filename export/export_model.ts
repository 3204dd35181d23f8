import type { ExportedModel } from "./exported_model.ts";
import { makeFolder, writeFully } from "./_new_folder.ts";
import { writeBagFolder, writeTransformersJsFolder } from "./_onnx_folders.ts";
import { writeTableFolder } from "./_table_folder.ts";
import type { ExportFormat } from "./format.ts";
import { type ModelSource, modelSource } from "./model_source.ts";
import type { Precision } from "./precision.ts";

/** Options of {@link exportModel}. */
export interface ExportModelOptions {
  /** What the folder is for. */
  format: ExportFormat;
  /**
   * How the table is stored.
   * @default "float32"
   */
  precision?: Precision;
  /**
   * Text of the folder's README.md.
   * @default no such file
   */
  card?: string;
}

/**
 * Writes a model for other libraries. The folder is there in full or not at all.
 *
 * @param parts what `loadModel` gives
 * @param folder path of the folder, which must not exist
 * @param options {@link ExportModelOptions}
 * @throws RangeError when the folder exists, or format and precision do not fit the model
 */
export async function exportModel(
  parts: ExportedModel,
  folder: string,
  options: ExportModelOptions,
): Promise<void> {
  const { format, precision = "float32", card } = options;
  const source = modelSource(parts);
  checkFit(source, format, precision);
  const write = WRITERS[format];
  await makeFolder(folder, async (temporary) => {
    await write(temporary, source, precision);
    if (card !== undefined) await writeFully(temporary, "README.md", card);
  });
}

type Writer = (folder: string, source: ModelSource, precision: Precision) => Promise<void>;

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  "sentence-transformers": writeTableFolder,
  model2vec: writeTableFolder,
  onnx: writeBagFolder,
  transformersjs: writeTransformersJsFolder,
};

/** What a library would load and then get wrong is refused. */
function checkFit(source: ModelSource, format: ExportFormat, precision: Precision): void {
  if (format !== "sentence-transformers") return;
  const refuse = (reason: string): never => {
    throw new RangeError(`Cannot export to Sentence Transformers: ${reason}`);
  };
  if (precision === "int8") {
    refuse("its EmbeddingBag takes no int8 table; store float16, or export to model2vec");
  }
  if (source.mapping !== undefined || source.weights !== undefined) {
    refuse("it ignores this model's row numbers and weights; export to model2vec");
  }
}

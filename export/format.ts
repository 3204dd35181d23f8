/** What a model is exported to. */
export type ExportFormat = "sentence-transformers" | "model2vec" | "onnx" | "transformersjs";

/** All of them. */
export const EXPORT_FORMATS: readonly ExportFormat[] = [
  "sentence-transformers",
  "model2vec",
  "onnx",
  "transformersjs",
];

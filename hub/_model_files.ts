import type { FetchFolderOptions } from "./repository.ts";

/** Whether a file of a model's repository is one that Lathe may read. */
export function isModelFile(path: string, { onnx = false }: FetchFolderOptions): boolean {
  return /\.(json|txt|safetensors)$/.test(path) || (onnx && /\.onnx(_data)?$/.test(path));
}

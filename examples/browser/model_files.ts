import type { ModelFiles } from "../../model/mod.ts";

/** Files that a model folder may have; `StaticModel.fromFiles` says what it misses. */
const NAMES = [
  "modules.json",
  "config.json",
  "config_sentence_transformers.json",
  "tokenizer.json",
  "model.safetensors",
];

/**
 * Fetches a model folder from a static server.
 *
 * @param folder its address, ending in a slash
 */
export async function fetchModelFiles(folder: URL): Promise<ModelFiles> {
  const files: Record<string, Uint8Array> = {};
  await Promise.all(NAMES.map(async (name) => {
    const response = await fetch(new URL(name, folder));
    if (response.ok) files[name] = new Uint8Array(await response.arrayBuffer());
  }));
  return files;
}

/**
 * Reads a model folder that somebody picked.
 *
 * @param picked what `<input type="file" webkitdirectory>` gives: files with their paths from the folder's name on
 */
export async function readPickedFiles(picked: Iterable<File>): Promise<ModelFiles> {
  const entries = [...picked].map(async (file) => {
    const path = (file as File & { webkitRelativePath: string }).webkitRelativePath.split("/").slice(1).join(
      "/",
    );
    return [
      path || file.name,
      NAMES.includes(file.name) ? new Uint8Array(await file.arrayBuffer()) : undefined,
    ];
  });
  return Object.fromEntries((await Promise.all(entries)).filter(([, bytes]) => bytes !== undefined));
}

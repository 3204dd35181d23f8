import { join, resolve } from "node:path";
import { findHubFolder } from "./_hub_folder.ts";

/** Options of {@linkcode resolveModelPath}. */
export interface ResolveModelPathOptions {
  /** Folder that mirrors the hub: `<mirror>/models/OWNER/NAME/...`. Needed for `hf://` addresses. */
  hubMirror?: string;
  /**
   * Folder that relative paths start from.
   *
   * @default the current folder
   */
  baseFolder?: string;
}

/**
 * Where a model, or a file of it, lies: `hf://models/OWNER/NAME`, `hf://models/OWNER/NAME/tokenizer.json`, or a path,
 * which is only made absolute.
 *
 * @throws {RangeError} if the mirror has no such model; the message lists those of the same owner
 * @throws {SyntaxError} if the address is not of the form above
 */
export async function resolveModelPath(spec: string, options: ResolveModelPathOptions = {}): Promise<string> {
  if (!spec.startsWith("hf://")) return resolve(options.baseFolder ?? ".", spec);
  const { folder, path } = await findHubFolder(spec, "models", options.hubMirror);
  return join(folder, path);
}

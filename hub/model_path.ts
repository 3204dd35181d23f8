import { resolve } from "node:path";
import { parseHubAddress } from "./address.ts";
import { Hub } from "./hub.ts";

/** Options of {@linkcode resolveModelPath}. */
export interface ResolveModelPathOptions {
  /**
   * Where `hf://` addresses are looked up.
   *
   * @default a hub without a mirror
   */
  hub?: Hub;
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
 * @throws {RangeError} if the hub has no such model
 * @throws {SyntaxError} if the address is not of the form above
 */
export async function resolveModelPath(spec: string, options: ResolveModelPathOptions = {}): Promise<string> {
  if (!spec.startsWith("hf://")) return resolve(options.baseFolder ?? ".", spec);
  const address = parseHubAddress(spec, "models");
  const repository = await (options.hub ?? new Hub()).open(address);
  return await (address.path === "" ? repository.fetchFolder() : repository.fetch(address.path));
}

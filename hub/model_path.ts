import { resolve } from "node:path";
import { parseHubAddress } from "./address.ts";
import { Hub } from "./hub.ts";

/** Options of {@linkcode resolveModelPath}. */
export interface ResolveModelPathOptions {
  /**
   * Where `hf://` addresses are looked up.
   *
   * @default the network, with the default cache
   */
  hub?: Hub;
  /**
   * Folder that relative paths start from.
   *
   * @default the current folder
   */
  baseFolder?: string;
  /**
   * Whether ONNX files of a folder are fetched too.
   *
   * @default false
   */
  onnx?: boolean;
}

/**
 * Where a model, or a file or folder of it, lies: `hf://models/OWNER/NAME`, `hf://models/OWNER/NAME@REVISION`,
 * `hf://models/OWNER/NAME/tokenizer.json`, or a path, which is only made absolute. What is not on this machine is fetched:
 * of a folder all `.json`, `.txt` and `.safetensors` files, and nothing else unless it is asked for.
 *
 * @throws {RangeError} if the hub has no such model, revision or file, or it may not be read
 * @throws {SyntaxError} if the address is not of the form above
 */
export async function resolveModelPath(spec: string, options: ResolveModelPathOptions = {}): Promise<string> {
  if (!spec.startsWith("hf://")) return resolve(options.baseFolder ?? ".", spec);
  const address = parseHubAddress(spec, "models");
  const repository = await (options.hub ?? new Hub()).open(address);
  const isFile = address.path !== "" &&
    (await repository.listFiles()).some((file) => file.path === address.path);
  if (isFile) return await repository.fetch(address.path);
  return await repository.fetchFolder(address.path, { onnx: options.onnx });
}

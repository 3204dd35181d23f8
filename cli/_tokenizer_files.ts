import { type Hub, resolveModelPath } from "../hub/mod.ts";
import { fileFault } from "./_file_fault.ts";

/**
 * Text of a tokenizer.json, by its own path or that of its folder.
 *
 * @throws {RangeError} if it is not there
 */
export async function readTokenizer(source: string, hub: Hub): Promise<string> {
  const onHub = source.startsWith("hf://") && !source.endsWith(".json");
  const path = await resolveModelPath(onHub ? `${source}/tokenizer.json` : source, { hub });
  const file = path.endsWith(".json") ? path : `${path}/tokenizer.json`;
  return await Deno.readTextFile(file).catch((cause) => {
    throw new RangeError(
      `Cannot load the tokenizer: ${file} is not there; name a tokenizer.json, its folder, or hf://models/OWNER/NAME`,
      { cause },
    );
  });
}

/**
 * Checks that a file may be written.
 *
 * @throws {RangeError} if it exists and may not be replaced
 */
export async function checkNewFile(path: string, force: boolean): Promise<void> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isDirectory) throw new RangeError(`Cannot write ${path}: it is a folder; name a file`);
  if (found !== undefined && !force) {
    throw new RangeError(`Cannot write ${path}: the file exists; name another, or give --force`);
  }
}

/** Writes a tokenizer.json, whole or not at all. @throws {RangeError} if it cannot be written */
export async function writeTokenizer(path: string, json: string): Promise<void> {
  const partial = `${path}.new`;
  try {
    await Deno.writeTextFile(partial, json);
    await Deno.rename(partial, path);
  } catch (cause) {
    await Deno.remove(partial).catch(() => undefined);
    throw new RangeError(`Cannot write ${path}: ${fileFault(cause)}`, { cause });
  }
}

import type { ModelSource } from "./_model_source.ts";
import { readSafetensorsHeader, readTensor } from "./read_safetensors.ts";

/** A bare OWNER/NAME is a path here, and an address of the hub is none. */
function cureOf(folder: string): string {
  return folder.startsWith("hf://")
    ? "fetch it first, with resolveModelPath of the hub"
    : "give the path of a saved model folder, or hf://models/OWNER/NAME";
}

/** The files of a model in a folder of the file system. */
export function modelFolder(folder: string): ModelSource {
  return {
    name: folder,
    async list(inner) {
      const path = inner === "" ? folder : `${folder}/${inner}`;
      try {
        const names = await Array.fromAsync(Deno.readDir(path), (entry) => entry.name);
        return names.sort();
      } catch (cause) {
        const reason = cause instanceof Deno.errors.NotFound
          ? "it does not exist"
          : "it cannot be read as a folder";
        throw new RangeError(
          `Cannot load the model ${path}: ${reason}; ${cureOf(folder)}`,
          { cause },
        );
      }
    },
    readText: (path) => Deno.readTextFile(`${folder}/${path}`),
    async faultOf(path) {
      // A folder, or a link that leads nowhere as in a cache that was tidied up, has the name of a file and is none.
      const found = await Deno.stat(`${folder}/${path}`).catch(() => undefined);
      if (found?.isFile) return undefined;
      return found === undefined ? "a link that leads nowhere" : "no file";
    },
    async openTensors(path) {
      const header = await readSafetensorsHeader(`${folder}/${path}`);
      return { header, read: (name, options) => readTensor(header, name, options) };
    },
  };
}

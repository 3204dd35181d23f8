import { DTYPES, type TensorData } from "./_dtypes.ts";
import type { ModelSource } from "./_model_source.ts";
import { headerLength, parseSafetensorsHeader, PREFIX_BYTES, tensorInfo } from "./safetensors_header.ts";

/**
 * The files of a model folder by their names in it: `model.safetensors`, `tokenizer.json`, and `modules.json` or
 * `config.json`; other files do no harm.
 */
export type ModelFiles = Readonly<Record<string, Uint8Array>>;

/** The files of a model that lie in memory. */
export function modelFiles(files: ModelFiles, name: string): ModelSource {
  return {
    name,
    list(folder) {
      const start = folder === "" ? "" : `${folder}/`;
      const inside = Object.keys(files).filter((path) => path.startsWith(start));
      const names = inside.map((path) => path.slice(start.length).split("/")[0]);
      return Promise.resolve([...new Set(names)].sort());
    },
    readText: (path) => Promise.resolve(new TextDecoder().decode(files[path])),
    faultOf: (path) => Promise.resolve(Object.hasOwn(files, path) ? undefined : "no file"),
    openTensors(path) {
      const bytes = files[path];
      const file = { path: `${name}/${path}`, size: bytes.length };
      const start = bytes.subarray(0, PREFIX_BYTES).slice();
      const length = headerLength(start, file);
      const header = parseSafetensorsHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length), file);
      return Promise.resolve({
        header,
        read(tensor, options = {}): Promise<TensorData> {
          const info = tensorInfo(header, tensor);
          const data = options.allocate?.(info) ?? DTYPES[info.dtype].allocate(info.length);
          const out = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
          out.set(bytes.subarray(info.start, info.start + out.length));
          return Promise.resolve(data);
        },
      });
    },
  };
}

import type { TensorData } from "./_dtypes.ts";
import type { ReadTensorOptions } from "./read_safetensors.ts";
import type { SafetensorsHeader } from "./safetensors_header.ts";

/** The files of a model, wherever they are; paths are relative to the model, `/` between folders. */
export interface ModelSource {
  /** What messages call the model. */
  name: string;
  /** Names of the files and folders in a folder of the model, "" being the model itself; sorted. */
  list(folder: string): Promise<string[]>;
  /** Text of a file. */
  readText(path: string): Promise<string>;
  /** What a name is that is no file; undefined for a file. */
  faultOf(path: string): Promise<string | undefined>;
  /** A file of tensors. */
  openTensors(path: string): Promise<TensorSource>;
}

/** A safetensors file. */
export interface TensorSource {
  /** Its header. */
  header: SafetensorsHeader;
  /** Reads one tensor; see `readTensor`. */
  read(name: string, options?: ReadTensorOptions): Promise<TensorData>;
}

import { modelKind, Teacher } from "../distill/mod.ts";
import { resolveModelPath } from "../hub/mod.ts";
import { type Encoder, type Matrix, StaticModel, type Tokenizer, zeroMatrix } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import type { DeviceChoice } from "./_device_choice.ts";
import { openHub } from "./_environment.ts";
import { modelBytes } from "./_model_bytes.ts";
import { startMilliseconds } from "./_start_milliseconds.ts";

/** A model that is scored: a table, or a transformer. */
export interface EvalModel {
  /** Its folder on this machine. */
  folder: string;
  /** Numbers a vector. */
  dim: number;
  /** Turns texts into token ids. */
  tokenizer: Tokenizer;
  /** The model as a plain function. */
  encoder(): Encoder;
  /** Turns texts into the first `size` numbers of their vectors. */
  encode(texts: readonly string[], size: number): Promise<Matrix>;
  /** Bytes of its files; null if they cannot be told. */
  bytes(): Promise<number | null>;
  /** How long a process takes to its first vector; null if that is not measured. */
  startMilliseconds(): ReturnType<typeof startMilliseconds>;
  /** Frees it. */
  dispose(): void;
}

/**
 * Opens a model by folder or address.
 *
 * @param device Where a transformer runs; a table needs none.
 * @throws {RangeError} If there is no model.
 */
export async function openEvalModel(name: string, device: DeviceChoice): Promise<EvalModel> {
  const hub = openHub();
  if (await modelKind(name, { hub }) === "transformer") return await openTransformer(name, device);
  const folder = await resolveModelPath(name, { hub });
  const model = await StaticModel.load(folder);
  return {
    folder,
    dim: model.dim,
    tokenizer: model.tokenizer,
    encoder: () => model.encoder(),
    encode: (texts, size) => Promise.resolve(model.encode(texts, { truncate: size })),
    bytes: () => modelBytes(folder),
    startMilliseconds: () => startMilliseconds(folder),
    dispose: () => model.dispose(),
  };
}

async function openTransformer(name: string, device: DeviceChoice): Promise<EvalModel> {
  const runtime = Runtime.open(device);
  try {
    const teacher = await Teacher.load(name, { hub: openHub(), runtime });
    return {
      folder: name,
      dim: teacher.dim,
      tokenizer: teacher.tokenizer,
      encoder: () => teacher.encoder(),
      encode: async (texts, size) => firstColumns(await teacher.encode(texts), size),
      bytes: () => fileBytes(teacher.files),
      // The command that encodes loads tables only.
      startMilliseconds: () => Promise.resolve(null),
      dispose() {
        teacher.dispose();
        runtime.close();
      },
    };
  } catch (error) {
    runtime.close();
    throw error;
  }
}

function firstColumns({ data, rows, columns }: Matrix, size: number): Matrix {
  const cut = zeroMatrix(rows, size);
  for (let row = 0; row < rows; row++) {
    cut.data.set(data.subarray(row * columns, row * columns + size), row * size);
  }
  return cut;
}

async function fileBytes(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map(async (path) => (await Deno.stat(path)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

import { cString, type Library, type Pointer } from "./library.ts";
import { OnnxRuntimeError } from "./onnx_runtime_error.ts";
import { shortReason } from "./short_reason.ts";
import type { RuntimeOptions } from "./runtime.ts";

/** A kind of device that ONNX Runtime can run graphs on. */
export type DeviceName = "cpu" | "cuda" | "webgpu";

/** Execution provider of each device, as the library lists it. */
export const PROVIDER_NAMES: Readonly<Record<DeviceName, string>> = {
  cpu: "CPUExecutionProvider",
  cuda: "CUDAExecutionProvider",
  webgpu: "WebGpuExecutionProvider",
};

/** Name of each device's memory in `CreateMemoryInfo`. */
export const DEVICE_MEMORY: Readonly<Record<DeviceName, string>> = {
  cpu: "Cpu",
  cuda: "Cuda",
  webgpu: "WebGPU_Buf",
};

/**
 * Adds the execution provider of `options.device` to session settings; the CPU needs none.
 *
 * @throws {OnnxRuntimeError} if the provider cannot be loaded or finds no device
 */
export function appendProvider(library: Library, settings: Pointer, options: RuntimeOptions): void {
  const device = options.device ?? "cpu";
  if (device === "cpu") return;
  const append = device === "cuda" ? appendCuda : appendWebGpu;
  try {
    append(library, settings, options);
  } catch (error) {
    if (!(error instanceof OnnxRuntimeError)) throw error;
    throw new OnnxRuntimeError(
      `use device ${device}`,
      shortReason(error),
      "use the cpu, or ask doctor what can be used",
    );
  }
}

function appendWebGpu(library: Library, settings: Pointer, options: RuntimeOptions): void {
  const entries = Object.entries(options.deviceOptions ?? {});
  const keys = pointerArray(entries.map(([key]) => key));
  const values = pointerArray(entries.map(([, value]) => value));
  library.call(
    "SessionOptionsAppendExecutionProvider",
    "use WebGPU",
    settings,
    cString("WebGPU"),
    keys.pointers,
    values.pointers,
    entries.length,
  );
}

/** ONNX Runtime's own default rounds factors to 10 bits; whoever wants that for its speed can say so. */
const EXACT_PRODUCTS = { use_tf32: "0" };

function appendCuda(library: Library, settings: Pointer, options: RuntimeOptions): void {
  const { deviceId = 0, deviceOptions } = options;
  const entries = Object.entries({ device_id: String(deviceId), ...EXACT_PRODUCTS, ...deviceOptions });
  const keys = pointerArray(entries.map(([key]) => key));
  const values = pointerArray(entries.map(([, value]) => value));
  const cuda = library.create("CreateCUDAProviderOptions", "use CUDA");
  try {
    library.call(
      "UpdateCUDAProviderOptions",
      "use CUDA",
      cuda,
      keys.pointers,
      values.pointers,
      entries.length,
    );
    library.call("SessionOptionsAppendExecutionProvider_CUDA_V2", "use CUDA", settings, cuda);
  } finally {
    library.release("ReleaseCUDAProviderOptions", cuda);
  }
}

/** A C array of C strings; `strings` must stay reachable as long as `pointers` is used. */
function pointerArray(
  texts: readonly string[],
): { pointers: BigUint64Array<ArrayBuffer>; strings: Uint8Array[] } {
  const strings = texts.map(cString);
  const pointers = BigUint64Array.from(
    strings,
    (bytes) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)),
  );
  return { pointers, strings };
}

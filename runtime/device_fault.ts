import { OnnxRuntimeError } from "./onnx_runtime_error.ts";

/**
 * Why a device failed in the middle of a run: `memory`, it has too little of it, in all or for one buffer; `lost`, the
 * device is gone or its driver gave it up; `float16`, it cannot compute with 16-bit floats.
 */
export type DeviceFault = "memory" | "lost" | "float16";

/**
 * What ONNX Runtime 1.30 and the libraries beneath it write for each fault. CUDA's numbers are those of `cudaError_t`:
 * 2 memory allocation; 46 device unavailable, 214 uncorrectable memory error, 700 illegal address, 702 timeout, 709
 * context destroyed, 710 assertion, 719 launch failure, 999 unknown. On WebGPU an allocation that fails leaves an
 * invalid buffer, and the first operator that is given it complains.
 */
const WORDS: Readonly<Record<DeviceFault, RegExp>> = {
  memory: new RegExp(
    [
      "Failed to allocate memory for requested buffer",
      "Available memory of .* is smaller than requested bytes",
      "out of memory",
      "OUT_OF_DEVICE_MEMORY",
      "CUDA failure 2\\b",
      "CUBLAS_STATUS_ALLOC_FAILED",
      "\\[Invalid Buffer",
      "Too many storage buffers in shader",
      "bad_?alloc",
    ].join("|"),
    "i",
  ),
  lost: /is lost\.|device (was )?lost|DEVICE_LOST|CUDA failure (46|214|700|702|709|710|719|999)\b/i,
  float16: /requires f16 but the device does not support it/,
};

/**
 * Tells whether an error says that the device failed, and how.
 *
 * @returns undefined for every other error
 */
export function deviceFaultOf(error: unknown): DeviceFault | undefined {
  if (!(error instanceof OnnxRuntimeError)) return undefined;
  return (Object.keys(WORDS) as DeviceFault[]).find((fault) => WORDS[fault].test(error.detail));
}

import { dirname, join } from "node:path";
import { canOpenLibrary } from "./_can_open_library.ts";

/** A shared library that training on CUDA needs. */
export interface CudaFinding {
  /** File name. */
  name: string;
  /** What it is. */
  purpose: string;
  /** Whether the system's loader could open it. */
  found: boolean;
  /** Where it was looked for. */
  lookedIn: string;
  /** What brings it. */
  cure: string;
}

/** What fetches ONNX Runtime's CUDA provider, of the version of its own library. */
export const FETCH_COMMAND = "deno install --allow-scripts=npm:onnxruntime-node";

const FETCH = `${FETCH_COMMAND} fetches it`;
const TOOLKIT = "install NVIDIA's CUDA 12 libraries";

/** What the CUDA provider of ONNX Runtime 1.30 loads; the first two lie beside ONNX Runtime's own library. */
const NEEDED: readonly { name: string; purpose: string; cure: string; ours?: true }[] = [
  {
    name: "libonnxruntime_providers_shared.so",
    purpose: "ONNX Runtime's provider bridge",
    cure: FETCH,
    ours: true,
  },
  {
    name: "libonnxruntime_providers_cuda.so",
    purpose: "ONNX Runtime's CUDA provider",
    cure: FETCH,
    ours: true,
  },
  { name: "libcuda.so.1", purpose: "NVIDIA's driver", cure: "install NVIDIA's driver" },
  { name: "libcudart.so.12", purpose: "CUDA's runtime", cure: TOOLKIT },
  { name: "libcublas.so.12", purpose: "cuBLAS", cure: TOOLKIT },
  { name: "libcublasLt.so.12", purpose: "cuBLASLt", cure: TOOLKIT },
  { name: "libcurand.so.10", purpose: "cuRAND", cure: TOOLKIT },
  { name: "libcufft.so.11", purpose: "cuFFT", cure: TOOLKIT },
  { name: "libcudnn.so.9", purpose: "cuDNN", cure: "install NVIDIA's cuDNN 9 for CUDA 12" },
];

/**
 * Looks for everything that training on CUDA needs, in the order in which it is loaded.
 *
 * @param library File of ONNX Runtime's library.
 * @param searchPath `LD_LIBRARY_PATH`, empty if it is not set.
 */
export function findCuda(library: string, searchPath: string): CudaFinding[] {
  const folders = searchPath.split(":").filter((folder) => folder !== "");
  const system = [...folders, "the system's library folders"].join(", ");
  return NEEDED.map(({ name, purpose, cure, ours }) => ({
    name,
    purpose,
    cure,
    found: ours ? isFile(join(dirname(library), name)) : canOpenLibrary(name),
    lookedIn: ours ? dirname(library) : system,
  }));
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

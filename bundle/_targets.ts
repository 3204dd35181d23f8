/** A machine that a program can be made for. */
export interface Target {
  /** The name that archives and programs carry. */
  name: string;
  /** What Deno calls it. */
  triple: string;
  /** Folder of its ONNX Runtime below `bin/napi-v*` of the `onnxruntime-node` package. */
  runtimeFolder: string;
  /**
   * The library for the CPU and, where no other file is needed for it, WebGPU. CUDA's parts stay out: they are larger
   * than all the rest and want a driver that must be installed anyway. Windows' DirectX compilers stay out: a library
   * that is opened from within a program finds no neighbours.
   */
  runtimeFiles: readonly string[];
}

/** Machines for which there are both a Deno and an ONNX Runtime; Intel Macs have no current ONNX Runtime. */
export const TARGETS: readonly Target[] = [
  {
    name: "linux-x64",
    triple: "x86_64-unknown-linux-gnu",
    runtimeFolder: "linux/x64",
    runtimeFiles: ["libonnxruntime.so.1"],
  },
  {
    name: "linux-arm64",
    triple: "aarch64-unknown-linux-gnu",
    runtimeFolder: "linux/arm64",
    runtimeFiles: ["libonnxruntime.so.1"],
  },
  {
    name: "macos-arm64",
    triple: "aarch64-apple-darwin",
    runtimeFolder: "darwin/arm64",
    runtimeFiles: ["libonnxruntime.1.dylib"],
  },
  {
    name: "windows-x64",
    triple: "x86_64-pc-windows-msvc",
    runtimeFolder: "win32/x64",
    runtimeFiles: ["onnxruntime.dll"],
  },
];

/**
 * The target of a name.
 *
 * @throws {RangeError} if there is none
 */
export function targetNamed(name: string): Target {
  const target = TARGETS.find((each) => each.name === name);
  if (target !== undefined) return target;
  const names = TARGETS.map((each) => each.name).join(", ");
  throw new RangeError(`Cannot make a program for ${name}: there is no such target; name one of ${names}`);
}

import type { CudaDevice, DeviceMemory } from "./device_memory.ts";

/** The few functions of NVIDIA's driver that tell of devices and memory; each gives 0 if it did what was asked. */
const SYMBOLS = {
  cuInit: { parameters: ["u32"], result: "i32" },
  cuDeviceGetCount: { parameters: ["buffer"], result: "i32" },
  cuDeviceGet: { parameters: ["buffer", "i32"], result: "i32" },
  cuDeviceGetName: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  cuDevicePrimaryCtxRetain: { parameters: ["buffer", "i32"], result: "i32" },
  cuDevicePrimaryCtxRelease_v2: { parameters: ["i32"], result: "i32" },
  cuCtxPushCurrent_v2: { parameters: ["pointer"], result: "i32" },
  cuCtxPopCurrent_v2: { parameters: ["buffer"], result: "i32" },
  cuMemGetInfo_v2: { parameters: ["buffer", "buffer"], result: "i32" },
} as const;

type Driver = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** File name of the driver's library by operating system. */
const DRIVER_NAMES: Partial<Record<typeof Deno.build.os, string>> = {
  linux: "libcuda.so.1",
  windows: "nvcuda.dll",
};

/** Asks NVIDIA's driver something; undefined where there is none, or it does not start. */
function askDriver<T>(question: (driver: Driver) => T): T | undefined {
  const name = DRIVER_NAMES[Deno.build.os];
  if (name === undefined) return undefined;
  let library: Deno.DynamicLibrary<typeof SYMBOLS>;
  try {
    library = Deno.dlopen(name, SYMBOLS);
  } catch {
    return undefined; // No driver: whoever wants to use the device hears of it from ONNX Runtime.
  }
  try {
    return library.symbols.cuInit(0) === 0 ? question(library.symbols) : undefined;
  } finally {
    library.close();
  }
}

/**
 * Memory of a CUDA device.
 *
 * @param ordinal which device
 * @returns undefined where there is no driver, no such device, or no answer
 */
export function readCudaMemory(ordinal: number): DeviceMemory | undefined {
  return askDriver((driver) => memoryOf(driver, ordinal));
}

/** The CUDA devices that the driver knows, in its order; none without a driver. */
export function readCudaDevices(): CudaDevice[] {
  return askDriver((driver) => {
    const count = new Int32Array(1);
    if (driver.cuDeviceGetCount(count) !== 0) return [];
    return Array.from({ length: count[0] }, (_, ordinal) => ({
      name: nameOf(driver, ordinal),
      memory: memoryOf(driver, ordinal),
    }));
  }) ?? [];
}

function nameOf(driver: Driver, ordinal: number): string {
  const device = new Int32Array(1);
  const name = new Uint8Array(256);
  if (driver.cuDeviceGet(device, ordinal) !== 0) return "unknown";
  if (driver.cuDeviceGetName(name, name.length, device[0]) !== 0) return "unknown";
  return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
}

function memoryOf(driver: Driver, ordinal: number): DeviceMemory | undefined {
  const device = new Int32Array(1);
  const context = new BigUint64Array(1);
  if (driver.cuDeviceGet(device, ordinal) !== 0) return undefined;
  if (driver.cuDevicePrimaryCtxRetain(context, device[0]) !== 0) return undefined;
  try {
    if (driver.cuCtxPushCurrent_v2(Deno.UnsafePointer.create(context[0])) !== 0) return undefined;
    const free = new BigUint64Array(1);
    const total = new BigUint64Array(1);
    const status = driver.cuMemGetInfo_v2(free, total);
    driver.cuCtxPopCurrent_v2(context);
    return status === 0 ? { free: Number(free[0]), total: Number(total[0]) } : undefined;
  } finally {
    driver.cuDevicePrimaryCtxRelease_v2(device[0]);
  }
}

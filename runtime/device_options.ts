import type { DeviceName } from "./device.ts";

/** The options of each device that are offered, by their names in ONNX Runtime, and what they are. */
export const DEVICE_OPTIONS: Readonly<Record<DeviceName, Readonly<Record<string, string>>>> = {
  cpu: {},
  cuda: {
    gpu_mem_limit: "most bytes that ONNX Runtime takes of the device's memory",
    use_tf32: "1: products of factors rounded to 10 bits (TensorFloat-32); 0 if not given",
    arena_extend_strategy:
      "kSameAsRequested: take no more memory than is asked for; kNextPowerOfTwo if not given",
  },
  webgpu: {
    dawnBackendType: "graphics interface: Vulkan or D3D12",
    powerPreference: "high-performance or low-power, where there are two graphics cards",
    maxStorageBufferBindingSize:
      "most bytes of one binding, from 134217728; what the device allows if not given",
    validationMode: "disabled, wgpuOnly, basic or full",
    storageBufferCacheMode:
      "what becomes of memory that is free again: disabled, lazyRelease, simple or bucket",
  },
};

/**
 * The names of a device's options.
 *
 * @param device any device
 */
export function deviceOptionNames(device: DeviceName): string[] {
  return Object.keys(DEVICE_OPTIONS[device]);
}

/**
 * Makes sure that a device has the options it is given.
 *
 * @throws {RangeError} naming the first that it does not have, and those that it has
 */
export function checkDeviceOptions(device: DeviceName, options: Readonly<Record<string, string>>): void {
  const known = deviceOptionNames(device);
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  const cure = known.length === 0 ? "leave it out" : `choose from ${known.join(", ")}`;
  throw new RangeError(`Cannot use device ${device}: it has no option ${stranger}; ${cure}`);
}

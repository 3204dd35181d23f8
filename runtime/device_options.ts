import type { DeviceName } from "./device.ts";

/** An option of a device. */
export interface DeviceOption {
  /** What it is. */
  description: string;
  /** The values that it takes. */
  values: RegExp;
}

/** The options of each device that are offered, by their names in ONNX Runtime. */
export const DEVICE_OPTIONS: Readonly<Record<DeviceName, Readonly<Record<string, DeviceOption>>>> = {
  cpu: {},
  cuda: {
    gpu_mem_limit: {
      description: "most bytes that ONNX Runtime takes of the device's memory, such as 8000000000",
      values: /^[1-9]\d{0,14}$/,
    },
    use_tf32: {
      description: "1: products of factors rounded to 10 bits (TensorFloat-32); 0 if not given",
      values: /^[01]$/,
    },
    arena_extend_strategy: {
      description: "kSameAsRequested: take no more memory than is asked for; kNextPowerOfTwo if not given",
      values: /^k(SameAsRequested|NextPowerOfTwo)$/,
    },
  },
  webgpu: {
    dawnBackendType: { description: "graphics interface: Vulkan or D3D12", values: /^(Vulkan|D3D12)$/ },
    powerPreference: {
      description: "high-performance or low-power, where there are two graphics cards",
      values: /^(high-performance|low-power)$/,
    },
    maxStorageBufferBindingSize: {
      description: "most bytes of one binding, from 134217728; what the device allows if not given",
      values: /^[1-9]\d{8,14}$/,
    },
    validationMode: {
      description: "disabled, wgpuOnly, basic or full",
      values: /^(disabled|wgpuOnly|basic|full)$/,
    },
    storageBufferCacheMode: {
      description: "what becomes of memory that is free again: disabled, lazyRelease, simple or bucket",
      values: /^(disabled|lazyRelease|simple|bucket)$/,
    },
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
 * Makes sure that a device has the options it is given, and that they take such values.
 *
 * @throws {RangeError} naming the first that it does not have, and those that it has; or the first wrong value
 */
export function checkDeviceOptions(device: DeviceName, options: Readonly<Record<string, string>>): void {
  const known = deviceOptionNames(device);
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) {
      const cure = known.length === 0 ? "leave it out" : `choose from ${known.join(", ")}`;
      throw new RangeError(`Cannot use device ${device}: it has no option ${name}; ${cure}`);
    }
    const { values, description } = DEVICE_OPTIONS[device][name];
    if (values.test(value)) continue;
    throw new RangeError(
      `Cannot use device ${device}: its option ${name} cannot be ${value}; it is ${description}`,
    );
  }
}

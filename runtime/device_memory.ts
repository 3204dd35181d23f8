import { readCudaDevices, readCudaMemory } from "./_cuda_driver.ts";
import type { DeviceName } from "./device.ts";

/** How much memory a device has, in bytes. */
export interface DeviceMemory {
  /** Bytes that nobody uses. */
  free: number;
  /** All of them. */
  total: number;
}

/** A CUDA device, as NVIDIA's driver describes it. */
export interface CudaDevice {
  /** Its name, such as `NVIDIA H200`. */
  name: string;
  /** Its memory; undefined if the driver does not tell. */
  memory: DeviceMemory | undefined;
}

/** The CUDA devices of this machine in the order of their numbers; none without NVIDIA's driver. */
export function listCudaDevices(): CudaDevice[] {
  return readCudaDevices();
}

/**
 * Memory of a device: on the CPU what the operating system calls available, and no more than the control group of this
 * process is allowed; on CUDA what NVIDIA's driver says. WebGPU does not tell.
 *
 * @param deviceId which of several devices of that kind
 * @returns undefined where it cannot be known
 */
export function readDeviceMemory(device: DeviceName, deviceId = 0): DeviceMemory | undefined {
  if (device === "cuda") return readCudaMemory(deviceId);
  if (device === "webgpu") return undefined;
  const { available, total } = Deno.systemMemoryInfo();
  const allowed = readGroupMemory();
  if (allowed === undefined) return { free: available, total };
  return { free: Math.min(available, allowed.free), total: Math.min(total, allowed.total) };
}

/** What Linux' control groups (version 2) allow this process, as in a container; undefined if they set no limit. */
function readGroupMemory(): DeviceMemory | undefined {
  const [total, used] = ["memory.max", "memory.current"].map((name) => readNumber(`/sys/fs/cgroup/${name}`));
  return total === undefined || used === undefined ? undefined : { free: Math.max(0, total - used), total };
}

/** The number in a file; undefined if there is none. */
function readNumber(path: string): number | undefined {
  try {
    const text = Deno.readTextFileSync(path).trim();
    return /^\d+$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

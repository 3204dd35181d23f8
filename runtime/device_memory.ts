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
  return machineMemory(Deno.systemMemoryInfo(), readGroupMemory());
}

/**
 * What a process can have of its machine's memory.
 *
 * @param machine what the operating system says; on Windows Deno gives `free`, and 0 for what is `available`
 * @param group what the process's control group allows, if it limits anything
 * @returns undefined if the operating system says nothing
 */
export function machineMemory(
  { total, available, free }: Pick<Deno.SystemMemoryInfo, "total" | "available" | "free">,
  group: DeviceMemory | undefined,
): DeviceMemory | undefined {
  const found = available > 0 ? available : free;
  if (found === 0) return undefined;
  if (group === undefined) return { free: found, total };
  return { free: Math.min(found, group.free), total: Math.min(total, group.total) };
}

/**
 * What a control group (version 2) has left. What the kernel keeps of files counts as used, but is given back when
 * somebody needs the room.
 *
 * @param files `memory.max`, `memory.current` and `memory.stat`, as they are read; undefined for one that is missing
 * @returns undefined if the group sets no limit
 */
export function groupMemory(
  { max, current, stat }: Record<"max" | "current" | "stat", string | undefined>,
): DeviceMemory | undefined {
  const [total, used] = [max, current].map((text) => /^\d+$/.test(text ?? "") ? Number(text) : undefined);
  if (total === undefined || used === undefined) return undefined;
  const kept = /^(?:inactive_file|active_file|slab_reclaimable) (\d+)$/gm;
  const reclaimable = [...(stat ?? "").matchAll(kept)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
  return { free: Math.min(total, Math.max(0, total - used + reclaimable)), total };
}

function readGroupMemory(): DeviceMemory | undefined {
  const [max, current, stat] = ["max", "current", "stat"].map((name) =>
    readText(`/sys/fs/cgroup/memory.${name}`)
  );
  return groupMemory({ max, current, stat });
}

/** What stands in a file; undefined if there is none. */
function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return undefined;
  }
}

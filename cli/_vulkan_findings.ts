/** What WebGPU needs of a Linux machine, and where it was looked for. */
export interface VulkanFindings {
  /** Whether the system's loader could open Vulkan's own. */
  loader: boolean;
  /** Files that name a driver, one for each that is installed. */
  drivers: string[];
  /** Folders and files that were looked at for them. */
  lookedIn: string[];
}

/** Vulkan's loader, which finds the drivers. */
export const VULKAN_LOADER = "libvulkan.so.1";

/**
 * Looks for Vulkan, by which WebGPU reaches a GPU on Linux: its loader, and the files by which drivers make themselves
 * known (LoaderInterfaceArchitecture.md of the Vulkan loader).
 *
 * @param read value of a variable of the environment
 * @param canOpen whether the system's loader opens a library
 */
export function findVulkan(
  read: (name: string) => string | undefined,
  canOpen: (name: string) => boolean,
): VulkanFindings {
  const named = read("VK_DRIVER_FILES") ?? read("VK_ICD_FILENAMES");
  const data = [
    read("XDG_DATA_HOME") ?? `${read("HOME") ?? ""}/.local/share`,
    "/usr/local/share",
    "/usr/share",
  ];
  const lookedIn = named?.split(":") ?? ["/etc", ...data].map((folder) => `${folder}/vulkan/icd.d`);
  return { loader: canOpen(VULKAN_LOADER), drivers: lookedIn.flatMap(driversAt), lookedIn };
}

/** A file that names a driver, or those in a folder. */
function driversAt(path: string): string[] {
  try {
    if (Deno.statSync(path).isFile) return [path];
    const names = [...Deno.readDirSync(path)].map(({ name }) => name);
    return names.filter((name) => name.endsWith(".json")).sort().map((name) => `${path}/${name}`);
  } catch {
    return [];
  }
}

/** What is missing, where it was looked for, and what brings it; nothing where all that can be seen is there. */
export function vulkanLines({ loader, drivers, lookedIn }: VulkanFindings): string[] {
  const lines = [];
  if (!loader) {
    lines.push(
      `  missing: ${VULKAN_LOADER} (Vulkan's loader), not in the system's library folders; install it (Debian: libvulkan1)`,
    );
  }
  if (drivers.length === 0) {
    lines.push(
      `  missing: a Vulkan driver (a .json file that names it), not in ${
        lookedIn.join(", ")
      }; install that of the GPU's maker (Debian, of AMD and Intel: mesa-vulkan-drivers)`,
    );
  }
  return lines;
}

/** A Vulkan device on the CPU, for tests of the WebGPU provider: SwiftShader, as Debian's `chromium` brings it along. */
import { existsSync } from "node:fs";

/** Chromium's folder, which also holds the Vulkan loader. */
const FOLDER = "/usr/lib/chromium";
const DRIVER = `${FOLDER}/vk_swiftshader_icd.json`;

/** Variables with which a child process finds the device; undefined where it is not installed. */
export const SOFTWARE_GPU: Record<string, string> | undefined = existsSync(DRIVER)
  ? { VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: FOLDER }
  : undefined;

if (SOFTWARE_GPU === undefined) {
  console.log(`tests on WebGPU are skipped: there is no ${DRIVER} (Debian's package chromium brings it)`);
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { findVulkan, vulkanLines } from "./_vulkan_findings.ts";

Deno.test("findVulkan finds the drivers' files in folders or by name, and vulkanLines says what is missing and where", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const drivers = join(folder, "vulkan", "icd.d");
    await Deno.mkdir(drivers, { recursive: true });
    const file = join(drivers, "a_gpu.json");
    await Deno.writeTextFile(file, "{}");
    await Deno.writeTextFile(join(drivers, "README"), "");
    const inFolders = findVulkan((name) => name === "XDG_DATA_HOME" ? folder : undefined, () => true);
    assert.ok(inFolders.drivers.includes(file) && !inFolders.drivers.includes(join(drivers, "README")));
    assert.deepEqual(vulkanLines(inFolders), []);
    const variables: Record<string, string> = { VK_ICD_FILENAMES: `${file}:${folder}/none.json` };
    assert.deepEqual(findVulkan((name) => variables[name], () => true).drivers, [file]);
    variables.VK_DRIVER_FILES = join(folder, "none.json");
    const none = findVulkan((name) => variables[name], (name) => name !== "libvulkan.so.1");
    assert.deepEqual(none, { loader: false, drivers: [], lookedIn: [variables.VK_DRIVER_FILES] });
    const [loader, driver] = vulkanLines(none);
    assert.match(loader, /^ {2}missing: libvulkan\.so\.1 .*; install it/);
    assert.ok(driver.includes(`not in ${variables.VK_DRIVER_FILES}; install`), driver);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

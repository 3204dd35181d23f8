import { join } from "node:path";
import { bundleCode } from "./_code.ts";
import { programFile } from "./_module_urls.ts";
import { notices } from "./_notices.ts";
import { copyPackages, filePackages } from "./_packages.ts";
import type { Target } from "./_targets.ts";

/** The command line's module. */
const ENTRY = "cli/main.ts";

/** The command line's file in a program folder. */
export const ENTRY_FILE: string = programFile(ENTRY);

/** What others wrote and under which license, in a program folder. */
export const NOTICES_FILE = "NOTICES.txt";

/** The part of the project's `deno.json` that a program needs. */
interface ProjectConfig {
  name: string;
  version: string;
  exports: Record<string, string>;
}

/**
 * Makes a program folder: the code as JavaScript, the packages of which it wants files, ONNX Runtime for one kind of
 * machine, and a `deno.json` by which a recipe anywhere on the disk can import `@lathe/lathe/recipes`.
 *
 * @param root the project's folder, its packages installed
 * @param out the folder to make; what lies there is removed
 * @param target the machine that the program is for
 */
export async function makeProgram(root: string, out: string, target: Target): Promise<void> {
  const config = JSON.parse(await Deno.readTextFile(join(root, "deno.json"))) as ProjectConfig;
  const doors = Object.values(config.exports).map((path) => path.replace("./", ""));
  const external = filePackages(target).map(({ name }) => name);
  const { packages } = await bundleCode(root, out, { entry: ENTRY, doors, external });
  await copyPackages(root, out, target);
  await Deno.writeTextFile(join(out, "deno.json"), JSON.stringify(programConfig(config), null, 2) + "\n");
  const copied = await Promise.all(external.map((name) => packageId(root, name)));
  const all = [...new Set([...packages, ...copied])].sort();
  await Deno.writeTextFile(join(out, NOTICES_FILE), await notices(root, all));
}

function programConfig({ name, version, exports }: ProjectConfig): object {
  const doors = Object.entries(exports).map((
    [door, path],
  ) => [door, `./${programFile(path.replace("./", ""))}`]);
  return { name, version, exports: Object.fromEntries(doors), nodeModulesDir: "manual" };
}

/** `NAME@VERSION` of an installed package, as its folder is called. */
async function packageId(root: string, name: string): Promise<string> {
  const { version } = JSON.parse(await Deno.readTextFile(join(root, "node_modules", name, "package.json")));
  return `${name.replace("/", "+")}@${version}`;
}

import { join } from "node:path";

/** The runtime that the archive and the compiled programs carry. */
const DENO = `deno ${Deno.version.deno} (MIT), Copyright the Deno authors, https://github.com/denoland/deno`;

/**
 * Names, versions and license texts of everything in a program that others wrote.
 *
 * @param root the project's folder
 * @param packages folders of `node_modules/.deno`, `NAME@VERSION` with `+` for the slash of a scope
 */
export async function notices(root: string, packages: readonly string[]): Promise<string> {
  const parts = await Promise.all(packages.map((each) => notice(root, each)));
  return [DENO, ...parts].join("\n\n----\n\n") + "\n";
}

async function notice(root: string, id: string): Promise<string> {
  const name = id.slice(0, id.lastIndexOf("@")).replace("+", "/");
  const folder = join(root, "node_modules/.deno", id, "node_modules", name);
  const { version, license } = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
  const files = [...Deno.readDirSync(folder)].filter((entry) => /^(licen[sc]e|notice)/i.test(entry.name));
  const texts = files.map((entry) => Deno.readTextFileSync(join(folder, entry.name)).trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}

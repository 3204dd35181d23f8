import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Target } from "./_targets.ts";

/** A package of which files lie in the program folder as they are. */
interface FilePackage {
  name: string;
  /** Globs below the package's folder. */
  files: readonly string[];
}

/**
 * Packages that stay packages: the tokenizers library is a script that looks for its own file, the compiler's parser and
 * the declarations are what the quickstart reads, ONNX Runtime is a shared library.
 */
export function filePackages({ runtimeFolder, runtimeFiles }: Target): FilePackage[] {
  return [
    { name: "@mlc-ai/web-tokenizers", files: ["package.json", "lib/index.js"] },
    { name: "@types/node", files: ["package.json", "LICENSE", "**/*.d.ts"] },
    { name: "typescript", files: ["package.json", "LICENSE.txt", "lib/typescript.js", "lib/*.d.ts"] },
    {
      name: "onnxruntime-node",
      files: ["package.json", ...runtimeFiles.map((file) => `bin/*/${runtimeFolder}/${file}`)],
    },
  ];
}

/**
 * Copies the files of {@linkcode filePackages} into `node_modules` of the program folder.
 *
 * @param root the project's folder
 * @param out the program folder
 * @param target the machine that the program is for
 * @throws {RangeError} if a file is missing
 */
export async function copyPackages(root: string, out: string, target: Target): Promise<void> {
  for (const { name, files } of filePackages(target)) {
    const from = await Deno.realPath(join(root, "node_modules", name));
    for (const pattern of files) {
      const found = globSync(pattern, { cwd: from });
      if (found.length === 0) {
        throw new RangeError(
          `Cannot copy package ${name}: ${pattern} is missing; run deno install in the project`,
        );
      }
      for (const file of found) {
        const to = join(out, "node_modules", name, file);
        await Deno.mkdir(dirname(to), { recursive: true });
        await Deno.copyFile(join(from, file), to);
        await Deno.chmod(to, 0o644);
      }
    }
  }
}

import { posix } from "node:path";

/** A module's text as it stands in the program folder. */
export interface RewrittenModule {
  /** The text. */
  text: string;
  /** Modules that it starts by their address: workers, and the command line as a process. Paths from the root. */
  starts: string[];
}

/** File name in the program folder of a module that has a file of its own: `kernels/_worker.ts`, `kernels._worker.js`. */
export function programFile(path: string): string {
  return `${path.replace(/\.ts$/, "").replaceAll("/", ".")}.js`;
}

/**
 * Rewrites what a module says about its own place. In the program folder the code of many modules stands in one file,
 * and all these files lie side by side: the address of a module that is started becomes that of its file, any other
 * address is as if the module still lay at its path below the folder, and only the entry can be the main module.
 *
 * @param text TypeScript
 * @param path path from the root, with slashes
 * @param entry the command line's module
 * @throws {TypeError} if the module asks something else about itself, which would be wrong in the program folder
 */
export function rewriteModuleUrls(text: string, path: string, entry: string): RewrittenModule {
  const starts: string[] = [];
  const rewritten = text
    .replaceAll(/new URL\(\s*"(\.{0,2}[^":]*\.ts)",\s*import\.meta\.url,?\s*\)/g, (_, target: string) => {
      const started = posix.join(posix.dirname(path), target);
      starts.push(started);
      return `new URL("./${programFile(started)}", META_URL)`;
    })
    .replaceAll("import.meta.url", `new URL("./${path}", META_URL).href`)
    .replaceAll("META_URL", "import.meta.url")
    .replaceAll("import.meta.main", path === entry ? "import.meta.main" : "false");
  const other = /import\.meta\.(?!url|main|resolve\b)\w+/.exec(rewritten)?.[0];
  if (other !== undefined) {
    throw new TypeError(`Cannot bundle ${path}: ${other} has no meaning in a bundle; use import.meta.url`);
  }
  return { text: rewritten, starts };
}

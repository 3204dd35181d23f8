import * as esbuild from "esbuild";
import { join, relative } from "node:path";
import { programFile, rewriteModuleUrls } from "./_module_urls.ts";

/** What {@linkcode bundleCode} made. */
export interface BundledCode {
  /** Names of the npm packages whose code is in it, `NAME@VERSION`, sorted. */
  packages: string[];
}

/** Options of {@linkcode bundleCode}. */
export interface BundleCodeOptions {
  /** The command line's module, from the root. */
  entry: string;
  /** More modules that have a file of their own: the doors of the library. */
  doors: readonly string[];
  /** Packages that stay packages, because the program wants their files. */
  external: readonly string[];
}

/** Packages of the CommonJS kind ask for Node's modules by `require`. */
const REQUIRE = [
  `import { createRequire as lendRequire } from "node:module";`,
  `const require = lendRequire(import.meta.url);`,
].join("\n");

/**
 * Bundles the code with its npm packages into JavaScript files that lie side by side: one for the command line, one
 * for each door, one for each module that is started by its address (workers), and what several of them share.
 *
 * @param root the project's folder
 * @param out where the files go
 * @throws {Error} if a module cannot be bundled
 */
export async function bundleCode(
  root: string,
  out: string,
  options: BundleCodeOptions,
): Promise<BundledCode> {
  const known = new Set([options.entry, ...options.doors]);
  try {
    // What is started by its address is known once its starter has been read: build until nothing new turns up.
    for (;;) {
      const before = known.size;
      const metafile = await build(root, out, { ...options, known });
      if (known.size === before) return { packages: packagesIn(metafile) };
    }
  } finally {
    await esbuild.stop();
  }
}

async function build(
  root: string,
  out: string,
  { entry, external, known }: BundleCodeOptions & { known: Set<string> },
): Promise<esbuild.Metafile> {
  await Deno.remove(out, { recursive: true }).catch(() => {});
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      [...known].map((path) => [programFile(path).slice(0, -".js".length), path]),
    ),
    outdir: out,
    chunkNames: "shared.[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "esnext",
    conditions: ["deno"],
    external: [...external],
    banner: { js: REQUIRE },
    legalComments: "none", // the licenses lie beside the program, whole
    logLevel: "error",
    metafile: true,
    plugins: [moduleUrls(root, entry, known)],
  });
  return metafile;
}

/** Applies {@linkcode rewriteModuleUrls} to the project's own modules; adds to `known` what they start. */
function moduleUrls(root: string, entry: string, known: Set<string>): esbuild.Plugin {
  return {
    name: "module urls",
    setup({ onLoad }): void {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (path.includes("node_modules")) return undefined;
        const place = relative(root, path).replaceAll("\\", "/");
        const { text, starts } = rewriteModuleUrls(await Deno.readTextFile(path), place, entry);
        for (const each of starts) known.add(each);
        return { contents: text, loader: "ts" };
      });
    },
  };
}

function packagesIn({ inputs }: esbuild.Metafile): string[] {
  const names = Object.keys(inputs).map((path) => /node_modules\/\.deno\/([^/]+)/.exec(join(path))?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

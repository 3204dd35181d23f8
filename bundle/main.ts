/**
 * `deno task bundle [FILE]`: one archive for Linux x64 that unpacks anywhere and runs every command with nothing
 * installed. A developer's tool; it takes the Deno that it runs on along, so run it on the Deno of the project.
 *
 * ```sh
 * deno task bundle                                     # dist/lathe-linux-x64.tar.gz, which gzip unpacks anywhere
 * deno task bundle --level 9 dist/lathe-linux-x64.tar.xz    # a quarter smaller; wants xz where it is unpacked
 * ```
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packArchive } from "./_archive.ts";
import { makeProgram } from "./_program.ts";
import { ROOT } from "./_project.ts";
import { targetNamed } from "./_targets.ts";

const TARGET = targetNamed("linux-x64");
/** The folder at the archive's top. */
const FOLDER = "lathe-linux-x64";

/** Options of {@linkcode bundle}. */
export interface BundleOptions {
  /** The compressor's effort, 1 to 9. @default 6 */
  level?: number;
}

/**
 * Makes the archive.
 *
 * @param file where it goes, `.tar.gz` or `.tar.xz`
 * @throws {RangeError} if this is not Deno for Linux x64
 */
export async function bundle(file: string, { level = 6 }: BundleOptions = {}): Promise<void> {
  if (Deno.build.target !== TARGET.triple) {
    throw new RangeError(
      `Cannot bundle on ${Deno.build.target}: the archive takes this Deno along; run it on Linux x64`,
    );
  }
  const scratch = await Deno.makeTempDir();
  try {
    const folder = join(scratch, FOLDER);
    await makeProgram(ROOT, join(folder, "program"), TARGET);
    await Deno.mkdir(join(folder, "runtime"));
    await copyExecutable(Deno.execPath(), join(folder, "runtime/deno"));
    await copyExecutable(join(ROOT, "bundle/launcher.sh"), join(folder, "lathe"));
    await Deno.copyFile(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
    await Deno.mkdir(dirname(resolve(file)), { recursive: true });
    await packArchive(folder, file, { level });
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function copyExecutable(from: string, to: string): Promise<void> {
  await Deno.copyFile(from, to);
  await Deno.chmod(to, 0o755);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    options: { level: { type: "string", default: "6" } },
    allowPositionals: true,
  });
  const file = positionals[0] ?? join(ROOT, `dist/${FOLDER}.tar.gz`);
  await bundle(file, { level: Number(values.level) });
  const { size } = await Deno.stat(file);
  console.log(`${file}: ${(size / 1e6).toFixed(1)} MB`);
}

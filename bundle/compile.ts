/**
 * `deno task compile [TARGET...]`: one executable file for each of {@linkcode TARGETS}, or for those that are named,
 * with code, packages and ONNX Runtime inside. A developer's tool.
 *
 * Deno fetches the runtime stub of each target, unless `DENORT_BIN` names one. A compiled program takes recipes as JSON;
 * it has no compiler for TypeScript.
 *
 * ```sh
 * deno task compile                  # dist/lathe-linux-x64, dist/lathe-linux-arm64, ...
 * deno task compile linux-arm64
 * ```
 *
 * @module
 */
import { join } from "node:path";
import { ENTRY_FILE, makeProgram, NOTICES_FILE } from "./_program.ts";
import { ROOT } from "./_project.ts";
import { type Target, targetNamed, TARGETS } from "./_targets.ts";

/**
 * Makes one executable file. The shared library inside is written to the system's folder for temporary files when it is
 * opened, by Deno itself: no operating system opens one from within another file.
 *
 * @param target the machine that it is for
 * @param folder where it goes, with the licenses beside it
 * @param denort a runtime stub for the target; Deno fetches one if this is undefined
 * @returns the file's path
 * @throws {Error} in Deno's words if it fails
 */
export async function compile(target: Target, folder: string, denort?: string): Promise<string> {
  const scratch = await Deno.makeTempDir();
  try {
    const program = join(scratch, "program");
    await makeProgram(ROOT, program, target);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.copyFile(join(program, NOTICES_FILE), join(folder, NOTICES_FILE));
    const file = join(folder, `lathe-${target.name}${target.name.startsWith("windows") ? ".exe" : ""}`);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: compileArguments(program, target, file),
      env: denort === undefined ? {} : { DENORT_BIN: denort },
      stdout: "null",
      stderr: "piped",
    }).output();
    if (code === 0) return file;
    throw new Error(
      `Cannot compile for ${target.name}: ${
        reasonIn(stderr)
      }; see that Deno can fetch its stub, or set DENORT_BIN`,
    );
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

function compileArguments(program: string, target: Target, file: string): string[] {
  // What no import leads to, such as workers and the packages' files, must be named.
  const scripts = [...Deno.readDirSync(program)].map(({ name }) => name).filter((name) =>
    name.endsWith(".js")
  );
  const included = ["node_modules", ...scripts.filter((name) => name !== ENTRY_FILE).sort()];
  return [
    "compile",
    "--allow-all",
    "--no-check",
    "--no-lock",
    `--config=${join(program, "deno.json")}`,
    `--target=${target.triple}`,
    `--output=${file}`,
    ...included.map((name) => `--include=${join(program, name)}`),
    join(program, ENTRY_FILE),
  ];
}

/** What Deno says after `error:`, in one line. */
function reasonIn(stderr: Uint8Array): string {
  const text = new TextDecoder().decode(stderr);
  return text.slice(text.indexOf("error: ") + "error: ".length).split(/\n\s*\n?Stack/)[0].trim()
    .replaceAll(/\s+/g, " ");
}

if (import.meta.main) {
  const targets = Deno.args.length === 0 ? TARGETS : Deno.args.map(targetNamed);
  for (const target of targets) {
    const file = await compile(target, join(ROOT, "dist"), Deno.env.get("DENORT_BIN"));
    const { size } = await Deno.stat(file);
    console.log(`${file}: ${(size / 1e6).toFixed(1)} MB`);
  }
}

/**
 * Compiles the files of `assembly` to one WebAssembly module and writes it, as text, to `_wasm.ts` (started by
 * `deno task kernels`). A test compiles again and compares, so the two cannot drift apart.
 */
import asc from "assemblyscript/asc";

/** The files that export kernels, and those that they import. */
const ENTRIES = ["kernels.ts", "encode.ts", "word_pieces.ts"];
const IMPORTED = ["piece_tables.ts"];

/** The compiled module. Needs WebAssembly SIMD, threads and one imported shared memory. */
export async function compileKernels(): Promise<Uint8Array> {
  const folder = new URL("./assembly/", import.meta.url);
  const sources = new Map<string, string>();
  for (const name of [...ENTRIES, ...IMPORTED]) {
    sources.set(name, await Deno.readTextFile(new URL(name, folder)));
  }
  const outputs = new Map<string, Uint8Array>();
  const flags = [...ENTRIES, "--outFile", "kernels.wasm", "-O3", "--noAssert", "--runtime", "stub"];
  const features = [
    "--enable",
    "simd,threads",
    "--importMemory",
    "--sharedMemory",
    "--maximumMemory",
    "65536",
  ];
  const { error, stderr } = await asc.main([...flags, ...features], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (name, contents) => void outputs.set(name, contents as Uint8Array),
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`Cannot compile the kernels: ${stderr.toString()}`);
  return outputs.get("kernels.wasm")!;
}

/** The text of `_wasm.ts` for a compiled module. */
export function wasmModuleText(bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,100}/g)!.map((line) => `  "${line}"`).join(" +\n");
  return `/** Compiled from \`assembly\` by \`deno task kernels\`; not edited by hand. */\nexport const WASM_BASE64: string =\n${lines};\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("./_wasm.ts", import.meta.url), wasmModuleText(await compileKernels()));
}

/**
 * Compiles `assembly/kernels.ts` to WebAssembly and writes it, as text, to `_wasm.ts` (started by `deno task kernels`).
 * A test compiles again and compares, so the two cannot drift apart.
 */
import asc from "assemblyscript/asc";

/** The compiled module. Needs WebAssembly SIMD, threads and one imported shared memory. */
export async function compileKernels(): Promise<Uint8Array> {
  const source = await Deno.readTextFile(new URL("./assembly/kernels.ts", import.meta.url));
  const outputs = new Map<string, Uint8Array>();
  const flags = ["kernels.ts", "--outFile", "kernels.wasm", "-O3", "--noAssert", "--runtime", "stub"];
  const features = [
    "--enable",
    "simd,threads",
    "--importMemory",
    "--sharedMemory",
    "--maximumMemory",
    "65536",
  ];
  const { error, stderr } = await asc.main([...flags, ...features], {
    readFile: (name) => name === "kernels.ts" ? source : null,
    writeFile: (name, contents) => void outputs.set(name, contents as Uint8Array),
    listFiles: () => [],
  });
  if (error !== null) throw new Error(`Cannot compile the kernels: ${stderr.toString()}`);
  return outputs.get("kernels.wasm")!;
}

/** The text of `_wasm.ts` for a compiled module. */
export function wasmModuleText(bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,100}/g)!.map((line) => `  "${line}"`).join(" +\n");
  return `/** Compiled from \`assembly/kernels.ts\` by \`deno task kernels\`; not edited by hand. */\nexport const WASM_BASE64: string =\n${lines};\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("./_wasm.ts", import.meta.url), wasmModuleText(await compileKernels()));
}

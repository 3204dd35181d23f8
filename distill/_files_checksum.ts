import { createHash } from "node:crypto";

/** SHA-256 of files, one after the other, in hexadecimal; read a part at a time. */
export async function filesChecksum(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    using file = await Deno.open(path);
    const part = new Uint8Array(1 << 20);
    for (let read = await file.read(part); read !== null; read = await file.read(part)) {
      hash.update(part.subarray(0, read));
    }
  }
  return hash.digest("hex");
}

import { open } from "node:fs/promises";

/**
 * Bytes `start .. end` of a file on this machine.
 *
 * @throws {SyntaxError} if the file ends before
 */
export async function readLocalRange(
  path: string,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(end - start);
  const file = await open(path);
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at);
      if (bytesRead === 0) {
        throw new SyntaxError(`Cannot read ${path}: it ends before byte ${end}; download or write it again`);
      }
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

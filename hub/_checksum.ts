import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/** Bytes read at once. */
const CHUNK_BYTES = 1 << 20;

/**
 * Whether a file is the version that the hub listed: the SHA-256 of large files, git's object id of small ones, which is
 * the SHA-1 of `blob SIZE`, a zero byte, and the content.
 *
 * Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
export async function hasVersion(path: string, version: string): Promise<boolean> {
  const { size } = await stat(path);
  return await isVersion(createReadStream(path, { highWaterMark: CHUNK_BYTES }), { size, version });
}

/** The same of content that need not be a file. */
export async function contentHasVersion(content: Blob, version: string): Promise<boolean> {
  return await isVersion(content.stream(), { size: content.size, version });
}

async function isVersion(
  pieces: AsyncIterable<Uint8Array>,
  { size, version }: { size: number; version: string },
): Promise<boolean> {
  const isGit = version.length === 40;
  const hash = createHash(isGit ? "sha1" : "sha256");
  if (isGit) hash.update(`blob ${size}\0`);
  for await (const bytes of pieces) hash.update(bytes);
  return hash.digest("hex") === version;
}

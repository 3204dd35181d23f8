import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RepositoryCache } from "./_cache.ts";
import { hasVersion } from "./_checksum.ts";
import { HubFault } from "./_fault.ts";
import { RangesIgnored, type Requests } from "./_requests.ts";
import type { RepositoryFile } from "./repository.ts";

/** How far a download is. */
export interface HubProgress {
  /** What is downloaded: `hf://datasets/OWNER/NAME/PATH`. */
  name: string;
  /** Bytes that are here, those of an earlier attempt included. */
  received: number;
  /** Bytes of the whole file. */
  total: number;
}

/** Where a file comes from and goes to. */
export interface DownloadOptions {
  name: string;
  url: string;
  requests: Requests;
  cache: RepositoryCache;
  onDownload?: (progress: HubProgress) => void;
}

/** A server that ignores ranges and cuts connections is given up after so many beginnings. */
const MOST_BEGINNINGS = 4;

/**
 * Brings a file's content into the cache's `blobs/`: written to `VERSION.incomplete`, taken up again where an earlier
 * attempt broke off, checked, then renamed. Only one process at a time writes a blob; the lock is the one that other
 * tools hold, and falls with the process that holds it.
 *
 * @throws {HubFault} if the bytes cannot be had
 * @throws {SyntaxError} if the checksum is wrong twice
 */
export async function download(file: RepositoryFile, options: DownloadOptions): Promise<void> {
  const { cache, name } = options;
  const blob = cache.blob(file.version);
  await mkdir(dirname(blob), { recursive: true });
  await mkdir(cache.lockFolder, { recursive: true });
  const path = join(cache.lockFolder, `${file.version}.lock`);
  using lock = await Deno.open(path, { write: true, create: true });
  await lock.lock(true);
  const incomplete = `${blob}.incomplete`;
  for (let attempt = 0; attempt < 2; attempt++) {
    if (await cache.holds(file)) return;
    await complete(incomplete, file, options);
    if (await hasVersion(incomplete, file.version)) return await rename(incomplete, blob);
    await rm(incomplete);
  }
  const problem = "its checksum was wrong twice";
  throw new SyntaxError(
    `Cannot download ${name}: ${problem}; check the proxy or mirror that it came through`,
  );
}

/** Brings the incomplete file to its full length. */
async function complete(path: string, file: RepositoryFile, options: DownloadOptions): Promise<void> {
  using target = await Deno.open(path, { create: true, read: true, write: true });
  for (let beginnings = 0;;) {
    try {
      return await append(target, file, options);
    } catch (error) {
      if (!(error instanceof RangesIgnored)) throw error;
      if (++beginnings === MOST_BEGINNINGS) {
        throw new HubFault(
          "cut connection",
          `the server cannot go on in the middle, begun ${beginnings} times`,
        );
      }
      await target.truncate(0);
    }
  }
}

async function append(
  target: Deno.FsFile,
  { size }: RepositoryFile,
  { requests, url, name, onDownload }: DownloadOptions,
): Promise<void> {
  let received = await target.seek(0, Deno.SeekMode.End);
  if (received > size) {
    await target.truncate(0);
    received = await target.seek(0, Deno.SeekMode.Start);
  }
  onDownload?.({ name, received, total: size });
  for await (const bytes of requests.receive(url, { start: received, end: size, size })) {
    for (let written = 0; written < bytes.length;) written += await target.write(bytes.subarray(written));
    received += bytes.length;
    onDownload?.({ name, received, total: size });
  }
  await target.syncData();
}

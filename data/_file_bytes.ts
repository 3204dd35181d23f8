import type { Hub } from "../hub/mod.ts";
import { openRepository } from "./_local_file.ts";
import { RemoteBytes } from "./_remote_bytes.ts";
import type { SourceFile } from "./source.ts";

/** Bytes `start .. end` of a file. */
export interface ByteSpan {
  start: number;
  end: number;
}

/** The bytes of an open file, by ranges. */
export interface FileBytes {
  /** Bytes of the whole file. */
  readonly byteLength: number;
  /** Bytes `start .. end`; to the end of the file if `end` is left out. */
  slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>;
  /** Says what will be read, one list a row group, so that few requests serve it. */
  plan(groups: readonly (readonly ByteSpan[])[]): void;
  /** Lets go of what was read ahead of this byte. */
  release(before: number): void;
  /** Closes the file. */
  close(): void;
}

/** Opens a file: on this machine if it is there, else on the hub, where only what is asked for is read. */
export async function openFileBytes(file: SourceFile, hub: Hub): Promise<FileBytes> {
  if (!file.repository) return openLocalBytes(file.path);
  const repository = await openRepository(file.repository, hub);
  const here = await repository.findLocal(file.path);
  return here === undefined ? new RemoteBytes(repository, file) : openLocalBytes(here);
}

/** Reads synchronously: several ranges are asked for at once, and they share one file position. */
async function openLocalBytes(path: string): Promise<FileBytes> {
  const file = await Deno.open(path);
  const byteLength = file.statSync().size;
  return {
    byteLength,
    slice(start: number, end: number = byteLength): ArrayBuffer {
      const bytes = new Uint8Array(end - start);
      file.seekSync(start, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) {
        const count = file.readSync(bytes.subarray(at));
        if (count === null) throw new Error(`the file ends before byte ${end}`);
        at += count;
      }
      return bytes.buffer;
    },
    plan(): void {},
    release(): void {},
    close: () => file.close(),
  };
}

import { crc32 } from "node:zlib";
import {
  decodeHeader,
  fixedBytes,
  fixedOffset,
  GROUPS,
  payloadOffset,
  shardBytes,
  type ShardHeader,
} from "./_shard_header.ts";

/** A shard is missing, cut off or changed on the disk. It can be made again from its source. */
export class DamagedShardError extends Error {
  /** @param path the shard */
  constructor(readonly path: string, problem: string) {
    super(`Cannot read ${path}: ${problem}; start again, and this part is made again`);
    this.name = "DamagedShardError";
  }
}

/** Hashes of rows and lengths of texts, group by group, as they lie in a shard. */
export interface FixedPieces {
  /** All pieces. */
  words: Uint32Array;
  /** Where every group's piece begins; one entry more than there are groups. */
  starts: Uint32Array;
}

/** Hashes of texts, ids and labels, group by group, as they lie in a shard. */
export interface PayloadPieces {
  /** All pieces. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Word in which every group's piece begins; one entry more than there are groups. */
  starts: Uint32Array;
}

/** A shard on the disk. Reading is synchronous. */
export class ShardFile {
  #file: Deno.FsFile | undefined;

  private constructor(
    readonly path: string,
    readonly header: ShardHeader,
    private readonly keepsOpen: boolean,
  ) {}

  /**
   * Reads a shard's header and checks it and the length, not the rows.
   *
   * @param keepsOpen whether the file stays open after it is first read
   * @throws {DamagedShardError} if it is missing or not whole
   */
  static open(path: string, keepsOpen = false): ShardFile {
    const file = openFile(path);
    try {
      const { size } = file.statSync();
      const header = decodeHeader((start, end) => readUpTo(file, start, Math.min(end, size)));
      if (typeof header === "string") throw new DamagedShardError(path, header);
      const expected = shardBytes(header);
      if (size !== expected) throw new DamagedShardError(path, `it has ${size} of ${expected} bytes`);
      return new ShardFile(path, header, keepsOpen);
    } finally {
      file.close();
    }
  }

  /**
   * Hashes and lengths of the groups `from .. to`, `to` left out.
   *
   * @throws {DamagedShardError} if a checksum does not fit
   */
  readFixed(from: number, to: number): FixedPieces {
    const { header } = this;
    const offset = fixedOffset(header, from);
    const bytes = this.#read(offset, fixedOffset(header, to));
    const starts = new Uint32Array(to - from + 1);
    for (let g = from; g <= to; g++) starts[g - from] = (fixedOffset(header, g) - offset) / 4;
    const words = new Uint32Array(bytes.buffer);
    this.#check(bytes, starts, from);
    return { words, starts };
  }

  /**
   * Hashes of texts, ids and labels of the groups `from .. to`, `to` left out.
   *
   * @throws {DamagedShardError} if a checksum does not fit
   */
  readPayload(from: number, to: number): PayloadPieces {
    const { header } = this;
    const offset = payloadOffset(header, from);
    const bytes = this.#read(offset, payloadOffset(header, to));
    const starts = Uint32Array.from(
      { length: to - from + 1 },
      (_, i) => (payloadOffset(header, from + i) - offset) / 4,
    );
    this.#check(bytes, starts, from);
    return { bytes, starts };
  }

  /**
   * Reads everything and checks it.
   *
   * @throws {DamagedShardError} if a checksum does not fit
   */
  verify(): void {
    // 16 groups at a time: 2 MB of hashes and lengths, some 600 kB of payload.
    for (let from = 0; from < GROUPS; from += 16) {
      this.readFixed(from, from + 16);
      this.readPayload(from, from + 16);
    }
  }

  /** Closes the file; it is opened again when something is read. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #read(start: number, end: number): Uint8Array<ArrayBuffer> {
    this.#file ??= openFile(this.path);
    const bytes = readUpTo(this.#file, start, end);
    if (!this.keepsOpen) this.close();
    if (bytes.length < end - start) throw new DamagedShardError(this.path, "it is cut off");
    return bytes;
  }

  /** @param starts first word of every group's piece, which ends with its checksum */
  #check(bytes: Uint8Array<ArrayBuffer>, starts: Uint32Array, from: number): void {
    const words = new Uint32Array(bytes.buffer);
    for (let i = 0; i + 1 < starts.length; i++) {
      const last = starts[i + 1] - 1;
      if (crc32(bytes.subarray(4 * starts[i], 4 * last)) === words[last]) continue;
      throw new DamagedShardError(this.path, `its group ${from + i} has another checksum`);
    }
  }
}

/** Bytes that a row of a shard takes in {@linkcode FixedPieces}, in words. */
export function fixedWords(columns: number): number {
  return fixedBytes(columns) / 4;
}

function openFile(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new DamagedShardError(path, "it is not there");
    throw error;
  }
}

/** Bytes `start .. end` of a file, fewer if it ends before. */
function readUpTo(file: Deno.FsFile, start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  file.seekSync(start, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) {
    const count = file.readSync(bytes.subarray(at));
    if (count === null) return bytes.slice(0, at);
    at += count;
  }
  return bytes;
}

import { crc32 } from "node:zlib";
import { GROUPS } from "./_shard_header.ts";
import { DamagedShardError } from "./_shard_file.ts";
import { writeAll } from "./_write_all.ts";

/** The first eight bytes of every file of ranks. */
const MAGIC = new TextEncoder().encode("latherks");

/** Magic, then a CRC-32 for every group. */
const HEADER_BYTES = 8 + 4 * GROUPS;

/** The ranks of the rows to train on, group by group in the order of the store: 4 bytes a row. Reading is synchronous. */
export class RanksFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #checksums: Uint32Array;
  /** Rows before every group, and behind the last. */
  readonly #rowStarts: Float64Array;

  private constructor(path: string, file: Deno.FsFile, groupRows: Uint32Array) {
    this.#path = path;
    this.#file = file;
    this.#rowStarts = rowStartsOf(groupRows);
    const bytes = HEADER_BYTES + 4 * this.#rowStarts[GROUPS];
    const header = file.statSync().size === bytes ? this.#read(0, HEADER_BYTES) : undefined;
    if (header === undefined || MAGIC.some((byte, i) => header[i] !== byte)) {
      throw new DamagedShardError(path, "it is no whole file of ranks");
    }
    this.#checksums = new Uint32Array(header.buffer, 8);
  }

  /**
   * Opens the ranks of a store.
   *
   * @param groupRows rows to train on, of every group
   * @throws {DamagedShardError} if they are missing or not whole
   */
  static open(path: string, groupRows: Uint32Array): RanksFile {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw new DamagedShardError(path, "it is not there");
      throw error;
    }
    try {
      return new RanksFile(path, file, groupRows);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Ranks of the rows of the groups `from .. to`, `to` left out.
   *
   * @throws {DamagedShardError} if a checksum does not fit
   */
  read(from: number, to: number): Uint32Array {
    const [first, last] = [this.#rowStarts[from], this.#rowStarts[to]];
    const bytes = this.#read(HEADER_BYTES + 4 * first, HEADER_BYTES + 4 * last);
    for (let g = from; g < to; g++) {
      const [start, end] = [this.#rowStarts[g] - first, this.#rowStarts[g + 1] - first];
      if (crc32(bytes.subarray(4 * start, 4 * end)) === this.#checksums[g]) continue;
      throw new DamagedShardError(this.#path, `its group ${g} has another checksum`);
    }
    return new Uint32Array(bytes.buffer);
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  #read(start: number, end: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(end - start);
    this.#file.seekSync(start, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) {
      const count = this.#file.readSync(bytes.subarray(at));
      if (count === null) throw new DamagedShardError(this.#path, "it is cut off");
      at += count;
    }
    return bytes;
  }
}

/** Writes a file of ranks, group by group. */
export class RanksWriter {
  readonly #file: Deno.FsFile;
  readonly #header = new Uint8Array(HEADER_BYTES);
  #group = 0;

  /** Begins the file. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    this.#header.set(MAGIC);
    writeAll(this.#file, this.#header);
  }

  /** Appends the ranks of the next group. */
  write(ranks: Uint32Array): void {
    const bytes = new Uint8Array(ranks.buffer, ranks.byteOffset, ranks.byteLength);
    new Uint32Array(this.#header.buffer, 8)[this.#group++] = crc32(bytes);
    writeAll(this.#file, bytes);
  }

  /** Writes the checksums; gives one of all of them, 8 hexadecimal digits. */
  finish(): string {
    this.#file.seekSync(0, Deno.SeekMode.Start);
    writeAll(this.#file, this.#header);
    this.#file.syncDataSync();
    return crc32(this.#header).toString(16).padStart(8, "0");
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }
}

function rowStartsOf(groupRows: Uint32Array): Float64Array {
  const starts = new Float64Array(groupRows.length + 1);
  for (let g = 0; g < groupRows.length; g++) starts[g + 1] = starts[g] + groupRows[g];
  return starts;
}

import { join } from "node:path";
import {
  openParquet,
  TEACHER_KEYS,
  type TeacherHeader,
  teacherHeaderIn,
  TextsChecksum,
  VectorParquetWriter,
} from "../data/mod.ts";

/** Columns of a shard. */
const COLUMNS = [{ name: "text", type: "STRING" }] as const;

/** Numbers of a row group at most: readers hold it as a whole, in float64. */
const GROUP_NUMBERS = 2 ** 20;

/** What a shard says of itself. */
export interface ShardFacts {
  /** Where its vectors come from. */
  header: TeacherHeader;
  /** Its rows. */
  rows: number;
  /** SHA-256 of its texts. */
  checksum: string;
}

/** Path of a shard; names sort as numbers do. */
export function shardPath(folder: string, shard: number): string {
  return join(folder, `shard-${String(shard).padStart(5, "0")}.parquet`);
}

/**
 * What a shard says of itself.
 *
 * @returns undefined if it is not there
 * @throws {SyntaxError} if it is damaged
 * @throws {RangeError} if it does not say whose vectors it holds
 */
export async function readShard(path: string): Promise<ShardFacts | undefined> {
  const file = await openParquet(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound || (error as { code?: string }).code === "ENOENT") {
      return undefined;
    }
    throw error;
  });
  if (file === undefined) return undefined;
  file.close();
  const header = teacherHeaderIn(file);
  const checksum = file.keyValues.get(TEACHER_KEYS.texts);
  if (header !== undefined && checksum !== undefined) return { header, rows: file.rowCount, checksum };
  throw new RangeError(
    `Cannot write vectors beside ${path}: it does not say which teacher's it holds; name an empty folder`,
  );
}

/** A shard that is being written: it has its name only when it is whole. */
export class VectorShard {
  readonly #path: string;
  readonly #partial: string;
  readonly #file: Deno.FsFile;
  readonly #writer: VectorParquetWriter;
  readonly #header: TeacherHeader;
  readonly #checksum = new TextsChecksum();

  /**
   * @param path the name that it gets
   * @param header where its vectors come from
   * @throws {RangeError} if it cannot be made
   */
  constructor(path: string, header: TeacherHeader) {
    this.#path = path;
    this.#partial = `${path}.partial`;
    this.#header = header;
    this.#file = this.#guarded(() =>
      Deno.openSync(this.#partial, { write: true, create: true, truncate: true })
    );
    const column = { name: "vector", type: header.precision, width: header.dimension };
    this.#writer = this.#guarded(() =>
      VectorParquetWriter.of(COLUMNS, (bytes) => this.#write(bytes), column)
    );
  }

  /**
   * Writes texts and their vectors.
   *
   * @throws {RangeError} if there is no room
   */
  append(texts: readonly string[], vectors: Float16Array): void {
    this.#checksum.add(texts);
    const { dimension } = this.#header;
    const rows = Math.max(1, Math.floor(GROUP_NUMBERS / dimension));
    this.#guarded(() => {
      for (let start = 0; start < texts.length; start += rows) {
        this.#writer.writeGroup([texts.slice(start, start + rows)]);
        this.#writer.appendVectors(vectors.subarray(start * dimension, (start + rows) * dimension));
      }
    });
  }

  /**
   * Gives the shard its name.
   *
   * @returns SHA-256 of its texts
   * @throws {RangeError} if there is no room
   */
  finish(): string {
    const checksum = this.#checksum.digest();
    this.#guarded(() => {
      this.#writer.finish({
        [TEACHER_KEYS.header]: JSON.stringify(this.#header),
        [TEACHER_KEYS.texts]: checksum,
      });
      this.#file.syncDataSync();
      this.#file.close();
      Deno.renameSync(this.#partial, this.#path);
    });
    return checksum;
  }

  /** Removes what was written. */
  abort(): void {
    try {
      this.#file.close();
    } catch {
      // It was closed before its name could be given.
    }
    try {
      Deno.removeSync(this.#partial);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }

  #guarded<T>(use: () => T): T {
    try {
      return use();
    } catch (cause) {
      const { code, message } = cause as Error & { code?: string };
      const fault = code === "ENOSPC"
        ? "no space is left on the disk; free some and start again, the shards that are whole are kept"
        : `${message}; name another folder`;
      throw new RangeError(`Cannot write ${this.#path}: ${fault}`, { cause });
    }
  }
}

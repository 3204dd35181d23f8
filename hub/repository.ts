import type { RepositoryKind } from "./address.ts";

/** A file of a repository. */
export interface RepositoryFile {
  /** Path relative to the repository. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /**
   * What changes when the content changes: SHA-256, or git's object id of small files; in a mirror size and time of
   * change.
   */
  readonly version: string;
}

/** Options of {@linkcode Repository.fetchFolder}. */
export interface FetchFolderOptions {
  /**
   * Whether ONNX files are fetched too.
   *
   * @default false
   */
  onnx?: boolean;
}

/** One data set or model of the hub at one revision. */
export interface Repository {
  /** Data set or model. */
  readonly kind: RepositoryKind;
  /** `OWNER/NAME`. */
  readonly id: string;
  /** The commit that everything is read at; undefined in a mirror, which has none. */
  readonly revision: string | undefined;
  /** All files, sorted by path. */
  listFiles(): Promise<RepositoryFile[]>;
  /** Text of a small file such as a data card; undefined if there is none. */
  readText(path: string): Promise<string | undefined>;
  /** Where a file lies on this machine; undefined if it would have to be fetched. */
  findLocal(path: string): Promise<string | undefined>;
  /**
   * A whole file.
   *
   * @returns path of the file on this machine
   * @throws {RangeError} if there is no such file
   */
  fetch(path: string): Promise<string>;
  /**
   * The files of a model: all `.json`, `.txt` and `.safetensors` files, and if asked for `.onnx`. Files of other formats
   * may be gigabytes that nobody reads.
   *
   * @param path folder in the repository; empty for the whole
   * @returns the folder on this machine
   * @throws {RangeError} if there is no such folder
   */
  fetchFolder(path: string, options?: FetchFolderOptions): Promise<string>;
  /** Bytes `start .. end` of a file, without the rest where that can be. */
  readRange(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

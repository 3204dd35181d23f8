import type { RepositoryKind } from "./address.ts";

/** One data set or model of the hub at one revision. */
export interface Repository {
  /** Data set or model. */
  readonly kind: RepositoryKind;
  /** `OWNER/NAME`. */
  readonly id: string;
  /** The commit that everything is read at; "mirror" in a mirror, which has none. */
  readonly revision: string;
  /** Paths of all files, relative to the repository, sorted by name. */
  listFiles(): Promise<string[]>;
  /** Text of a small file such as a data card; undefined if there is none. */
  readText(path: string): Promise<string | undefined>;
  /**
   * A whole file.
   *
   * @returns path of the file on this machine
   */
  fetch(path: string): Promise<string>;
  /**
   * All files of a model.
   *
   * @returns the folder on this machine
   */
  fetchFolder(): Promise<string>;
}

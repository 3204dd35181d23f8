import { fileFault } from "./_file_fault.ts";
import { writeAll } from "./_output.ts";

/** A file that has its name only when it is complete. */
export class PartialFile {
  readonly #path: string;
  readonly #partial: string;
  readonly #file: Deno.FsFile;
  #isOpen = true;

  /**
   * @param path The name that it gets.
   * @throws {RangeError} If it cannot be made.
   */
  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.${Deno.pid}.partial`;
    this.#file = this.#guarded(() =>
      Deno.openSync(this.#partial, { write: true, create: true, truncate: true })
    );
  }

  /**
   * Writes bytes, all of them.
   *
   * @throws {RangeError} If they cannot be written, as on a full disk.
   */
  write(bytes: Uint8Array): void {
    this.#guarded(() => writeAll(this.#file, bytes));
  }

  /** Goes back to the beginning. */
  rewind(): void {
    this.#file.seekSync(0, Deno.SeekMode.Start);
  }

  /**
   * Gives the file its name.
   *
   * @throws {RangeError} If that is not possible.
   */
  close(): void {
    this.#guarded(() => this.#file.syncDataSync());
    this.#closeFile();
    this.#guarded(() => Deno.renameSync(this.#partial, this.#path));
  }

  /** Removes the file. */
  abort(): void {
    if (this.#isOpen) this.#closeFile();
    try {
      Deno.removeSync(this.#partial);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // gone already is what was wanted
    }
  }

  #closeFile(): void {
    this.#isOpen = false;
    this.#file.close();
  }

  #guarded<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      throw new RangeError(`Cannot write ${this.#path}: ${fileFault(error)}`, { cause: error });
    }
  }
}

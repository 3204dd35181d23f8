import type { HubAddress } from "./address.ts";
import { openMirror } from "./_mirror.ts";
import type { Repository } from "./repository.ts";

/** Options of a {@linkcode Hub}: plain data, so that a worker can be given them. */
export interface HubOptions {
  /** Folder that mirrors the hub: `<mirror>/datasets/OWNER/NAME/...`, `<mirror>/models/OWNER/NAME/...`. */
  mirror?: string;
}

/** The Hugging Face Hub, or a folder that mirrors it. */
export class Hub {
  /**
   * A way to the hub; nothing is asked of it yet.
   *
   * @param options where it is
   */
  constructor(readonly options: HubOptions = {}) {}

  /**
   * Finds a repository.
   *
   * @throws {RangeError} if there is no such repository
   */
  async open(address: HubAddress): Promise<Repository> {
    return await openMirror(address, this.options.mirror);
  }
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HubAddress, RepositoryKind } from "./address.ts";
import { RepositoryCache } from "./_cache.ts";
import { cacheFault } from "./_cache_fault.ts";
import { findCommit, isCommit, listTree } from "./_client.ts";
import { download, type HubProgress } from "./_download.ts";
import { HubFault, inSentence, writeAddress } from "./_fault.ts";
import { isModelFile } from "./_model_files.ts";
import { readLocalRange } from "./_local_range.ts";
import { RangesIgnored, type Requests } from "./_requests.ts";
import type { FetchFolderOptions, Repository, RepositoryFile } from "./repository.ts";

/** How a repository on the network is reached. */
export interface RemoteOptions {
  endpoint: string;
  hasToken: boolean;
  cacheFolder: string;
  requests: Requests;
  onDownload?: (progress: HubProgress) => void;
}

/** A repository on the network: what was fetched before is read from the cache. */
export class RemoteRepository implements Repository {
  readonly kind: RepositoryKind;
  readonly id: string;
  readonly #cache: RepositoryCache;
  #listing: Promise<RepositoryFile[]> | undefined;
  /** Whether the server was seen to send whole files where some bytes were asked for. */
  #rangesIgnored = false;

  private constructor(
    private readonly address: HubAddress,
    readonly revision: string,
    private readonly options: RemoteOptions,
  ) {
    this.kind = address.kind;
    this.id = address.id;
    this.#cache = new RepositoryCache(options.cacheFolder, address);
  }

  /**
   * Finds the commit of a branch or tag and notes it in the cache. A whole commit id is taken as it is: the hub is asked
   * only when something of it is missing here.
   *
   * @throws {RangeError} if repository or revision is missing or may not be read
   */
  static async open(address: HubAddress, options: RemoteOptions): Promise<RemoteRepository> {
    const { revision = "main" } = address;
    if (isCommit(revision)) return new RemoteRepository(address, revision, options);
    const { endpoint, requests: { fetch } } = options;
    try {
      const commit = await findCommit(address, revision, { endpoint, fetch });
      await new RepositoryCache(options.cacheFolder, address).writeRef(revision, commit);
      return new RemoteRepository(address, commit, options);
    } catch (error) {
      throw inSentence(cacheFault(error, options.cacheFolder), {
        ...options,
        address: { ...address, path: "" },
      });
    }
  }

  async listFiles(): Promise<RepositoryFile[]> {
    this.#listing ??= this.#list();
    return await this.#listing;
  }

  async readText(path: string): Promise<string | undefined> {
    const file = (await this.listFiles()).find((each) => each.path === path);
    return file && await readFile(await this.fetch(path), "utf8");
  }

  async findLocal(path: string): Promise<string | undefined> {
    return await this.#cache.find(this.revision, path);
  }

  async fetch(path: string): Promise<string> {
    const here = await this.findLocal(path);
    if (here !== undefined) return here;
    const file = await this.#find(path);
    const { requests, onDownload } = this.options;
    if (!await this.#cache.holds(file)) {
      const options = {
        name: this.#name(path),
        url: this.#url(path),
        requests,
        cache: this.#cache,
        onDownload,
      };
      await download(file, options).catch((error) => this.#refuse(error, path));
    }
    return await this.#cache.link(this.revision, file).catch((error) => this.#refuse(error, path));
  }

  async fetchFolder(path: string, options: FetchFolderOptions = {}): Promise<string> {
    const below = path === "" ? "" : `${path}/`;
    const inside = (await this.listFiles()).filter((file) => file.path.startsWith(below));
    if (inside.length === 0) this.#refuse(new HubFault("no file", path), path);
    for (const file of inside.filter((each) => isModelFile(each.path, options))) await this.fetch(file.path);
    return join(this.#cache.snapshot(this.revision), path);
  }

  async readRange(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const here = await this.findLocal(path);
    if (here !== undefined) return await readLocalRange(here, start, end);
    if (this.#rangesIgnored) return await readLocalRange(await this.fetch(path), start, end);
    try {
      return await this.#receive(path, start, end);
    } catch (error) {
      if (!(error instanceof RangesIgnored)) return this.#refuse(error, path);
      this.#rangesIgnored = true;
      return await readLocalRange(await this.fetch(path), start, end);
    }
  }

  async #receive(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const { size } = await this.#find(path);
    const bytes = new Uint8Array(end - start);
    let at = 0;
    for await (const piece of this.options.requests.receive(this.#url(path), { start, end, size })) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  async #list(): Promise<RepositoryFile[]> {
    const kept = await this.#cache.readListing(this.revision);
    if (kept) return kept;
    const { endpoint, requests: { fetch } } = this.options;
    try {
      const files = await listTree(this.address, this.revision, { endpoint, fetch });
      await this.#cache.writeListing(this.revision, files);
      return files;
    } catch (error) {
      return this.#refuse(error, "");
    }
  }

  async #find(path: string): Promise<RepositoryFile> {
    const file = (await this.listFiles()).find((each) => each.path === path);
    return file ?? this.#refuse(new HubFault("no file", path), path);
  }

  #refuse(error: unknown, path: string): never {
    const fault = cacheFault(error, this.options.cacheFolder);
    throw inSentence(fault, { ...this.options, address: { ...this.address, path } });
  }

  #name(path: string): string {
    return writeAddress({ ...this.address, path });
  }

  /**
   * The address that the hub itself resolves, not where it then leads to: that one is good for some minutes only. Files in
   * the hub's chunk store are served there too, by ranges and with the same checksum.
   */
  #url(path: string): string {
    const { endpoint } = this.options;
    const folder = this.kind === "datasets" ? "datasets/" : "";
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    return `${endpoint}/${folder}${this.id}/resolve/${this.revision}/${encoded}`;
  }
}

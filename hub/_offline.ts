import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HubAddress, RepositoryKind } from "./address.ts";
import { RepositoryCache } from "./_cache.ts";
import { isCommit } from "./_client.ts";
import { writeAddress } from "./_fault.ts";
import { readLocalRange } from "./_local_range.ts";
import { isModelFile } from "./_model_files.ts";
import type { FetchFolderOptions, Repository, RepositoryFile } from "./repository.ts";

/** A repository as the cache holds it. */
export class OfflineRepository implements Repository {
  readonly kind: RepositoryKind;
  readonly id: string;
  readonly #cache: RepositoryCache;

  private constructor(
    private readonly address: HubAddress,
    readonly revision: string,
    cacheFolder: string,
  ) {
    this.kind = address.kind;
    this.id = address.id;
    this.#cache = new RepositoryCache(cacheFolder, address);
  }

  /**
   * Finds the commit that a branch or tag last stood for.
   *
   * @throws {RangeError} if the cache does not know it
   */
  static async open(address: HubAddress, cacheFolder: string): Promise<OfflineRepository> {
    const { revision = "main" } = address;
    const commit = isCommit(revision)
      ? revision
      : await new RepositoryCache(cacheFolder, address).readRef(revision);
    if (commit !== undefined) return new OfflineRepository(address, commit, cacheFolder);
    throw notCached({ ...address, path: "" }, cacheFolder);
  }

  async listFiles(): Promise<RepositoryFile[]> {
    const kept = await this.#cache.readListing(this.revision);
    if (kept) return kept;
    const here = await this.#cache.listSnapshot(this.revision);
    if (here.length > 0) return withMissingShards(here);
    throw notCached({ ...this.address, revision: this.revision, path: "" }, this.#cache.folder);
  }

  async readText(path: string): Promise<string | undefined> {
    const listed = (await this.listFiles()).some((file) => file.path === path);
    return listed ? await readFile(await this.fetch(path), "utf8") : undefined;
  }

  async findLocal(path: string): Promise<string | undefined> {
    return await this.#cache.find(this.revision, path);
  }

  async fetch(path: string): Promise<string> {
    const here = await this.findLocal(path);
    if (here !== undefined) return here;
    throw notCached({ ...this.address, revision: this.revision, path }, this.#cache.folder);
  }

  async fetchFolder(path: string, options: FetchFolderOptions = {}): Promise<string> {
    const below = path === "" ? "" : `${path}/`;
    const inside = (await this.listFiles()).filter((file) => file.path.startsWith(below));
    if (inside.length === 0) await this.fetch(path);
    for (const file of inside.filter((each) => isModelFile(each.path, options))) await this.fetch(file.path);
    return join(this.#cache.snapshot(this.revision), path);
  }

  async readRange(path: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return await readLocalRange(await this.fetch(path), start, end);
  }
}

function notCached(address: HubAddress, folder: string): RangeError {
  const { kind, id, revision, path } = address;
  const parts = ["hf download", ...kind === "datasets" ? ["--repo-type dataset"] : [], id];
  const command = [...parts, ...path ? [path] : [], ...revision ? [`--revision ${revision}`] : []].join(" ");
  const problem = `it is not in the cache ${folder}, and HF_HUB_OFFLINE forbids the network`;
  return new RangeError(`Cannot read ${writeAddress(address)}: ${problem}; fetch it with: ${command}`);
}

/**
 * Other tools keep no list of what a commit holds, but the names of shards say how many there are
 * (`train-00000-of-00005.parquet`). Those that are not here are listed too, so that they are missed when they are read.
 */
function withMissingShards(files: readonly RepositoryFile[]): RepositoryFile[] {
  const all = new Map(files.map((file) => [file.path, file]));
  for (const { path } of files) {
    const match = /^(.*-)\d{5}-of-(\d{5})([^/]*)$/.exec(path);
    if (!match) continue;
    const [, before, count, after] = match;
    for (let shard = 0; shard < Number(count); shard++) {
      const name = `${before}${String(shard).padStart(5, "0")}-of-${count}${after}`;
      if (!all.has(name)) all.set(name, { path: name, size: 0, version: "" });
    }
  }
  return [...all.values()].sort((a, b) => a.path < b.path ? -1 : 1);
}

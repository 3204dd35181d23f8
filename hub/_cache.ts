import {
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { HubAddress } from "./address.ts";
import type { RepositoryFile } from "./repository.ts";

/**
 * A repository's part of the hub's own cache: `blobs/` holds contents by their checksum, `snapshots/COMMIT/` links the
 * files of a commit to them, `refs/` holds the commits of branches and tags. Other tools find our files there and we
 * theirs. `lathe/COMMIT.json` is ours alone: the list of all files of a commit.
 *
 * Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export class RepositoryCache {
  /** `CACHE/datasets--OWNER--NAME` or `CACHE/models--OWNER--NAME`. */
  readonly folder: string;
  /** Where other tools, too, hold a lock while they write a blob. */
  readonly lockFolder: string;
  /** Bytes of the files of commits whose lists were read. */
  readonly #sizes = new Map<string, ReadonlyMap<string, number>>();

  /**
   * @param cacheFolder the cache of all repositories
   * @param address which of them
   */
  constructor(cacheFolder: string, { kind, id }: HubAddress) {
    const name = [kind, ...id.split("/")].join("--");
    this.folder = join(cacheFolder, name);
    this.lockFolder = join(cacheFolder, ".locks", name);
  }

  /** The commit that a branch or tag last stood for. */
  async readRef(revision: string): Promise<string | undefined> {
    return (await readIfThere(join(this.folder, "refs", revision)))?.trim();
  }

  /** Notes a branch's or tag's commit. Other tools complain of one without a snapshot. */
  async writeRef(revision: string, commit: string): Promise<void> {
    await mkdir(this.snapshot(commit), { recursive: true });
    const path = join(this.folder, "refs", revision);
    if (await readIfThere(path) !== commit) await this.#replace(path, commit);
  }

  /** The folder of a commit's files. */
  snapshot(commit: string): string {
    return join(this.folder, "snapshots", commit);
  }

  /** Where the content of a version lies. */
  blob(version: string): string {
    return join(this.folder, "blobs", version);
  }

  /** A file of a commit, if it is here and as long as the hub's list of files says, where there is one. */
  async find(commit: string, path: string): Promise<string | undefined> {
    const pointer = join(this.snapshot(commit), path);
    const size = await sizeOf(pointer);
    if (size === undefined) return undefined;
    const listed = (await this.#sizesOf(commit)).get(path) ?? size;
    return listed === size ? pointer : undefined;
  }

  /** Whether the whole content of a file is here. */
  async holds({ version, size }: RepositoryFile): Promise<boolean> {
    return await sizeOf(this.blob(version)) === size;
  }

  async #sizesOf(commit: string): Promise<ReadonlyMap<string, number>> {
    const known = this.#sizes.get(commit);
    if (known !== undefined) return known;
    const listing = await this.readListing(commit);
    const sizes = new Map(listing?.map(({ path, size }) => [path, size]));
    if (listing !== undefined) this.#sizes.set(commit, sizes);
    return sizes;
  }

  /** Puts a blob that is here under its name in a commit. */
  async link(commit: string, { path, version }: RepositoryFile): Promise<string> {
    const pointer = join(this.snapshot(commit), path);
    const target = relative(dirname(pointer), this.blob(version));
    await mkdir(dirname(pointer), { recursive: true });
    try {
      await symlink(target, pointer);
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
      if (await this.find(commit, path) !== undefined) return pointer;
      await rm(pointer, { force: true });
      await symlink(target, pointer);
    }
    return pointer;
  }

  /** All files of a commit, as the hub listed them; undefined if that list is not here or damaged. */
  async readListing(commit: string): Promise<RepositoryFile[] | undefined> {
    const text = await readIfThere(this.#listing(commit));
    return text === undefined ? undefined : parseListing(text);
  }

  /** Keeps the hub's list of a commit's files. */
  async writeListing(commit: string, files: readonly RepositoryFile[]): Promise<void> {
    await this.#replace(this.#listing(commit), JSON.stringify(files));
  }

  /** The files of a commit that are here, sorted by path. */
  async listSnapshot(commit: string): Promise<RepositoryFile[]> {
    const folder = this.snapshot(commit);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const files: RepositoryFile[] = [];
    for (const entry of entries.filter((each) => !each.isDirectory())) {
      const pointer = join(entry.parentPath, entry.name);
      if (!await isThere(pointer)) continue;
      const { size, mtimeMs } = await stat(pointer);
      // Tools that cannot link put the file itself there.
      const version = await readlink(pointer).then(basename, () => `${size} ${mtimeMs}`);
      files.push({ path: relative(folder, pointer), size, version });
    }
    return files.sort((a, b) => a.path < b.path ? -1 : 1);
  }

  #listing(commit: string): string {
    return join(this.folder, "lathe", `${commit}.json`);
  }

  /** Readers see the old content or the new, never half of it. */
  async #replace(path: string, text: string): Promise<void> {
    const dir = join(this.folder, "lathe");
    for (const folder of [dir, dirname(path)]) await mkdir(folder, { recursive: true });
    const temporary = await Deno.makeTempFile({ dir, prefix: "new-" });
    try {
      await writeFile(temporary, text);
      await chmod(temporary, 0o644);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

/** Bytes of the file that a path leads to, through links; undefined if there is none. */
async function sizeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(({ size }) => size, () => undefined);
}

function parseListing(text: string): RepositoryFile[] | undefined {
  try {
    const files: unknown = JSON.parse(text);
    return Array.isArray(files) && files.every(isFile) ? files : undefined;
  } catch {
    return undefined;
  }
}

function isFile(value: unknown): value is RepositoryFile {
  const { path, size, version } = (value ?? {}) as Partial<RepositoryFile>;
  return typeof path === "string" && typeof size === "number" && typeof version === "string";
}

/** Whether a path leads to something, through links. */
async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "EISDIR", "ENOTDIR"].includes((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  }
}

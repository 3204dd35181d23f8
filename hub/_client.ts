import type { HubAddress } from "./address.ts";
import { HubFault } from "./_fault.ts";
import type { RepositoryFile } from "./repository.ts";

/** A repository, and the `fetch` by which the hub is asked about it. */
export interface ClientOptions {
  endpoint: string;
  fetch: typeof fetch;
}

/** The client takes 50 ms to load and is not needed where a mirror or the cache answers. */
async function loadClient(): Promise<typeof import("@huggingface/hub")> {
  return await import("@huggingface/hub");
}

/**
 * The commit that a branch or tag stands for.
 *
 * @throws {HubFault} if there is none
 */
export async function findCommit(
  { kind, id }: HubAddress,
  revision: string,
  { endpoint, fetch }: ClientOptions,
): Promise<string> {
  const { datasetInfo, modelInfo } = await loadClient();
  const request = { name: id, revision, hubUrl: endpoint, fetch, additionalFields: ["sha" as const] };
  const { sha } = kind === "datasets" ? await datasetInfo(request) : await modelInfo(request);
  if (typeof sha === "string" && isCommit(sha)) return sha;
  throw new HubFault("refused request", `its answer names no commit`);
}

/**
 * All files of a repository at a commit, sorted by path.
 *
 * @throws {HubFault} if there is no such commit
 * @throws {RangeError} if a path leads out of the repository, or a checksum is none
 */
export async function listTree(
  { kind, id }: HubAddress,
  commit: string,
  { endpoint, fetch }: ClientOptions,
): Promise<RepositoryFile[]> {
  const { listFiles } = await loadClient();
  const files: RepositoryFile[] = [];
  const repo = { type: kind === "datasets" ? "dataset" as const : "model" as const, name: id };
  const entries = listFiles({ repo, revision: commit, recursive: true, hubUrl: endpoint, fetch });
  for await (const { type, path, size, oid, lfs } of entries) {
    if (type !== "file") continue;
    const version = lfs?.oid ?? oid ?? "none";
    if (!staysInside(path) || !isChecksum(version)) {
      const problem = `the hub lists a file ${path} with the checksum ${version}`;
      throw new RangeError(`Cannot list hf://${kind}/${id}: ${problem}; check HF_ENDPOINT`);
    }
    files.push({ path, size: lfs?.size ?? size, version });
  }
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Whether a revision is a whole commit id, which never comes to mean something else. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** Git's object id, or SHA-256. */
function isChecksum(version: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(version);
}

/** Whether a path names something below the folder it is joined to: paths come from the hub and go to the disk. */
function staysInside(path: string): boolean {
  return !path.startsWith("/") && !path.includes("\\") && !path.includes("\0") &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

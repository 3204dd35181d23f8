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
  throw namelessCommit();
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

/** What the hub says about a model. */
export interface ModelState {
  /** `OWNER/NAME` as it is called now; a model that was renamed answers to its old name too. */
  id: string;
  /** The commit that the revision stands for. */
  commit: string;
  /** Whether only its owner sees it. */
  isPrivate: boolean;
}

/**
 * A model as it is at a revision.
 *
 * @throws {HubFault} if there is no such model or revision
 */
export async function describeModel(
  id: string,
  revision: string,
  { endpoint, fetch }: ClientOptions,
): Promise<ModelState> {
  const { modelInfo } = await loadClient();
  const request = { name: id, revision, hubUrl: endpoint, fetch, additionalFields: ["sha" as const] };
  const { sha, name, private: isPrivate } = await modelInfo(request);
  if (typeof sha === "string" && isCommit(sha)) return { id: name, commit: sha, isPrivate };
  throw namelessCommit();
}

/**
 * Makes the repository of a model, with nothing in it.
 *
 * @throws {HubFault} of the kind "conflict" if it is there already
 */
export async function createModel(
  id: string,
  isPrivate: boolean,
  { endpoint, fetch }: ClientOptions,
): Promise<void> {
  const { createRepo } = await loadClient();
  const visibility = isPrivate ? "private" as const : undefined; // else what its owner's settings say
  // The token is set by `fetch`; the client takes none but those of huggingface.co.
  await createRepo({
    repo: { type: "model", name: id },
    visibility,
    accessToken: "",
    hubUrl: endpoint,
    fetch,
  });
}

/**
 * Makes a branch of a model where its main branch is.
 *
 * @throws {HubFault} of the kind "conflict" if it is there already
 */
export async function createModelBranch(
  id: string,
  branch: string,
  { endpoint, fetch }: ClientOptions,
): Promise<void> {
  const { createBranch } = await loadClient();
  await createBranch({ repo: { type: "model", name: id }, branch, hubUrl: endpoint, fetch });
}

/** A commit that is to be made. */
export interface CommitRequest {
  /** `OWNER/NAME` of the model. */
  id: string;
  branch: string;
  /** What the branch stands for; if it no longer does, there is no commit. */
  parentCommit: string;
  title: string;
  description?: string;
  files: readonly { path: string; content: Blob }[];
  /** Whether it is offered as a pull request. */
  isPullRequest: boolean;
  /** Ends it while files go up. */
  signal?: AbortSignal;
}

/** A commit that was made. */
export interface MadeCommit {
  /** Its id. */
  commit: string;
  /** Address of the pull request, if it is one. */
  pullRequest?: string;
}

/**
 * Sends the files that the hub has not, then makes one commit of all of them. Large ones go by the LFS protocol, which
 * every hub and mirror of it knows; the newer chunk store would be tried first if it were not switched off.
 *
 * @throws {HubFault} if the hub refuses it; nothing has changed there then
 */
export async function commitFiles(
  { id, files, signal, ...request }: CommitRequest,
  { endpoint, fetch }: ClientOptions,
): Promise<MadeCommit> {
  const { commit } = await loadClient();
  const made = await commit({
    ...request,
    repo: { type: "model", name: id },
    operations: files.map(({ path, content }) => ({ operation: "addOrUpdate", path, content })),
    useXet: false,
    abortSignal: signal,
    hubUrl: endpoint,
    fetch,
  });
  if (made !== undefined && isCommit(made.commit.oid)) {
    return { commit: made.commit.oid, pullRequest: made.pullRequestUrl };
  }
  throw namelessCommit();
}

function namelessCommit(): HubFault {
  return new HubFault("refused request", "its answer names no commit");
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
export function staysInside(path: string): boolean {
  return !path.startsWith("/") && !path.includes("\\") && !path.includes("\0") &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

import { contentHasVersion } from "./_checksum.ts";
import { type ClientOptions, describeModel, listTree, type ModelState, staysInside } from "./_client.ts";
import { HubFault } from "./_fault.ts";
import { FileContent } from "./_file_content.ts";
import type { PlannedFile, PushFile, PushPlan, PushTarget } from "./push_plan.ts";
import type { RepositoryFile } from "./repository.ts";

/** A repository as a push finds it. */
interface Found {
  model: ModelState;
  isNewBranch: boolean;
}

/**
 * Compares files with what the hub has, so that only those that differ go.
 *
 * @throws {HubFault} if the hub does not answer, or refuses the token
 * @throws {RangeError} if a file cannot be read, or has a name that could not be read from the hub, or a model that
 *   should be private is public
 */
export async function planPush(
  files: readonly PushFile[],
  target: PushTarget,
  client: ClientOptions,
): Promise<PushPlan> {
  const { id, branch = "main", pullRequest = false } = target;
  files.forEach(checkPath);
  const found = await findTarget(id, branch, client);
  if (found !== undefined) checkPrivate(found.model, target);
  const parent = found?.model.commit;
  const name = found?.model.id ?? id;
  const remote = parent === undefined ? [] : await listTree(addressOf(name), parent, client);
  const planned: PlannedFile[] = [];
  for (const file of files) planned.push(await compare(file, remote));
  return {
    id: name,
    branch,
    isNew: found === undefined,
    isNewBranch: found === undefined ? branch !== "main" : found.isNewBranch,
    isPrivate: found?.model.isPrivate ?? target.private,
    pullRequest,
    parent,
    files: planned,
  };
}

function checkPath({ path }: PushFile): void {
  if (staysInside(path)) return;
  throw new RangeError(`Cannot push ${path}: on other machines it would name another file; rename it`);
}

/** The commit of a branch, if by now it holds all files of a plan. */
export async function findDone(
  { id, branch, files }: PushPlan,
  client: ClientOptions,
): Promise<string | undefined> {
  const { commit } = await describeModel(id, branch, client);
  const remote = await listTree(addressOf(id), commit, client);
  for (const { path, content } of files) {
    if (await stateOf(path, content, remote) !== "same") return undefined;
  }
  return commit;
}

/**
 * Refuses to put into a public model what is to be private.
 *
 * @throws {RangeError} if it is public
 */
export function checkPrivate(model: ModelState, target: Pick<PushTarget, "private">): void {
  if (target.private !== true || model.isPrivate) return;
  throw new RangeError(
    `Cannot push to hf://models/${model.id}: it is there and public, and only a new model is made private; ` +
      "make it private in its settings, or push it as public",
  );
}

async function findTarget(id: string, branch: string, client: ClientOptions): Promise<Found | undefined> {
  try {
    return { model: await describeModel(id, branch, client), isNewBranch: false };
  } catch (error) {
    if (!(error instanceof HubFault)) throw error;
    if (error.kind === "no repository") return undefined;
    if (error.kind !== "no revision" || !isBranchName(branch)) throw error;
    return { model: await describeModel(id, "main", client), isNewBranch: true };
  }
}

/** Pull requests and commits are there or not; they cannot be made as a branch can. */
function isBranchName(revision: string): boolean {
  return !revision.startsWith("refs/") && !/^[0-9a-f]{40}$/.test(revision);
}

async function compare({ path, content }: PushFile, remote: readonly RepositoryFile[]): Promise<PlannedFile> {
  const blob = "text" in content ? new Blob([content.text]) : await FileContent.open(content.file);
  return { path, size: blob.size, state: await stateOf(path, blob, remote), content: blob };
}

async function stateOf(
  path: string,
  content: Blob,
  remote: readonly RepositoryFile[],
): Promise<PlannedFile["state"]> {
  const there = remote.find((file) => file.path === path);
  if (there === undefined) return "new";
  if (there.size !== content.size) return "changed";
  return await contentHasVersion(content, there.version) ? "same" : "changed";
}

function addressOf(id: string): { kind: "models"; id: string; path: string } {
  return { kind: "models", id, path: "" };
}

import {
  type ClientOptions,
  commitFiles,
  createModel,
  createModelBranch,
  describeModel,
  type MadeCommit,
} from "./_client.ts";
import { HubFault } from "./_fault.ts";
import { checkPrivate, findDone } from "./_plan_push.ts";
import type { Requests } from "./_requests.ts";
import type { PlannedFile, PushOptions, PushPlan, PushResult } from "./push_plan.ts";

/** How the hub is reached for a push. */
export interface PushConnection {
  endpoint: string;
  requests: Requests;
  /** Ends it while files go up; the commit itself is not broken off. */
  signal?: AbortSignal;
}

/**
 * Carries a plan out: makes repository and branch if they are not there, sends what the hub has not, and makes one commit.
 *
 * @throws {HubFault} if the hub refuses it; but for a repository or branch that is new, nothing has changed there then
 * @throws {RangeError} if a file has changed since the plan was made
 */
export async function carryOut(
  plan: PushPlan,
  options: PushOptions,
  connection: PushConnection,
): Promise<PushResult> {
  const { endpoint, requests } = connection;
  const files = plan.files.filter(({ state }) => state !== "same");
  if (plan.parent !== undefined && files.length === 0 && !plan.isNewBranch) {
    return { commit: plan.parent, isChanged: false, url: pageOf(plan, endpoint) };
  }
  const client = { endpoint, fetch: requests.fetch };
  const parent = plan.parent ?? await makeRepository(plan, client);
  if (plan.isNewBranch) await createModelBranch(plan.id, plan.branch, client);
  if (files.length === 0) return { commit: parent, isChanged: true, url: pageOf(plan, endpoint) };
  const made = await commitOnce(plan, { ...options, parent, files }, connection);
  return { commit: made.commit, isChanged: true, url: made.pullRequest ?? pageOf(plan, endpoint) };
}

/** A new repository's first commit. That it is there already may mean that the first answer was lost. */
async function makeRepository({ id, isPrivate }: PushPlan, client: ClientOptions): Promise<string> {
  try {
    await createModel(id, isPrivate === true, client);
  } catch (error) {
    if (!(error instanceof HubFault) || error.kind !== "conflict") throw error;
  }
  const model = await describeModel(id, "main", client);
  checkPrivate(model, { private: isPrivate });
  return model.commit;
}

/** What is committed. */
interface Content extends PushOptions {
  parent: string;
  files: readonly PlannedFile[];
}

/**
 * Makes the commit once, whatever happens to its answer: since it names its parent, asking again either makes it or is
 * refused, and then the branch is looked at. A pull request names none, so it is asked for once.
 */
async function commitOnce(
  plan: PushPlan,
  { parent, title, description, files }: Content,
  { endpoint, requests, signal }: PushConnection,
): Promise<MadeCommit> {
  const settle = plan.pullRequest ? requests.fetchOnce : requests.fetchUnbroken;
  let isAsked = false;
  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = String(input);
    if (url.startsWith(`${endpoint}/api/models/${plan.id}/commit/`)) {
      isAsked = true;
      return await settle(url, init);
    }
    if (new URL(url).origin === new URL(endpoint).origin) return await requests.fetch(url, init);
    return await requests.fetch(url, init).catch(refuseOfStore);
  };
  const request = { id: plan.id, branch: plan.branch, parentCommit: parent, title, description, files };
  try {
    return await commitFiles({ ...request, isPullRequest: plan.pullRequest, signal }, { endpoint, fetch });
  } catch (error) {
    const isTaken = error instanceof HubFault && error.kind === "conflict";
    const commit = isTaken && !plan.pullRequest
      ? await findDone(plan, { endpoint, fetch: requests.fetch })
      : undefined;
    if (commit !== undefined) return { commit };
    if (signal?.aborted !== true) throw error;
    throw isAsked ? inDoubt(plan, error) : signal.reason;
  }
}

/** A pause before the commit is asked for once more can be broken off. */
function inDoubt({ id }: PushPlan, cause: unknown): Error {
  const problem = "it was interrupted while the hub was asked for it again";
  return new Error(
    `Cannot tell whether hf://models/${id} has the commit: ${problem}; look there, or push again`,
    {
      cause,
    },
  );
}

/** Stores are sent no token: what one refuses says nothing about the token's rights. */
function refuseOfStore(error: unknown): never {
  if (!(error instanceof HubFault) || !["forbidden", "no repository"].includes(error.kind)) throw error;
  throw new HubFault("refused request", `its store: ${error.detail}`);
}

/** The page of a model, or of a branch of it. */
function pageOf({ id, branch }: PushPlan, endpoint: string): string {
  return branch === "main" ? `${endpoint}/${id}` : `${endpoint}/${id}/tree/${encodeURIComponent(branch)}`;
}

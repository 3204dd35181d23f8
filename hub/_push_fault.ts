import { type FaultKind, HubFault } from "./_fault.ts";
import type { PushTarget } from "./push_plan.ts";

/**
 * What went wrong with a push in one sentence with its cure; any other error as it is.
 *
 * @returns a RangeError if the push is not allowed or does not fit what is there, else an Error
 */
export function inPushSentence(error: unknown, target: PushTarget, endpoint: string): unknown {
  if (!(error instanceof HubFault)) return error;
  const { problem, cure } = (WORDS[error.kind] ?? refused)(error.detail, target, endpoint);
  const sentence = `Cannot push to hf://models/${target.id}: ${problem}; ${cure}`;
  const Kind = REFUSALS.includes(error.kind) ? RangeError : Error;
  return new Kind(sentence, { cause: error });
}

const REFUSALS: readonly FaultKind[] = ["no repository", "no revision", "forbidden", "conflict", "too large"];

type Words = (
  detail: string,
  target: PushTarget,
  endpoint: string,
) => { problem: string; cure: string };

const AGAIN = "push again, files that are there by then do not go twice";

const refused: Words = (detail) => ({
  problem: `the hub refuses it (${detail})`,
  cure: "change what it names, or check HF_ENDPOINT",
});

const WORDS: Readonly<Partial<Record<FaultKind, Words>>> = {
  "no repository": (detail) => ({
    problem: `the hub does not show it to this token (${detail})`,
    cure: "check the name and the rights of the token",
  }),
  "no revision": (_, { branch }) => ({
    problem: `it has no revision "${branch ?? "main"}" and none of that name can be made`,
    cure: "name a branch",
  }),
  "bad token": (detail) => ({
    problem: `the hub refuses the token (${detail})`,
    cure: "check HF_TOKEN, or the token file that was written when you logged in",
  }),
  forbidden: (detail, { id }) => ({
    problem: `this token may not write there (${detail})`,
    cure: `take a token with the right to write for ${id.split("/")[0]}, or offer a pull request`,
  }),
  conflict: (detail, { branch, pullRequest }) => ({
    problem: pullRequest === true
      ? `the hub has something else there (${detail})`
      : `its branch ${branch ?? "main"} changed while files went up (${detail})`,
    cure: AGAIN,
  }),
  "too large": (detail) => ({
    problem: `the hub takes nothing so large (${detail})`,
    cure: "leave files out, or export the model in float16 or truncated",
  }),
  "rate limit": (detail) => ({
    problem: `the hub limits the rate of requests (${detail})`,
    cure: `wait, then ${AGAIN}`,
  }),
  "server error": (detail, { pullRequest, id }, endpoint) => ({
    problem: `${endpoint} has a fault of its own (${detail})`,
    cure: pullRequest === true ? lookFirst(id, endpoint) : `wait, then ${AGAIN}`,
  }),
  "no connection": (detail, _, endpoint) => ({
    problem: `there is no connection to ${endpoint} (${detail})`,
    cure: `check the network, then ${AGAIN}`,
  }),
  "cut connection": (detail, { pullRequest, id }, endpoint) => ({
    problem: `the connection was cut again and again (${detail})`,
    cure: pullRequest === true ? lookFirst(id, endpoint) : AGAIN,
  }),
};

/** A pull request whose answer is lost may be there. */
function lookFirst(id: string, endpoint: string): string {
  return `look for the pull request at ${endpoint}/${id}/discussions, and push again if it is not there`;
}

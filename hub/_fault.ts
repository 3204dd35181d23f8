import type { HubAddress } from "./address.ts";

/** What can go wrong between here and the hub. */
export type FaultKind =
  | "no repository"
  | "no revision"
  | "no file"
  | "gated"
  | "bad token"
  | "forbidden"
  | "rate limit"
  | "server error"
  | "no connection"
  | "cut connection"
  | "conflict"
  | "too large"
  | "refused request";

/** A request that failed, before it is said in a sentence: what is asked again depends on its kind. */
export class HubFault extends Error {
  /**
   * @param kind what went wrong
   * @param detail what the hub or the system says about it
   * @param waitSeconds how long the hub asks to wait
   */
  constructor(
    readonly kind: FaultKind,
    readonly detail: string,
    readonly waitSeconds?: number,
  ) {
    super(`${kind}: ${detail}`);
  }
}

/** What a sentence about a fault needs to know. */
export interface FaultSubject {
  /** What was asked for. */
  address: HubAddress;
  /** The hub's address. */
  endpoint: string;
  /** Whether a token was sent. */
  hasToken: boolean;
}

/** The address as it is written. */
export function writeAddress({ kind, id, revision, path }: HubAddress): string {
  return `hf://${kind}/${id}${revision ? `@${revision}` : ""}${path ? `/${path}` : ""}`;
}

/**
 * A fault in one sentence with its cure; any other error as it is.
 *
 * @returns a RangeError if what was asked for is not there or may not be had, else an Error
 */
export function inSentence(error: unknown, subject: FaultSubject): unknown {
  if (!(error instanceof HubFault)) return error;
  const { problem, cure } = WORDS[error.kind](error.detail, subject);
  const rest = `${writeAddress(subject.address)}: ${problem}; ${cure}`;
  return ABSENT.includes(error.kind)
    ? new RangeError(`Cannot find ${rest}`, { cause: error })
    : new Error(`Cannot read ${rest}`, { cause: error });
}

const ABSENT: readonly FaultKind[] = ["no repository", "no revision", "no file", "gated", "forbidden"];

type Words = (detail: string, subject: FaultSubject) => { problem: string; cure: string };

const refused: Words = (detail) => ({
  problem: `the hub refuses the request (${detail})`,
  cure: "check the address and HF_ENDPOINT",
});

const WORDS: Readonly<Record<FaultKind, Words>> = {
  "no repository": (_, { address: { kind }, hasToken }) => {
    const what = kind === "datasets" ? "data set" : "model";
    return hasToken
      ? {
        problem: `the hub has no such ${what}, or your token may not read it`,
        cure: "check the name and the token's rights",
      }
      : {
        problem: `the hub has no such ${what}, or it is private`,
        cure: "check the name, or set HF_TOKEN to a token that may read it",
      };
  },
  "no revision": (_, { address: { revision } }) => ({
    problem: `it has no revision "${revision ?? "main"}"`,
    cure: "name a branch, a tag or a commit of it",
  }),
  "no file": () => ({ problem: "it has no such file", cure: "check the path" }),
  gated: (_, { address: { kind, id }, endpoint, hasToken }) => {
    const page = `${endpoint}/${kind === "datasets" ? "datasets/" : ""}${id}`;
    return hasToken
      ? { problem: "it is gated and your account has no access", cure: `ask for it at ${page}` }
      : {
        problem: "it is gated and no token is set",
        cure: `ask for access at ${page} and set HF_TOKEN to your token`,
      };
  },
  "bad token": (detail) => ({
    problem: `the hub refuses the token (${detail})`,
    cure: "check HF_TOKEN, or the token file that was written when you logged in",
  }),
  forbidden: (detail, { hasToken }) => ({
    problem: `the hub forbids it (${detail})`,
    cure: hasToken ? "check the rights of your token" : "set HF_TOKEN to a token that may read it",
  }),
  "rate limit": (detail, { hasToken }) => ({
    problem: `the hub limits the rate of requests (${detail})`,
    cure: hasToken ? "try again later" : "try again later, or set HF_TOKEN, which raises the limit",
  }),
  "server error": (detail, { endpoint }) => ({
    problem: `${endpoint} has a fault of its own (${detail})`,
    cure: "try again later",
  }),
  "no connection": (detail, { endpoint }) => ({
    problem: `there is no connection to ${endpoint} (${detail})`,
    cure: "check the network, or set HF_HUB_OFFLINE=1 to read only what is in the cache",
  }),
  "cut connection": (detail) => ({
    problem: `the connection was cut again and again (${detail})`,
    cure: "run it again: a download goes on from where it is",
  }),
  conflict: refused,
  "too large": refused,
  "refused request": refused,
};

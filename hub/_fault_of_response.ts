import { HubFault } from "./_fault.ts";

/**
 * What an answer that is no success means. The hub answers 401 for a repository that does not exist, so as not to tell
 * which private ones do, and names the case in a header.
 *
 * Source: https://huggingface.co/docs/hub/rate-limits, and `hf_raise_for_status` of the `huggingface_hub` package
 *
 * @param response its status and headers
 * @param body its text
 */
export function faultOfResponse({ status, headers }: Response, body: string): HubFault {
  const said = `${status}, ${messageIn(body, headers)}`;
  const code = headers.get("X-Error-Code");
  if (code === "GatedRepo") return new HubFault("gated", said);
  if (code === "RepoNotFound") return new HubFault("no repository", said);
  if (code === "RevisionNotFound") return new HubFault("no revision", said);
  if (code === "EntryNotFound") return new HubFault("no file", said);
  if (status === 401) {
    const isToken = /invalid credentials|invalid token|expired/i.test(said);
    return new HubFault(isToken ? "bad token" : "no repository", said);
  }
  if (status === 403) return new HubFault("forbidden", said);
  if (status === 404) return new HubFault("no repository", said);
  if (status === 409 || status === 412) return new HubFault("conflict", said);
  if (status === 413) return new HubFault("too large", said);
  if (status === 429) {
    const seconds = secondsToWait(headers);
    return new HubFault("rate limit", seconds === undefined ? said : `429, wait ${seconds} s`, seconds);
  }
  if (status >= 500 || status === 408) return new HubFault("server error", said, secondsToWait(headers));
  return new HubFault("refused request", said);
}

/** Messages are one line of at most so many characters. */
const LONGEST_MESSAGE = 120;

function messageIn(body: string, headers: Headers): string {
  const told = headers.get("X-Error-Message") ?? errorIn(body) ?? "no reason given";
  const line = told.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE)}...`;
}

/** The hub answers in JSON, the stores behind it in XML. */
function errorIn(body: string): string | undefined {
  const inStore = /<Message>([^<]*)<\/Message>/.exec(body)?.[1];
  if (inStore !== undefined) return inStore;
  try {
    const { error } = JSON.parse(body);
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How long the hub asks to wait: `Retry-After` in seconds or as a date (against the answer's own date, so that no clock
 * is needed), else the `t` of the hub's `RateLimit: "api";r=0;t=55`.
 */
function secondsToWait(headers: Headers): number | undefined {
  const after = headers.get("Retry-After");
  if (after !== null && /^\d+$/.test(after.trim())) return Number(after);
  const at = Date.parse(after ?? "") - Date.parse(headers.get("Date") ?? "");
  if (Number.isFinite(at)) return Math.max(0, Math.ceil(at / 1000));
  const reset = /(?:^|[;,\s])t=(\d+)/.exec(headers.get("RateLimit") ?? "");
  return reset ? Number(reset[1]) : undefined;
}

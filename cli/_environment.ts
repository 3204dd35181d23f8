import { homedir } from "node:os";
import { join } from "node:path";
import { hubHooks } from "./_hub_progress.ts";
import { Hub, type HubHooks, type HubOptions } from "../hub/mod.ts";

/** Values that count as yes, in any case, as in other tools of the hub. */
const YES = /^(1|on|yes|true)$/i;

/**
 * The way to the hub that the environment names.
 *
 * @param hooks what is told meanwhile; by default, of downloads and pauses on standard error
 */
export function openHub(hooks: HubHooks = hubHooks()): Hub {
  return new Hub(hubOptions((name) => Deno.env.get(name)), hooks);
}

/**
 * Folder of what is kept between runs, such as the token ids of data sets: `LATHE_CACHE`, else `lathe` in
 * `XDG_CACHE_HOME`, else `~/.cache/lathe`.
 *
 * @param read value of a variable
 */
export function cacheFolder(
  read: (name: string) => string | undefined = (name) => Deno.env.get(name),
): string {
  return read("LATHE_CACHE") || join(read("XDG_CACHE_HOME") || join(homedir(), ".cache"), "lathe");
}

/**
 * What the environment says about the hub: `LATHE_HUB_MIRROR`, and the variables that all tools of the hub know. Those
 * that are empty count as not set.
 *
 * Source: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 *
 * @param read value of a variable
 * @throws {RangeError} if a variable does not hold what it should
 */
export function hubOptions(read: (name: string) => string | undefined): HubOptions {
  const get = (...names: string[]): string | undefined =>
    names.map((name) => read(name)?.trim()).find(Boolean);
  const home = get("HF_HOME") ?? join(get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "huggingface");
  const endpoint = get("HF_ENDPOINT");
  if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint)) {
    throw new RangeError(`Cannot reach the hub: HF_ENDPOINT is "${endpoint}"; give an address with https://`);
  }
  return {
    mirror: get("LATHE_HUB_MIRROR"),
    endpoint,
    token: get("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN") ??
      readToken(get("HF_TOKEN_PATH") ?? join(home, "token")),
    cacheFolder: get("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? join(home, "hub"),
    offline: YES.test(get("HF_HUB_OFFLINE") ?? ""),
    idleSeconds: readSeconds(get("HF_HUB_DOWNLOAD_TIMEOUT")),
  };
}

/** The token that logging in with another tool has left; undefined if there is no such file. */
function readToken(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim() || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    throw new RangeError(`Cannot read the token file ${path}: ${(error as Error).message}; set HF_TOKEN`, {
      cause: error,
    });
  }
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (seconds > 0) return seconds;
  throw new RangeError(
    `Cannot reach the hub: HF_HUB_DOWNLOAD_TIMEOUT is "${text}"; give seconds greater than 0`,
  );
}

/** What the system says when a cache cannot be written, by its code. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "it may not be written",
  EPERM: "it may not be written",
  EROFS: "its disk is read-only",
  ENOSPC: "no space is left on its disk",
  EDQUOT: "your share of its disk is used up",
  ENOTDIR: "a part of its path is a file",
  ENOLCK: "its disk knows no locks",
};

/** In one sentence that a cache cannot be written; any other error as it is. */
export function cacheFault(error: unknown, folder: string): unknown {
  const reason = REASONS[(error as { code?: string })?.code ?? ""];
  if (reason === undefined) return error;
  const cure = "set HF_HUB_CACHE to a folder on a disk with room that may be written";
  return new Error(`Cannot write the hub's cache ${folder}: ${reason}; ${cure}`, { cause: error });
}

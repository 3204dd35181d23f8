/** What a hub holds. */
export type RepositoryKind = "datasets" | "models";

/** The parts of `hf://KIND/OWNER/NAME@REVISION/PATH`. */
export interface HubAddress {
  /** Data set or model. */
  kind: RepositoryKind;
  /** `OWNER/NAME`. */
  id: string;
  /** Branch, tag or commit; undefined where the address names none. */
  revision?: string;
  /** What follows the name; empty if nothing does. */
  path: string;
}

/** Revisions with slashes in them that may be written as they are; in others a slash is written `%2F`. */
const SLASHED = /^(refs\/convert\/[^/]+|refs\/pr\/\d+)(?:\/|$)/;

/**
 * Takes an address of the hub apart.
 *
 * @param address `hf://datasets/OWNER/NAME`, `hf://models/OWNER/NAME@REVISION/tokenizer.json`
 * @param kind what the address must stand for
 * @throws {SyntaxError} if it is not of that form
 */
export function parseHubAddress(address: string, kind: RepositoryKind): HubAddress {
  const match = /^(?:hf:\/\/)?([^/]+)\/([^/@]+)\/([^/@]+)(?:@(.*?))?(\/.*)?$/.exec(
    address.replace(/\/+$/, ""),
  );
  const [, prefix, owner, name] = match ?? [];
  const { revision, path } = splitRevision(match?.[4], match?.[5] ?? "");
  const parts = [owner, name, ...path.split("/"), ...revision?.split("/") ?? []];
  if (prefix !== kind || parts.includes("..") || parts.includes(".") || revision?.trim() === "") {
    throw new SyntaxError(
      `Cannot find ${address}: it is no hub address; write it as hf://${kind}/OWNER/NAME`,
    );
  }
  return { kind, id: `${owner}/${name}`, path, ...(revision === undefined ? {} : { revision }) };
}

function splitRevision(
  first: string | undefined,
  rest: string,
): { revision: string | undefined; path: string } {
  const path = rest.replace(/^\/+/, "");
  if (first === undefined) return { revision: undefined, path };
  const slashed = SLASHED.exec(`${first}/${path}`)?.[1];
  if (slashed === undefined) return { revision: decoded(first), path };
  return { revision: slashed, path: `${first}/${path}`.slice(slashed.length + 1).replace(/\/$/, "") };
}

/** Empty, which is no revision, if it cannot be decoded. */
function decoded(revision: string): string {
  try {
    return decodeURIComponent(revision);
  } catch {
    return "";
  }
}

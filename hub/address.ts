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

/**
 * Takes an address of the hub apart.
 *
 * @param address `hf://datasets/OWNER/NAME`, `hf://models/OWNER/NAME@REVISION/tokenizer.json`
 * @param kind what the address must stand for
 * @throws {SyntaxError} if it is not of that form
 */
export function parseHubAddress(address: string, kind: RepositoryKind): HubAddress {
  const [prefix, owner, name, ...rest] = address.replace(/^hf:\/\//, "").replace(/\/+$/, "").split("/");
  if (prefix !== kind || !owner || !name || [owner, name, ...rest].includes("..")) {
    throw new SyntaxError(
      `Cannot find ${address}: it is no hub address; write it as hf://${kind}/OWNER/NAME`,
    );
  }
  const [bare, revision] = name.split("@");
  const id = `${owner}/${bare}`;
  return { kind, id, path: rest.join("/"), ...(revision ? { revision } : {}) };
}

import { createHash } from "node:crypto";

/** A longer name is cut, and told apart by a checksum. */
const LONGEST = 100;

/**
 * The name of a run's folder: what is set in it, as `learningRate-0.1_dims-32.64`. It depends on nothing else, so that a
 * grid that has grown finds the runs that are there. What should not stand in a file's name is left out.
 *
 * @param fields names of the fields that are set, and their values as texts
 * @param isUnclear whether another run would be called the same, so that a checksum is added
 */
export function runName(
  fields: readonly (readonly [name: string, text: string])[],
  isUnclear = false,
): string {
  const plain = fields.map(([name, text]) => `${name}-${plainOf(text)}`).join("_");
  if (plain.length <= LONGEST && !isUnclear) return plain;
  const checksum = createHash("sha256").update(JSON.stringify(fields)).digest("hex").slice(0, 8);
  return `${plain.slice(0, LONGEST)}_${checksum}`;
}

/** A list's numbers are parted by dots; brackets and quotes are left out. */
function plainOf(text: string): string {
  return text.replaceAll(/[\[\]{}"\s]/g, "").replaceAll(",", ".").replaceAll(/[^A-Za-z0-9.+-]+/g, "-");
}

/**
 * Sets fields of a recipe by their dotted paths, as `--set training.batchSize=512` does. Values are read as
 * JSON
 * and, where they are not JSON, as text. Records on the way that the recipe leaves to their defaults are
 * taken from
 * `defaults`.
 *
 * @param recipe A recipe as written; it stays as it is.
 * @param overrides `PATH=VALUE` each; a list's entries have their index as name.
 * @param defaults The same recipe resolved, if it can be.
 * @returns A changed copy, to be checked by the schema.
 * @throws {SyntaxError} If an override is not of the form PATH=VALUE.
 * @throws {RangeError} If a path leads through something that has no fields.
 * @throws {TypeError} If the recipe is not plain data.
 */
export function applyOverrides(recipe: unknown, overrides: readonly string[], defaults?: unknown): unknown {
  const changed = copyOf(recipe);
  for (const override of overrides) {
    const { path, value } = parseOverride(override);
    setAt(changed, { path, value, defaults, override });
  }
  return changed;
}

interface Assignment {
  path: string[];
  value: unknown;
  defaults?: unknown;
  override: string;
}

function parseOverride(override: string): { path: string[]; value: unknown } {
  const equals = override.indexOf("=");
  const path = override.slice(0, Math.max(equals, 0)).trim().split(".");
  if (equals < 0 || path.some((key) => key === "")) {
    throw new SyntaxError(
      `Cannot apply --set ${override}: it is not of the form PATH=VALUE; write, for example, --set training.batchSize=512`,
    );
  }
  return { path, value: readValue(override.slice(equals + 1)) };
}

/**
 * A value as an override has it.
 *
 * @param text JSON, or plain text.
 * @returns The value; the text itself where it is not JSON.
 */
export function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON, so plain text, as in --set tokenizer=path/to/tokenizer.json
  }
}

function setAt(root: unknown, { path, value, defaults, override }: Assignment): void {
  let record = root;
  let known = defaults;
  for (const [depth, key] of path.entries()) {
    assertHolds(record, { path: path.slice(0, depth), key, override });
    known = fieldOf(known, key);
    if (depth === path.length - 1) return write(record, key, value);
    if (fieldOf(record, key) === undefined) write(record, key, structuredClone(known) ?? {});
    record = fieldOf(record, key);
  }
}

/** Own fields only: a path must not reach what every object inherits. */
function fieldOf(record: unknown, key: string): unknown {
  if (typeof record !== "object" || record === null || !Object.hasOwn(record, key)) return undefined;
  return (record as Record<string, unknown>)[key];
}

function write(record: object, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

function assertHolds(
  record: unknown,
  { path, key, override }: { path: string[]; key: string; override: string },
): asserts record is object {
  const place = path.length === 0 ? "the recipe" : path.join(".");
  if (typeof record !== "object" || record === null) {
    throw new RangeError(`Cannot apply --set ${override}: ${place} has no fields; set ${place} itself`);
  }
  if (Array.isArray(record) && !(Number(key) <= record.length && /^\d+$/.test(key))) {
    throw new RangeError(
      `Cannot apply --set ${override}: ${place} is a list of ${record.length}; name an entry by its index, from 0`,
    );
  }
}

function copyOf(recipe: unknown): unknown {
  try {
    return structuredClone(recipe);
  } catch (cause) {
    const reason = "it holds something that is no data, such as a function";
    throw new TypeError(`Cannot set fields of the recipe: ${reason}; write plain data`, { cause });
  }
}

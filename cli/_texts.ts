import { type Line, readLines } from "./_lines.ts";

/** One text to encode, and what stands beside its vector in JSONL. */
export interface TextRow {
  /** The text. */
  text: string;
  /** The fields of its line; `{ text }` for plain lines. */
  fields: Record<string, unknown>;
}

/** Options of {@linkcode readTexts}. */
export interface ReadTextsOptions {
  /** What to call the input in messages. */
  name: string;
  /** The field of a JSON line that holds the text; plain lines if left out. */
  field?: string;
}

/** The field that a vector is written to. */
export const VECTOR_FIELD = "embedding";

/**
 * Reads texts, one a line: plain, or a field of a JSON record (a line may also be a JSON string).
 *
 * @param stream UTF-8 bytes.
 * @param options The format and a name.
 * @returns The texts in order, as they arrive. Plain lines may be empty; empty lines between JSON lines are
 *   skipped.
 * @throws {SyntaxError} If a line is not UTF-8 or not JSON.
 * @throws {TypeError} If a record has no such text.
 */
export async function* readTexts(
  stream: ReadableStream<Uint8Array>,
  { name, field }: ReadTextsOptions,
): AsyncGenerator<TextRow[]> {
  for await (const lines of readLines(stream, name)) {
    if (field === undefined) yield lines.map(({ text }) => ({ text, fields: { text } }));
    else yield lines.filter(({ text }) => text.trim() !== "").map((line) => textOf(line, { name, field }));
  }
}

function textOf(line: Line, { name, field }: Required<ReadTextsOptions>): TextRow {
  const place = `Cannot read ${name}: line ${line.number}`;
  const value = parseLine(line, place);
  if (typeof value === "string") return { text: value, fields: { [field]: value } };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${place} is neither a record nor a text; write {"${field}": "..."}`);
  }
  const text = (value as Record<string, unknown>)[field];
  if (typeof text !== "string") {
    throw new TypeError(
      `${place} has no text in ${field}; it has ${
        Object.keys(value).join(", ") || "no fields"
      }: name one by --field`,
    );
  }
  if (VECTOR_FIELD in value) {
    throw new TypeError(`${place} has a field ${VECTOR_FIELD} already; rename it, or write an .npy file`);
  }
  return { text, fields: value as Record<string, unknown> };
}

function parseLine({ text }: Line, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(`${place} is not JSON; correct it, or give plain lines without --field`);
  }
}

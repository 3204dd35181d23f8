import { type Line, readLines } from "./_lines.ts";

/** One text to encode, and what stands beside its vector in JSONL. */
export interface TextRow {
  /** The text. */
  text: string;
  /**
   * JSON of the record that the vector joins: the line as it stands, which parsing and writing again would
   * change (`12345678901234567890`, `1.0`), or `{"text":...}` for plain lines.
   */
  record: string;
}

/** Options of {@linkcode readTexts}. */
export interface ReadTextsOptions {
  /** What to call the input in messages. */
  name: string;
  /** The field of a JSON line that holds the text; plain lines if left out. */
  field?: string;
  /**
   * Whether a vector will join each record, which then may have no such field yet.
   * @default true
   */
  joinsVector?: boolean;
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
  { name, field, joinsVector = true }: ReadTextsOptions,
): AsyncGenerator<TextRow[]> {
  for await (const lines of readLines(stream, name)) {
    if (field === undefined) yield lines.map(({ text }) => ({ text, record: JSON.stringify({ text }) }));
    else {
      yield lines.filter(({ text }) => text.trim() !== "").map((line) =>
        textOf(line, { name, field, joinsVector })
      );
    }
  }
}

function textOf(line: Line, { name, field, joinsVector }: Required<ReadTextsOptions>): TextRow {
  const place = `Cannot read ${name}: line ${line.number}`;
  const value = parseLine(line, place);
  if (joinsVector && (typeof value === "string" ? field === VECTOR_FIELD : hasVector(value))) {
    throw new TypeError(`${place} has a field ${VECTOR_FIELD} already; rename it, or write an .npy file`);
  }
  const json = line.text.trim();
  if (typeof value === "string") return { text: value, record: `{${JSON.stringify(field)}:${json}}` };
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
  return { text, record: json };
}

function hasVector(value: unknown): boolean {
  return typeof value === "object" && value !== null && VECTOR_FIELD in value;
}

function parseLine({ text }: Line, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(`${place} is not JSON; correct it, or give plain lines without --field`);
  }
}

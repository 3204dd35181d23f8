import { type ByteSource, type LineBlock, readLines } from "./_lines.ts";
import { BLOCK_TEXTS, type TextBlock, VECTOR_FIELD } from "./_text_block.ts";

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
  /**
   * Whether the bytes begin where the text begins.
   * @default true
   */
  isWhole?: boolean;
}

/** Reading JSON lines, every option settled. */
interface JsonOptions {
  name: string;
  field: string;
  joinsVector: boolean;
}

/**
 * Reads texts, one a line: plain, or a field of a JSON record (a line may also be a JSON string).
 *
 * @param source UTF-8 bytes.
 * @param options The format and a name.
 * @returns The texts in order, as they arrive. Plain lines may be empty; empty lines between JSON lines are
 *   skipped.
 * @throws {SyntaxError} If a line is not UTF-8 or not JSON.
 * @throws {TypeError} If a record has no such text.
 */
export async function* readTexts(
  source: ByteSource,
  { name, field, joinsVector = true, isWhole }: ReadTextsOptions,
): AsyncGenerator<TextBlock> {
  for await (const block of readLines(source, { name, isWhole })) {
    for (const part of parts(block)) {
      yield field === undefined ? plainBlock(part) : jsonBlock(part, { name, field, joinsVector });
    }
  }
}

function* parts({ first, lines }: LineBlock): Generator<LineBlock> {
  for (let start = 0; start < lines.length; start += BLOCK_TEXTS) {
    yield { first: first + start, lines: lines.slice(start, start + BLOCK_TEXTS) };
  }
}

function plainBlock({ lines }: LineBlock): TextBlock {
  return { texts: lines, record: (i) => `{"text":${JSON.stringify(lines[i])}}` };
}

function jsonBlock({ first, lines }: LineBlock, options: JsonOptions): TextBlock {
  const texts: string[] = [];
  const records: string[] = [];
  lines.forEach((line, i) => {
    const json = line.trim();
    if (json === "") return;
    const place = `Cannot read ${options.name}: line ${first + i}`;
    const value = parseLine(json, place);
    const text = textOf(value, place, options);
    texts.push(text);
    records.push(typeof value === "string" ? `{${JSON.stringify(options.field)}:${json}}` : json);
  });
  return { texts, record: (i) => records[i] };
}

function textOf(value: unknown, place: string, { field, joinsVector }: JsonOptions): string {
  if (joinsVector && (typeof value === "string" ? field === VECTOR_FIELD : hasVector(value))) {
    throw new TypeError(`${place} has a field ${VECTOR_FIELD} already; rename it, or write an .npy file`);
  }
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${place} is neither a record nor a text; write {"${field}": "..."}`);
  }
  const text = (value as Record<string, unknown>)[field];
  if (typeof text === "string") return text;
  const there = Object.keys(value).join(", ") || "no fields";
  throw new TypeError(`${place} has no text in ${field}; it has ${there}: name one by --field`);
}

function hasVector(value: unknown): boolean {
  return typeof value === "object" && value !== null && VECTOR_FIELD in value;
}

function parseLine(json: string, place: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new SyntaxError(`${place} is not JSON; correct it, or give plain lines without --field`);
  }
}

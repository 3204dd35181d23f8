import type { Row } from "./rows.ts";
import type { SourceFile } from "./source.ts";
import { readLines, readTextChunks } from "./_text_chunks.ts";

/**
 * Rows of a file with one JSON object a line; blank lines are passed over.
 *
 * @throws {SyntaxError} naming file and line, if a line is not a JSON object
 */
export async function* readJsonLines(file: SourceFile): AsyncGenerator<Row[]> {
  let lineNumber = 0;
  for await (const lines of readLines(file)) {
    const rows: Row[] = [];
    for (const line of lines) {
      lineNumber++;
      if (line.trim() !== "") rows.push(parseRow(line, `line ${lineNumber}`, file.path));
    }
    if (rows.length > 0) yield rows;
  }
}

/**
 * Rows of a `.json` file: one list of objects, which is read as a whole, or one object a line.
 *
 * @throws {SyntaxError} naming the file, and the line or row, if the file is neither
 */
export async function* readJson(file: SourceFile): AsyncGenerator<Row[]> {
  if (!await beginsWithList(file)) return yield* readJsonLines(file);
  const pieces: string[] = [];
  for await (const piece of readTextChunks(file)) pieces.push(piece);
  const rows = parseJson(pieces.join(""), "the list", file.path) as unknown[];
  yield rows.map((row, i) => checkRow(row, `row ${i + 1}`, file.path));
}

async function beginsWithList(file: SourceFile): Promise<boolean> {
  for await (const piece of readTextChunks(file)) {
    const text = piece.trimStart();
    if (text.length > 0) return text.startsWith("[");
  }
  return false;
}

function parseRow(text: string, where: string, path: string): Row {
  return checkRow(parseJson(text, where, path), where, path);
}

function parseJson(text: string, where: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new SyntaxError(`Cannot read ${path}: ${where} is not JSON (${reason}); correct or remove it`, {
      cause,
    });
  }
}

function checkRow(value: unknown, where: string, path: string): Row {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError(`Cannot read ${path}: ${where} is not a JSON object; write one object a line`);
  }
  return value as Row;
}

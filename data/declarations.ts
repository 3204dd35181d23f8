import type { Row } from "./rows.ts";
import type { SourceFile } from "./source.ts";
import { readTextChunks } from "./_text_chunks.ts";
import { describe } from "./_description.ts";
import { documentedDeclarations } from "./_typescript.ts";

/** Rows handed on at once. */
const BATCH_ROWS = 1024;

/**
 * Rows `{ symbol, description }` of a TypeScript declaration file: every documented declaration by its qualified name
 * (`Window.createImageBitmap`) and the first paragraphs of its documentation as plain text, without the phrase that
 * names the symbol itself, so that the two are not matched by their spelling alone. What says too little (see
 * {@linkcode describe}) is left out, and so is a description that an earlier row had: DOM and worker libraries repeat
 * each other.
 *
 * @param file a `.d.ts` file
 * @param seen symbols and descriptions given so far; this function adds to it
 */
export async function* readDeclarations(file: SourceFile, seen: Set<string>): AsyncGenerator<Row[]> {
  const pieces: string[] = [];
  for await (const piece of readTextChunks(file)) pieces.push(piece);
  let rows: Row[] = [];
  for (const { symbol, comment } of await documentedDeclarations(pieces.join(""), file.path)) {
    const description = describe(comment, symbol);
    if (description === undefined || seen.has(`symbol ${symbol}`) || seen.has(description)) continue;
    seen.add(`symbol ${symbol}`).add(description);
    rows.push({ symbol, description });
    if (rows.length < BATCH_ROWS) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** One line of a text. */
export interface Line {
  /** Its number, from 1. */
  number: number;
  /** Its text without the line's end. */
  text: string;
}

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Splits UTF-8 bytes into lines. What has arrived is handed on at once, so that a pipe's reader does not
 * wait; only
 * an unfinished line is kept.
 *
 * @param stream The bytes.
 * @param name What to call them in messages.
 * @returns The lines that each chunk of bytes completes; a last line without an end counts.
 * @throws {SyntaxError} If a line is not UTF-8.
 * @throws {RangeError} If the stream cannot be read, as that of a folder.
 */
export async function* readLines(stream: ReadableStream<Uint8Array>, name: string): AsyncGenerator<Line[]> {
  const decode = lineDecoder(name);
  let open: Uint8Array[] = [];
  for await (const chunk of chunksOf(stream, name)) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(decode([...open, chunk.subarray(start, end)]));
      open = [];
      start = end + 1;
    }
    if (start < chunk.length) open.push(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (open.length > 0) yield [decode(open)];
}

async function* chunksOf(stream: ReadableStream<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (cause) {
    throw new RangeError(`Cannot read ${name}: ${(cause as Error).message}; give text that can be read`, {
      cause,
    });
  }
}

function lineDecoder(name: string): (parts: readonly Uint8Array[]) => Line {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = 0;
  return (parts) => {
    number++;
    try {
      const text = decoder.decode(parts.length === 1 ? parts[0] : joined(parts)).replace(/\r$/, "");
      return { number, text: number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text };
    } catch {
      throw new SyntaxError(`Cannot read ${name}: line ${number} is not UTF-8; convert the text to UTF-8`);
    }
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

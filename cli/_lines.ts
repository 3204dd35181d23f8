/** Some lines of a text, one after the other. */
export interface LineBlock {
  /** The number of the first one, from 1. */
  first: number;
  /** The lines without their ends. */
  lines: string[];
}

/** Where bytes come from: a file, or standard input. */
export interface ByteSource {
  /** Fills a part of `buffer` with the next bytes; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
}

/** Options of {@linkcode readLines}. */
export interface ReadLinesOptions {
  /** What to call the text in messages. */
  name: string;
  /**
   * Whether the bytes begin where the text begins, and may have a byte order mark.
   * @default true
   */
  isWhole?: boolean;
  /**
   * Most bytes of a line.
   * @default 256 MiB
   */
  longest?: number;
}

/** Bytes asked for at once. */
const CHUNK_BYTES = 1 << 18;
const LONGEST_LINE = 1 << 28;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Splits UTF-8 bytes into lines. What has arrived is handed on at once, so that a pipe's reader does not wait; only an
 * unfinished line is kept.
 *
 * @param source The bytes.
 * @param options What to call them.
 * @returns The lines that each chunk of bytes completes; a last line without an end counts.
 * @throws {SyntaxError} If a line is not UTF-8.
 * @throws {RangeError} If the bytes cannot be read, as those of a folder, or a line is too long.
 */
export async function* readLines(
  source: ByteSource,
  { name, isWhole = true, longest = LONGEST_LINE }: ReadLinesOptions,
): AsyncGenerator<LineBlock> {
  const decode = lineDecoder(name, isWhole);
  let open: Uint8Array<ArrayBuffer>[] = [];
  let openBytes = 0;
  let first = 1;
  for await (const chunk of chunksOf(source, name)) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end >= 0) {
      const bytes = joined([...open, chunk.subarray(0, end)]);
      [open, openBytes] = [[], 0];
      const block = decode(bytes, first);
      first += block.lines.length;
      yield block;
    }
    if (end + 1 < chunk.length) open.push(chunk.slice(end + 1));
    openBytes += chunk.length - end - 1;
    if (openBytes > longest) {
      throw new RangeError(
        `Cannot read ${name}: line ${first} is longer than ${longest.toLocaleString("en-US")} bytes; ` +
          "give one text a line",
      );
    }
  }
  if (openBytes > 0) yield decode(joined(open), first);
}

/** The chunks lie in one buffer: each is only valid until the next. */
async function* chunksOf(source: ByteSource, name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    for (let count = await source.read(buffer); count !== null; count = await source.read(buffer)) {
      yield buffer.subarray(0, count);
    }
  } catch (cause) {
    throw new RangeError(`Cannot read ${name}: ${(cause as Error).message}; give text that can be read`, {
      cause,
    });
  }
}

function lineDecoder(
  name: string,
  isWhole: boolean,
): (bytes: Uint8Array<ArrayBuffer>, first: number) => LineBlock {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return (bytes, first) => {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      const line = first + wrongLine(decoder, bytes);
      throw new SyntaxError(`Cannot read ${name}: line ${line} is not UTF-8; convert the text to UTF-8`);
    }
    if (first === 1 && isWhole && text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    const lines = text.split("\n");
    return { first, lines: text.includes("\r") ? lines.map((line) => line.replace(/\r$/, "")) : lines };
  };
}

/** Number, from 0, of the first line that cannot be decoded. */
function wrongLine(decoder: TextDecoder, bytes: Uint8Array<ArrayBuffer>): number {
  let line = 0;
  for (let start = 0; start <= bytes.length; line++) {
    const next = bytes.indexOf(NEWLINE, start);
    const end = next === -1 ? bytes.length : next;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0];
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

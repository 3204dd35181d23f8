import type { Repository } from "../hub/mod.ts";
import type { ByteSpan, FileBytes } from "./_file_bytes.ts";
import type { SourceFile } from "./source.ts";

/** The end of a file, which holds its footer and is read first: as much as hyparquet asks for. */
const TAIL_BYTES = 1 << 19;

/**
 * Bytes that are not wanted but read to save a request: what comes in the 50 to 100 milliseconds that a request takes at
 * some 10 MB a second.
 */
const GAP_BYTES = 1 << 19;

/** Row groups are read together up to this many bytes. */
const SPAN_BYTES = 1 << 24;

interface LoadedSpan extends ByteSpan {
  bytes?: Promise<Uint8Array<ArrayBuffer>>;
}

/** A file on the hub: neighbouring ranges of a plan are read by one request. */
export class RemoteBytes implements FileBytes {
  readonly byteLength: number;
  readonly #tail: LoadedSpan;
  #spans: LoadedSpan[] = [];

  /**
   * @param repository where it is
   * @param file which it is
   */
  constructor(private readonly repository: Repository, private readonly file: SourceFile) {
    this.byteLength = file.size;
    this.#tail = { start: Math.max(0, file.size - TAIL_BYTES), end: file.size };
  }

  async slice(start: number, end: number = this.byteLength): Promise<ArrayBuffer> {
    if (start === end) return new ArrayBuffer(0);
    const span = [this.#tail, ...this.#spans].find((each) => each.start <= start && end <= each.end);
    if (!span) return (await this.#read({ start, end })).buffer;
    span.bytes ??= this.#read(span);
    return (await span.bytes).slice(start - span.start, end - span.start).buffer;
  }

  plan(groups: readonly (readonly ByteSpan[])[]): void {
    this.#spans = planSpans(groups);
  }

  release(before: number): void {
    for (const span of this.#spans) if (span.end <= before) delete span.bytes;
  }

  close(): void {
    this.#spans = [];
  }

  async #read({ start, end }: ByteSpan): Promise<Uint8Array<ArrayBuffer>> {
    return await this.repository.readRange(this.file.path, start, end);
  }
}

/**
 * The requests that serve the column chunks of row groups. What lies close together within a row group is always one
 * request, for it is needed at the same time; row groups are joined up to 16 MiB.
 */
export function planSpans(groups: readonly (readonly ByteSpan[])[]): ByteSpan[] {
  const spans: ByteSpan[] = [];
  for (const group of groups) {
    const sorted = group.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
    const own: ByteSpan[] = [];
    for (const { start, end } of sorted) {
      const last = own.at(-1);
      if (last && start <= last.end + GAP_BYTES) last.end = Math.max(last.end, end);
      else own.push({ start, end });
    }
    for (const span of own) {
      const last = spans.at(-1);
      const joins = last && span.start >= last.start && span.start <= last.end + GAP_BYTES &&
        span.end - last.start <= SPAN_BYTES;
      if (joins) last.end = Math.max(last.end, span.end);
      else spans.push(span);
    }
  }
  return spans;
}

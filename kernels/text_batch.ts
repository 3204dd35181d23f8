import type { KernelMemory } from "./memory.ts";

/** Size of a {@link TextBatch}. */
export interface TextBatchRoom {
  /** Most texts. */
  texts: number;
  /** Bytes of UTF-8, with {@link TextBatch.bytesFor} each text. */
  bytes: number;
}

/** Kernels read so many bytes at once. */
const READ_BYTES = 16;
/** Shorter texts are written character by character: a call of the encoder costs as much as that. */
const SHORT_LENGTH = 100;

const encoder = new TextEncoder();

/** Browsers refuse to encode into shared memory: there the bytes are copied. */
const TAKES_SHARED = takesShared();

/** Room on kernel memory for some texts as UTF-8 and for their token ids. */
export class TextBatch {
  /** Address of the bytes. */
  readonly bytes: number;
  /** Address of uint32 [texts + 1]: where each text begins and ends in the bytes. */
  readonly offsets: number;
  /** Address of int32 [bytes]: room for the token ids; a text has at most as many as bytes. */
  readonly ids: number;
  readonly #memory: KernelMemory;
  readonly #room: TextBatchRoom;
  #utf8: Uint8Array<SharedArrayBuffer>;
  #ends: Uint32Array<SharedArrayBuffer>;

  /** Takes the room from a memory. @throws {RangeError} when there is not enough */
  constructor(memory: KernelMemory, room: TextBatchRoom) {
    this.#memory = memory;
    this.#room = room;
    this.bytes = memory.reserve(room.bytes);
    this.offsets = memory.reserve(4 * (room.texts + 1));
    this.ids = memory.reserve(4 * room.bytes);
    [this.#utf8, this.#ends] = this.#views();
  }

  /** Room that a text takes while it is written. */
  static bytesFor(text: string): number {
    return 3 * text.length + READ_BYTES;
  }

  /**
   * Writes texts from `start` on, as many as there is room for. A lone surrogate becomes U+FFFD.
   *
   * @returns how many; 0 if not even the first one fits
   */
  fill(texts: readonly string[], start: number, end: number = texts.length): number {
    if (this.#utf8.buffer !== this.#memory.buffer) [this.#utf8, this.#ends] = this.#views();
    const most = Math.min(end - start, this.#room.texts);
    let at = 0;
    this.#ends[0] = 0;
    for (let i = 0; i < most; i++) {
      const text = texts[start + i];
      if (at + TextBatch.bytesFor(text) > this.#room.bytes) return i;
      at = this.#write(text, at);
      this.#ends[i + 1] = at;
    }
    return most;
  }

  /** Writes one text; returns its end. */
  #write(text: string, start: number): number {
    const utf8 = this.#utf8;
    if (text.length <= SHORT_LENGTH) {
      let at = start;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code >= 0x80) break;
        utf8[at++] = code;
      }
      if (at - start === text.length) return at;
    }
    if (TAKES_SHARED) return start + encoder.encodeInto(text, utf8.subarray(start)).written;
    const bytes = encoder.encode(text);
    utf8.set(bytes, start);
    return start + bytes.length;
  }

  #views(): [Uint8Array<SharedArrayBuffer>, Uint32Array<SharedArrayBuffer>] {
    const { buffer } = this.#memory;
    const { bytes, texts } = this.#room;
    return [new Uint8Array(buffer, this.bytes, bytes), new Uint32Array(buffer, this.offsets, texts + 1)];
  }
}

function takesShared(): boolean {
  try {
    encoder.encodeInto("", new Uint8Array(new SharedArrayBuffer(1)) as Uint8Array<never>);
    return true;
  } catch {
    return false;
  }
}

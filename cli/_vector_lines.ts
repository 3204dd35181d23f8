import { LONGEST_FLOAT_TEXT, writeFloats } from "../model/mod.ts";
import { type TextBlock, VECTOR_FIELD } from "./_text_block.ts";
import type { VectorCodes } from "./_vector_codes.ts";

/** Bytes collected before they are handed on. */
const COLLECTED_BYTES = 1 << 20;
/** Longest UTF-8 of a UTF-16 unit. */
const LONGEST_UNIT = 3;

const encoder = new TextEncoder();
const JOINT = encoder.encode(`,"${VECTOR_FIELD}":`);
const END = encoder.encode("}\n");

/** Writes records and their vectors as JSON lines. */
export class VectorLines {
  readonly #write: (bytes: Uint8Array) => void;
  #buffer = new Uint8Array(2 * COLLECTED_BYTES);
  #length = 0;

  /** @param write Takes bytes; they are only valid until it returns. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /**
   * Writes a line for every text: its record with the vector as the last field.
   *
   * @param block Texts and records.
   * @param vectors Row i belongs to text i; all numbers are finite.
   */
  write({ texts, record }: TextBlock, { codes, width }: VectorCodes): void {
    for (let i = 0; i < texts.length; i++) {
      const json = record(i);
      this.#reserve(LONGEST_UNIT * json.length + JOINT.length + LONGEST_FLOAT_TEXT * width + 2 + END.length);
      this.#append(json);
      this.#length--; // the record's closing brace is written over
      this.#appendBytes(JOINT);
      this.#appendVector(codes.subarray(i * width, (i + 1) * width));
      this.#appendBytes(END);
    }
    this.#flush();
  }

  #appendVector(vector: VectorCodes["codes"]): void {
    if (vector instanceof Float32Array) this.#length = writeFloats(vector, this.#buffer, this.#length);
    else if (vector instanceof Float16Array) {
      this.#length = writeFloats(Float32Array.from(vector), this.#buffer, this.#length);
    } else this.#append(`[${vector.join()}]`);
  }

  #append(text: string): void {
    this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written;
  }

  #appendBytes(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(bytes: number): void {
    if (this.#length >= COLLECTED_BYTES) this.#flush();
    if (this.#length + bytes <= this.#buffer.length) return;
    this.#flush();
    if (bytes > this.#buffer.length) this.#buffer = new Uint8Array(bytes);
  }

  #flush(): void {
    if (this.#length > 0) this.#write(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
  }
}

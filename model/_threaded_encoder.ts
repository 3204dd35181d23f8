import { type EncodeTextsJob, TextBatch, TextKernels } from "../kernels/mod.ts";
import type { PlacedTable } from "./_placed_table.ts";
import type { VectorShape } from "./_table_pooler.ts";

/** Texts that are handed to the threads at once, and their bytes. */
const ROOM = { texts: 512, bytes: 1 << 17 } as const;
/** Batches under way: while one is worked on, the next is written, and the last one's vectors are copied. */
const SLOTS = 3;
/** Portions that each thread takes of a batch, on average. */
const PORTIONS = 8;
/** To wake the other threads takes as long as so many characters. */
const WORTH_WAKING = 4096;

/** Room for a batch and its vectors. */
interface Slot {
  batch: TextBatch;
  /** Address of float32 [texts, dim]. */
  out: number;
}

/** A batch that the threads work on. */
interface Begun {
  slot: Slot;
  /** Number of its first text. */
  start: number;
  /** How many texts. */
  count: number;
  job: number;
}

/** What is encoded, and where it goes. */
interface Encoding {
  texts: readonly string[];
  shape: VectorShape;
  /** float32 [texts, columns], row-major. */
  out: Float32Array;
}

/** From texts to vectors on several threads, which work on one table and one tokenizer. */
export class ThreadedEncoder {
  readonly #table: PlacedTable;
  readonly #kernels: TextKernels;
  readonly #image: number;
  readonly #dropped: number | undefined;
  readonly #slots: Slot[];
  /** What was handed out for the threads. */
  readonly #room: { start: number; end: number };

  private constructor(
    table: PlacedTable,
    kernels: TextKernels,
    options: { image: number; dropped?: number; start: number },
  ) {
    const { memory } = kernels;
    this.#table = table;
    this.#kernels = kernels;
    this.#image = options.image;
    this.#dropped = options.dropped;
    this.#slots = Array.from({ length: SLOTS }, () => {
      return { batch: new TextBatch(memory, ROOM), out: memory.reserve(4 * ROOM.texts * table.dim) };
    });
    this.#room = { start: options.start, end: memory.mark() };
  }

  /** Starts the threads, the calling one counted in. */
  static async start(
    table: PlacedTable,
    image: Uint8Array,
    options: { threads: number; dropped?: number },
  ): Promise<ThreadedEncoder> {
    const { memory } = table.kernels;
    const { threads, dropped } = options;
    const start = memory.mark();
    const kernels = await TextKernels.start({ memory, threads });
    const address = memory.reserve(image.length);
    new Uint8Array(memory.buffer, address, image.length).set(image);
    return new ThreadedEncoder(table, kernels, { image: address, dropped, start });
  }

  /**
   * Writes the vectors of texts; a text's vector does not depend on the other texts or on the number of threads.
   *
   * @param out float32 [texts, columns], row-major
   */
  encode(texts: readonly string[], shape: VectorShape, out: Float32Array): void {
    const encoding = { texts, shape, out };
    const begun: Begun[] = [];
    try {
      let turn = 0;
      for (let start = 0; start < texts.length;) {
        if (begun.length === SLOTS) this.#collect(begun.shift()!, encoding);
        const slot = this.#slots[turn++ % SLOTS];
        const count = slot.batch.fill(texts, start);
        if (count === 0) {
          while (begun.length > 0) this.#collect(begun.shift()!, encoding);
          this.#encodeLong(start, encoding);
        } else if (start === 0 && count === texts.length && isLittle(texts)) {
          this.#kernels.encodeTexts(this.#job(slot, count, shape));
          this.#copy(slot, { start, count }, encoding);
        } else {begun.push({
            slot,
            start,
            count,
            job: this.#kernels.beginEncode(this.#job(slot, count, shape)),
          });}
        start += Math.max(count, 1);
      }
    } finally {
      while (begun.length > 0) this.#collect(begun.shift()!, encoding);
    }
  }

  /** Ends the threads, and gives their room back if it is still the last that was handed out. */
  stop(): void {
    this.#kernels.stop();
    const { memory } = this.#kernels;
    if (memory.mark() === this.#room.end) memory.release(this.#room.start);
  }

  #job({ batch, out }: Slot, texts: number, { columns, normalize }: VectorShape): EncodeTextsJob {
    const { address: table, kind, dim: stride, mapping, weights } = this.#table;
    const { bytes, offsets, ids } = batch;
    const grain = Math.ceil(texts / (PORTIONS * this.#kernels.threads));
    const model = { table, kind, stride, columns, normalize, mapping, weights, dropped: this.#dropped };
    return { ...model, image: this.#image, bytes, offsets, ids, out, texts, grain };
  }

  #collect({ slot, start, count, job }: Begun, encoding: Encoding): void {
    this.#kernels.finish(job);
    this.#copy(slot, { start, count }, encoding);
  }

  #copy(slot: Slot, { start, count }: { start: number; count: number }, { shape, out }: Encoding): void {
    const { columns } = shape;
    out.set(new Float32Array(this.#kernels.memory.buffer, slot.out, count * columns), start * columns);
  }

  /** A text that no slot has room for: by the calling thread alone, in room of its own. */
  #encodeLong(start: number, encoding: Encoding): void {
    const { memory } = this.#kernels;
    const text = encoding.texts[start];
    const mark = memory.mark();
    try {
      const batch = new TextBatch(memory, { texts: 1, bytes: TextBatch.bytesFor(text) });
      const slot = { batch, out: memory.reserve(4 * this.#table.dim) };
      batch.fill([text], 0);
      this.#kernels.encodeTexts(this.#job(slot, 1, encoding.shape));
      this.#copy(slot, { start, count: 1 }, encoding);
    } finally {
      memory.release(mark);
    }
  }
}

function isLittle(texts: readonly string[]): boolean {
  let length = 0;
  for (const text of texts) length += text.length;
  return length < WORTH_WAKING;
}

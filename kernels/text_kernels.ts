import { KernelThreads } from "./_threads.ts";
import { KernelMemory } from "./memory.ts";

/** Options of {@link TextKernels.start}. */
export interface TextKernelsOptions {
  /**
   * Threads that share the work, the calling one included.
   *
   * @default 1
   */
  threads?: number;
  /**
   * Where everything lies that the kernels work on.
   *
   * @default a new memory
   */
  memory?: KernelMemory;
}

/** Element types of tables that are pooled as they are; their places are the kernel's numbers. */
export const TABLE_KINDS = ["float32", "float16", "int8"] as const;

/** An element type of {@link TABLE_KINDS}. */
export type TableKind = typeof TABLE_KINDS[number];

/** Pieces of words, to be put into the image of a tokenizer. */
export interface PiecesJob {
  /** Address of the image; see `assembly/word_pieces.ts`. */
  image: number;
  /** Byte of the image where the offset of the pieces' table lies. */
  table: number;
  /** Three numbers a piece: where its UTF-8 bytes lie, counted from the image, how many they are, and its token id. */
  pieces: Uint32Array;
}

/** Arguments of {@link TextKernels.splitTexts}: addresses on the kernels' memory. */
export interface SplitTextsJob {
  /** The tokenizer's image. */
  image: number;
  /** UTF-8 bytes, with 16 readable ones after the last. */
  bytes: number;
  /** uint32 [texts + 1]: text i is the bytes [offsets[i], offsets[i + 1]). */
  offsets: number;
  /** int32: receives the token ids; as many as bytes may be needed. */
  ids: number;
  /** int32 [texts + 1], the first one set: text i gets the ids [idOffsets[i], idOffsets[i + 1]). */
  idOffsets: number;
  /** Number of texts. */
  texts: number;
}

/** Arguments of {@link TextKernels.encodeTexts}: addresses on the kernels' memory. */
export interface EncodeTextsJob {
  /** The table's address. */
  table: number;
  /** Its element type. */
  kind: TableKind;
  /** Its columns. */
  stride: number;
  /** How many of them are read and written, the first ones. */
  columns: number;
  /** Whether vectors are scaled to length 1. */
  normalize: boolean;
  /** int32: row of every token id. @default the id is the row */
  mapping?: number;
  /** float64: factor of every token id's row. @default all are 1 */
  weights?: number;
  /** Token id that is left out. @default none */
  dropped?: number;
  /** The tokenizer's image; without it the token ids are given. */
  image?: number;
  /** UTF-8 bytes of the texts, with 16 readable ones after the last. Only with an image. */
  bytes?: number;
  /** uint32 [texts + 1]: text i is the bytes, or else the ids, [offsets[i], offsets[i + 1]). */
  offsets: number;
  /** int32: room for as many ids as bytes, or else the ids, which are used up. */
  ids: number;
  /** float32 [texts, columns]: receives the vectors. */
  out: number;
  /** Number of texts. */
  texts: number;
  /** How many texts a thread takes at once. */
  grain: number;
}

/** The calling thread's kernels of each memory. */
const alone = new WeakMap<KernelMemory, TextKernels>();

/** The fused loops from texts to token ids and vectors. Stop them when done, which ends their threads. */
export class TextKernels {
  /** Where everything lies that the kernels work on. */
  readonly memory: KernelMemory;
  readonly #threads: KernelThreads;

  private constructor(memory: KernelMemory, threads: KernelThreads) {
    this.memory = memory;
    this.#threads = threads;
  }

  /** The calling thread alone: there is nothing to be stopped. */
  static alone(memory: KernelMemory = new KernelMemory()): TextKernels {
    let kernels = alone.get(memory);
    if (kernels === undefined) {
      kernels = new TextKernels(memory, KernelThreads.alone(memory));
      alone.set(memory, kernels);
    }
    return kernels;
  }

  /** Starts the threads, which do not keep the process alive, and waits until they are ready. */
  static async start(options: TextKernelsOptions = {}): Promise<TextKernels> {
    const { memory = new KernelMemory(), threads = 1 } = options;
    return new TextKernels(memory, await KernelThreads.start(memory, { threads }));
  }

  /** Threads that share the work, the calling one included. */
  get threads(): number {
    return this.#threads.count;
  }

  /** Puts pieces of words into the image of a tokenizer. */
  addPieces({ image, table, pieces }: PiecesJob): void {
    const { memory } = this;
    const mark = memory.mark();
    const list = memory.reserve(pieces.byteLength);
    new Uint32Array(memory.buffer, list, pieces.length).set(pieces);
    this.#threads.exports.addPieces(image, table, list, pieces.length / 3);
    memory.release(mark);
  }

  /** Token ids of texts, one after the other, on the calling thread. */
  splitTexts({ image, bytes, offsets, ids, idOffsets, texts }: SplitTextsJob): void {
    this.#threads.exports.splitTexts(image, bytes, offsets, ids, idOffsets, 0, texts);
  }

  /** Whether float16 numbers are all finite, which the kernels take for granted. */
  areFinite(halves: number, count: number): boolean {
    return this.#threads.exports.areFinite(halves, count) === 1;
  }

  /** Vectors of texts, on the calling thread. */
  encodeTexts(job: EncodeTextsJob): void {
    this.#threads.exports.encodeTexts(...encodeValues(job), 0, job.texts);
  }

  /**
   * Hands texts to the other threads and returns at once.
   *
   * @returns a number for {@link finish}; at most four may be under way
   */
  beginEncode(job: EncodeTextsJob): number {
    const values = encodeValues(job);
    return this.#threads.submit({ name: "encodeTexts", items: job.texts, grain: job.grain, values });
  }

  /**
   * Takes part in what was begun, and waits until it is done. What was begun first is finished first.
   *
   * @throws Error when a kernel trapped, or a thread ended in the middle of its work
   */
  finish(begun: number): void {
    this.#threads.finish(begun);
  }

  /** Ends the threads. The memory stays readable. */
  stop(): void {
    this.#threads.stop();
  }

  /** Same as {@link stop}. */
  [Symbol.dispose](): void {
    this.stop();
  }
}

function encodeValues(job: EncodeTextsJob): number[] {
  const { table, kind, stride, columns, normalize, mapping = 0, weights = 0, dropped = -1 } = job;
  const { image = 0, bytes = 0, offsets, ids, out } = job;
  const model = [
    table,
    TABLE_KINDS.indexOf(kind),
    stride,
    columns,
    Number(normalize),
    mapping,
    weights,
    dropped,
  ];
  return [...model, image, bytes, offsets, ids, out];
}

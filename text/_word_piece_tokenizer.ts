import { TextBatch, TextKernels } from "../kernels/mod.ts";
import { GrowableIds } from "./_growable_ids.ts";
import type { TokenizerFile } from "./_tokenizer_file.ts";
import { Vocabulary } from "./_vocabulary.ts";
import { layOutImage } from "./_word_piece_image.ts";
import type { WordPieceRules } from "./_word_piece_rules.ts";
import type { TokenBags } from "./token_bags.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Texts that are split at once, and their bytes: they and their ids stay in the processor's caches. */
const ROOM = { texts: 1024, bytes: 1 << 16 } as const;

/** A tokenizer of BERT's kind, carried out by the kernels. */
export class WordPieceTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly unknownId: number;
  readonly #file: TokenizerFile;
  readonly #vocabulary: Vocabulary;
  readonly #kernels = TextKernels.alone();
  readonly #image: { address: number; bytes: number };
  readonly #batch: TextBatch;
  /** Address of int32 [texts + 1]: where the ids of each text of the batch end. */
  readonly #idOffsets: number;
  #json: string | undefined;

  constructor(file: TokenizerFile, rules: WordPieceRules) {
    const { memory } = this.#kernels;
    this.#file = file;
    this.#vocabulary = new Vocabulary(file);
    this.vocabSize = rules.vocabSize;
    this.unknownId = rules.unknownId;
    this.#image = layOutImage(rules, this.#kernels);
    this.#batch = new TextBatch(memory, ROOM);
    this.#idOffsets = memory.int32(ROOM.texts + 1).byteOffset;
  }

  get json(): string {
    return this.#json ??= JSON.stringify(this.#file);
  }

  get image(): Uint8Array {
    return new Uint8Array(this.#kernels.memory.buffer, this.#image.address, this.#image.bytes);
  }

  encode(text: string): Int32Array {
    return this.encodeAll([text]).ids;
  }

  encodeAll(texts: readonly string[]): TokenBags {
    const offsets = new Int32Array(texts.length + 1);
    const out = new GrowableIds(16 * texts.length + 16);
    for (let start = 0; start < texts.length;) {
      const count = this.#batch.fill(texts, start);
      if (count > 0) this.#split(this.#batch, count, { start, out, offsets });
      else this.#splitLong(texts[start], { start, out, offsets });
      start += Math.max(count, 1);
    }
    return { ids: out.copy(), offsets };
  }

  idOf(token: string): number | undefined {
    return this.#vocabulary.ids.get(token);
  }

  tokenOf(id: number): string | undefined {
    return this.#vocabulary.tokenOf(id);
  }

  /** There is nothing to free that the garbage collector does not. */
  dispose(): void {}

  /** Splits the texts of a batch. */
  #split(batch: TextBatch, count: number, { start, out, offsets }: SplitTarget): void {
    const { bytes, offsets: ends, ids } = batch;
    const idOffsets = this.#idOffsets;
    this.#kernels.splitTexts({
      image: this.#image.address,
      bytes,
      offsets: ends,
      ids,
      idOffsets,
      texts: count,
    });
    const { buffer } = this.#kernels.memory;
    const found = new Int32Array(buffer, idOffsets, count + 1);
    for (let i = 1; i <= count; i++) offsets[start + i] = out.length + found[i];
    out.append(new Int32Array(buffer, ids, found[count]));
  }

  /** Splits a text that is longer than the batch has room for. */
  #splitLong(text: string, target: SplitTarget): void {
    const { memory } = this.#kernels;
    const mark = memory.mark();
    const batch = new TextBatch(memory, { texts: 1, bytes: TextBatch.bytesFor(text) });
    batch.fill([text], 0);
    this.#split(batch, 1, target);
    memory.release(mark);
  }
}

/** Where token ids go. */
interface SplitTarget {
  /** Number of the first text. */
  start: number;
  /** Receives the ids. */
  out: GrowableIds;
  /** int32 [texts + 1]: receives the ends. */
  offsets: Int32Array;
}

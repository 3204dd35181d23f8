import { createHash } from "node:crypto";
import type { PreparedDataset, RowDifficulty, RowWindow } from "../data/mod.ts";
import { InBatchMargins } from "../eval/mod.ts";
import type { Hub } from "../hub/mod.ts";
import type { TokenBags, Tokenizer } from "../text/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import { loadGuides } from "./_guides.ts";
import type { LossGuide } from "./_loss_guide.ts";

/** Rows that are compared with each other, about: for each row the hardest of so many negatives counts. */
const BLOCK_ROWS = 512;

/** Tokens of a text by which a guide is told from others. */
const TEXT_TOKENS = 128;

/** Options of {@linkcode GuideMargins.load}. */
export interface GuideMarginsOptions {
  /** The recipe's tokenizer. */
  tokenizer: Tokenizer;
  /** Where `hf://` addresses are looked up. */
  hub?: Hub;
  /** What runs a guide that is a transformer. */
  runtime?: Runtime;
  /** Threads that compare vectors. */
  threads?: number;
}

/** A guide that tells how difficult rows are. Dispose it when done. */
export class GuideMargins {
  private constructor(
    private readonly guide: LossGuide,
    private readonly margins: InBatchMargins,
    private readonly key: string,
  ) {}

  /**
   * Loads a guide.
   *
   * @throws {RangeError} if it is no model folder, or cuts texts in another way than the recipe's tokenizer
   */
  static async load(
    from: string,
    { tokenizer, threads, ...places }: GuideMarginsOptions,
  ): Promise<GuideMargins> {
    const guide = (await loadGuides([from], tokenizer, places))[0]!;
    try {
      const key = `${BLOCK_ROWS} ${await checksumOf(guide, tokenizer.vocabSize)}`;
      return new GuideMargins(guide, await InBatchMargins.start({ threads }), key);
    } catch (error) {
      guide.dispose();
      throw error;
    }
  }

  /**
   * What ranks the rows of a data set.
   *
   * @throws {RangeError} if it has no positives
   */
  difficultyOf({ name, columnNames }: PreparedDataset): RowDifficulty {
    if (columnNames.length < 2) {
      throw new RangeError(
        `Cannot rank ${name} by a guide: it has one column of texts (${columnNames[0]}) and no positives; ` +
          "rank by length or a column",
      );
    }
    return { kind: "score", key: this.key, score: (window) => this.#difficulty(window) };
  }

  /** Frees guide and threads. */
  [Symbol.dispose](): void {
    this.guide.dispose();
    this.margins[Symbol.dispose]();
  }

  /** The negative margin of every row: the neighbours in a window are a random sample, since they have near hashes. */
  async #difficulty({ rowCount, columns, hashes }: RowWindow): Promise<Float32Array> {
    const difficulty = new Float32Array(rowCount);
    const blocks = Math.max(1, Math.round(rowCount / BLOCK_ROWS));
    for (let block = 0; block < blocks; block++) {
      const [from, to] = [block, block + 1].map((each) => Math.floor(rowCount * each / blocks));
      if (from === to) continue;
      const margins = this.margins.margins({
        vectors: await this.guide.vectors(columns.map((bags) => rowsOf(bags, from, to))),
        hashes: hashes.map((column) => column.subarray(2 * from, 2 * to)),
        dim: this.guide.dim,
      });
      for (let i = 0; i < margins.length; i++) difficulty[from + i] = -margins[i];
    }
    return difficulty;
  }
}

function rowsOf({ ids, offsets }: TokenBags, from: number, to: number): TokenBags {
  return { ids, offsets: offsets.subarray(from, to + 1) };
}

/** SHA-256 of the guide's vectors of some texts that have every token: what it makes of others follows from the same. */
async function checksumOf(guide: LossGuide, vocab: number): Promise<string> {
  const ids = Int32Array.from({ length: vocab }, (_, id) => id);
  const offsets = Int32Array.from(
    { length: Math.ceil(vocab / TEXT_TOKENS) + 1 },
    (_, text) => Math.min(vocab, text * TEXT_TOKENS),
  );
  const [vectors] = await guide.vectors([{ ids, offsets }]);
  return createHash("sha256").update(vectors).digest("hex");
}

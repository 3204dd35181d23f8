import type { Hub } from "../hub/mod.ts";
import type { TokenBags, Tokenizer } from "../text/mod.ts";
import { assignColumns, type ColumnRoles } from "./columns.ts";
import { countTokens, type DatasetReport } from "./dataset_report.ts";
import { drawHeldOut, type HeldOut, readHeldOutSplit } from "./_held_out.ts";
import { Random } from "./random.ts";
import { RowFilter } from "./_row_filter.ts";
import { countRows, readColumnNames, readRows } from "./rows.ts";
import { type ResolvedSource, resolveSource } from "./source.ts";
import { TextColumn } from "./_text_column.ts";
import { grown } from "./_grown.ts";

/** A data set of a recipe: where its rows come from and which of them are used. */
export interface DatasetSpec {
  /** `hf://datasets/OWNER/NAME`, or a path or glob of files (see {@linkcode resolveSource}). */
  source: string;
  /** Config of a hub data set. */
  config?: string;
  /**
   * Split, or a slice of one: `train[:5000]`.
   *
   * @default "train"
   */
  split?: string;
  /**
   * Columns in the order of their roles: anchor, positive, negatives; one named label, labels, score or scores is the
   * label.
   *
   * @default all columns, in their order
   */
  columns?: string[];
  /**
   * Only the first so many rows of the split are read.
   *
   * @default all
   */
  take?: number;
  /**
   * Rows kept back for evaluation: so many drawn at random from those read, or all of another split.
   *
   * @default 0
   */
  heldOut?: number | { split: string };
  /**
   * Whether rows that repeat an earlier row are dropped. The reference keeps them.
   *
   * @default "drop"
   */
  duplicates?: "drop" | "keep";
  /** Not used yet: the weight of the data set among others. */
  weight?: number;
}

/** Options of {@linkcode prepareDataset}. */
export interface PrepareDatasetOptions {
  /** Name of the data set, for reports and messages. */
  name: string;
  /** What turns its texts into token ids. */
  tokenizer: Tokenizer;
  /** Seed for drawing held-out rows, a whole number. */
  seed: number;
  /**
   * Where `hf://` sources are looked up.
   *
   * @default a hub without a mirror
   */
  hub?: Hub;
  /**
   * Folder that relative paths start from.
   *
   * @default the current folder
   */
  baseFolder?: string;
  /** Called after every batch of rows with the rows read so far, and how many there will be if that is known. */
  onProgress?: (progress: { name: string; rows: number; total: number | undefined }) => void;
}

/** A data set in memory, ready for batches: token ids of the rows to train on, texts of the held-out rows. */
export interface PreparedDataset {
  /** Name of the data set. */
  name: string;
  /** Names of the text columns in the order of their roles. */
  columnNames: string[];
  /** Roles of the text columns: anchor, positive, negative_1, ... */
  roles: string[];
  /** Token ids of every text column, one text a row. */
  columns: TokenBags[];
  /** One array a text column: the 64-bit hash of row i's text is entries 2i (low half) and 2i + 1 (high half). */
  hashes: Uint32Array[];
  /** float32 [rows, n], row-major, if there is a label column: one number a row, or those of its lists. */
  labels?: Float32Array;
  /** Number of rows to train on. */
  rowCount: number;
  /** Rows kept back: the texts of every text column, and labels if there are any. */
  heldOut: HeldOut;
  /** What was read, dropped and counted. */
  report: DatasetReport;
}

/**
 * Reads a data set and tokenizes it as it goes. Rows with a missing or empty text, a value that is not a text, a label
 * that is not a finite number (or a list of as many as the first row's), and repeated rows are dropped and counted. Texts are not kept, but for those of the
 * held-out rows; a row needs 4 bytes for every token and 12 for every text.
 *
 * @throws {RangeError} if the source, a config, split or column is missing (the message lists what there is), if no row
 * can be used, or fewer than are to be held out
 * @throws {SyntaxError} naming the file, if a file is damaged
 */
export async function prepareDataset(
  spec: DatasetSpec,
  options: PrepareDatasetOptions,
): Promise<PreparedDataset> {
  const source = await resolveSource(spec.source, { ...options, config: spec.config, split: spec.split });
  const roles = assignColumns(await readColumnNames(source), spec.columns);
  const data = new Rows(spec, options, roles);
  await data.readAll(source);
  if (data.kept === 0) throw nothingUsable(options.name, data.filter, roles);
  const heldOut = typeof spec.heldOut === "object"
    ? await readHeldOutSplit({ ...spec, split: spec.heldOut.split }, { ...options, roles })
    : data.takeOutHeldOut();
  return data.finish(heldOut);
}

/** The rows of a data set while they are read. */
class Rows {
  readonly filter: RowFilter;
  readonly #columns: TextColumn[];
  #labels = new Float32Array(1024);
  /** Rows kept so far, held-out rows included. */
  kept = 0;
  readonly #heldOut: ReturnType<typeof drawHeldOut>;

  constructor(
    private readonly spec: DatasetSpec,
    private readonly options: PrepareDatasetOptions,
    private readonly roles: ColumnRoles,
  ) {
    this.filter = new RowFilter(roles, options.tokenizer, spec.duplicates ?? "drop");
    this.#columns = roles.texts.map(() => new TextColumn());
    const count = typeof spec.heldOut === "number" ? spec.heldOut : 0;
    this.#heldOut = drawHeldOut(count, new Random(options.seed).fork("held out").fork(options.name));
  }

  async readAll(source: ResolvedSource): Promise<void> {
    const { name, onProgress } = this.options;
    const { texts, label } = this.roles;
    const limit = this.spec.take ?? Infinity;
    const there = await countRows(source);
    const total = there === undefined ? undefined : Math.min(there, limit);
    const columns = label === undefined ? texts : [...texts, label];
    for await (const rows of readRows(source, { columns, limit })) {
      for (const row of this.filter.accept(rows)) {
        row.bags.forEach((bags, c) => this.#columns[c].append(bags, row.index, row.hashes[c]));
        const { labels } = row;
        this.#labels = grown(this.#labels, (this.kept + 1) * labels.length);
        this.#labels.set(labels, this.kept * labels.length);
        this.#heldOut.offer(this.kept++, row.texts, labels);
      }
      onProgress?.({ name, rows: this.filter.rows, total });
    }
  }

  takeOutHeldOut(): HeldOut {
    const { rows, texts, labels } = this.#heldOut.finish(this.roles.texts.length);
    if (rows.length < this.#heldOut.count || rows.length === this.kept) {
      const problem = `it has only ${this.kept} usable rows; lower heldOut so that some are left to train on`;
      throw new RangeError(
        `Cannot hold out ${this.#heldOut.count} rows of data set ${this.options.name}: ${problem}`,
      );
    }
    for (const column of this.#columns) column.remove(rows);
    const width = this.filter.labelWidth ?? 0;
    let at = 0;
    for (let row = 0, next = 0; row < this.kept; row++) {
      if (row === rows[next]) next++;
      else this.#labels.copyWithin(at++ * width, row * width, (row + 1) * width);
    }
    this.kept = at;
    return this.roles.label === undefined ? { texts } : { texts, labels };
  }

  finish(heldOut: HeldOut): PreparedDataset {
    const finished = this.#columns.map((column) => column.finish());
    const columns = finished.map(({ bags }) => bags);
    const prepared: PreparedDataset = {
      name: this.options.name,
      columnNames: this.roles.texts,
      roles: this.roles.roles,
      columns,
      hashes: finished.map(({ hashes }) => hashes),
      rowCount: this.kept,
      heldOut,
      report: {
        rows: this.filter.rows,
        kept: this.kept,
        heldOut: heldOut.texts[0].length,
        dropped: this.filter.dropped,
        columns: columns.map((bags) => countTokens(bags, this.options.tokenizer.unknownId)),
      },
    };
    if (this.roles.label !== undefined) {
      prepared.labels = this.#labels.slice(0, this.kept * (this.filter.labelWidth ?? 1));
    }
    return prepared;
  }
}

function nothingUsable(name: string, filter: RowFilter, { texts }: ColumnRoles): RangeError {
  const reasons = Object.entries(filter.dropped).map(([reason, count]) => `${count} with ${reason}`).join(
    ", ",
  );
  const problem = `none of its ${filter.rows} rows can be used (${reasons || "there are none"})`;
  return new RangeError(`Cannot prepare data set ${name}: ${problem}; check columns ${texts.join(", ")}`);
}

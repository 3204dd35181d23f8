import type { Hub } from "../../hub/mod.ts";
import type { Tokenizer } from "../../text/mod.ts";
import type { ColumnRoles } from "../columns.ts";
import { type CheckedRows, RowFilter } from "../row_filter.ts";
import { readRows, type Row } from "../rows.ts";
import type { ResolvedSource } from "../source.ts";
import { FirstRows } from "./_first_rows.ts";
import { ShardEncoder } from "./_encode_shard.ts";
import { ShardMaker } from "./_shard_maker.ts";
import { type RowShape, ShardRows } from "./_shard_rows.ts";
import type { HeldOutChoice } from "./held_out_choice.ts";
import type { ShardJob, StoreJob, TextJob, TextRow } from "./_jobs.ts";
import { type StoreUnit, unitSource } from "./_units.ts";

/** Rows after which other tasks have their turn: some tenths of a second. */
const PUSHED_ROWS = 16_384;

/** What jobs of one store have in common: plain data, so that a worker can be given it. */
export interface JobSetup {
  /** Folder of the store. */
  folder: string;
  /** Where the rows come from. */
  source: ResolvedSource;
  /** The parts that it is read in. */
  units: StoreUnit[];
  /** Columns that are read. */
  roles: ColumnRoles;
  /** What a row has. */
  shape: RowShape;
  /** Rows whose texts are kept while they are read; none if undefined. */
  heldOut?: HeldOutChoice;
}

/** Called after some rows: how many were read, and how many token ids they gave. */
export type OnRows = (rows: number, tokens: number) => void;

/** Carries out jobs one after the other, in the same memory. */
export class JobRunner {
  readonly #filter: RowFilter;
  readonly #rows: ShardRows;
  readonly #encoder = new ShardEncoder();
  readonly #heldOut: FirstRows<{ texts: string[]; labels: number[] }> | undefined;

  /**
   * @param setup the store
   * @param tokenizer what turns texts into token ids
   * @param hub where files of the hub are read from
   */
  constructor(
    private readonly setup: JobSetup,
    private readonly tokenizer: Tokenizer,
    private readonly hub: Hub | undefined,
  ) {
    this.#filter = new RowFilter(setup.roles, setup.shape.labelWidth);
    this.#rows = new ShardRows(setup.shape);
    if (setup.heldOut !== undefined) this.#heldOut = new FirstRows(setup.heldOut);
  }

  /**
   * Does one job.
   *
   * @returns the rows found, if it looked for texts
   */
  async run(job: StoreJob, onRows: OnRows): Promise<TextRow[]> {
    if (job.kind === "texts") return await this.#findTexts(job, onRows);
    await this.#makeShards(job, onRows);
    return [];
  }

  /** The rows to hold out among all that were read here, with their texts. */
  heldOutRows(): TextRow[] {
    return (this.#heldOut?.finish() ?? []).map(({ low, high, value }) => ({ low, high, ...value }));
  }

  async #makeShards(job: ShardJob, onRows: OnRows): Promise<void> {
    const { folder, units } = this.setup;
    const { shardRows } = units[job.unit];
    const run = { ...job, last: job.end === null, shardRows };
    const parts = {
      folder,
      filter: this.#filter,
      tokenizer: this.tokenizer,
      rows: this.#rows,
      encoder: this.#encoder,
    };
    const maker = new ShardMaker(run, parts, (rows) => {
      this.#heldOut?.offer(rows.rowHashes, (row) => textsOf(rows, row));
      onRows(rows.read, rows.bags.reduce((sum, { ids }) => sum + ids.length, 0));
    });
    for await (const rows of this.#read(job)) {
      for (let at = 0; at < rows.length; at += PUSHED_ROWS) {
        maker.push(rows.slice(at, at + PUSHED_ROWS));
        // A signal is heard in between.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
    maker.finish();
  }

  async #findTexts(job: TextJob, onRows: OnRows): Promise<TextRow[]> {
    const wanted = new Set<string>();
    for (let i = 0; i < job.wanted.length; i += 2) wanted.add(`${job.wanted[i]} ${job.wanted[i + 1]}`);
    const found: TextRow[] = [];
    for await (const rows of this.#read(job)) {
      const checked = this.#filter.check(rows);
      const { rowHashes } = checked;
      for (let row = 0; row < checked.count; row++) {
        const [low, high] = [rowHashes[2 * row], rowHashes[2 * row + 1]];
        // Of copies the first one is enough.
        if (wanted.delete(`${low} ${high}`)) found.push({ low, high, ...textsOf(checked, row) });
      }
      onRows(rows.length, 0);
      if (wanted.size === 0) break;
    }
    return found;
  }

  #read({ unit, start, end }: StoreJob): AsyncGenerator<Row[]> {
    const { source, units, roles: { texts, label } } = this.setup;
    const part = unitSource(source, units[unit]);
    const { start: first, end: last } = part.range;
    const range = { start: first + start, end: end === null ? last : first + end };
    const columns = label === undefined ? texts : [...texts, label];
    return readRows({ ...part, range }, { columns, hub: this.hub });
  }
}

function textsOf({ texts, labels, count }: CheckedRows, row: number): { texts: string[]; labels: number[] } {
  const width = labels.length / Math.max(1, count);
  return {
    texts: texts.map((column) => column[row]),
    labels: [...labels.subarray(row * width, (row + 1) * width)],
  };
}

import { grown } from "../_grown.ts";
import type { UsableRows } from "../row_filter.ts";
import { LabelSurvey } from "./label_facts.ts";
import { type ShardFacts, sorted } from "./_shard_facts.ts";
import { StagedColumn } from "./_staged_column.ts";

/** What the rows of a store have. */
export interface RowShape {
  /** Text columns. */
  columns: number;
  /** Labels of a row; 0 without labels. */
  labelWidth: number;
  /** Bytes of a token id. */
  idBytes: 2 | 4;
  /** Id of the unknown token, if there is one. */
  unknownId?: number;
}

/** The rows of the shard that is being made, in memory that the next shard uses again. */
export class ShardRows {
  /** Rows that can be used. */
  count = 0;
  /** Rows read, dropped ones included. */
  read = 0;
  /** Hash of every row, two entries each. */
  rowHashes = new Uint32Array(1 << 12);
  /** Labels, row-major. */
  labels = new Float32Array(1 << 10);
  /** The text columns. */
  readonly columns: readonly StagedColumn[];
  #dropped: Record<string, number> = {};
  #labelSurvey = new LabelSurvey();

  /** @param shape what a row has */
  constructor(readonly shape: RowShape) {
    const { columns, idBytes, unknownId } = shape;
    this.columns = Array.from({ length: columns }, () => new StagedColumn(idBytes, unknownId));
  }

  /** Token ids over all columns. */
  get tokens(): number {
    return this.columns.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  /** Appends the next rows of the source. */
  append({ read, count, dropped, places, bags, hashes, rowHashes, labels }: UsableRows): void {
    const { labelWidth } = this.shape;
    this.columns.forEach((column, c) => column.append(bags[c], hashes[c]));
    this.rowHashes = grown(this.rowHashes, 2 * (this.count + count));
    this.rowHashes.set(rowHashes, 2 * this.count);
    this.labels = grown(this.labels, (this.count + count) * labelWidth);
    this.labels.set(labels, this.count * labelWidth);
    for (let i = 0; i < labels.length; i++) {
      this.#labelSurvey.see(labels[i], this.read + places[Math.floor(i / labelWidth)]);
    }
    for (const [reason, rows] of Object.entries(dropped)) {
      this.#dropped[reason] = (this.#dropped[reason] ?? 0) + rows;
    }
    this.count += count;
    this.read += read;
  }

  /** What was counted. */
  facts(): ShardFacts {
    const facts: ShardFacts = {
      read: this.read,
      usable: this.count,
      dropped: sorted(this.#dropped),
      tokens: this.columns.map(({ tokens }) => tokens),
      unknown: this.columns.map(({ unknown }) => unknown),
    };
    if (this.#labelSurvey.facts !== undefined) facts.labels = this.#labelSurvey.facts;
    return facts;
  }

  /** Empties it for the next shard. */
  clear(): void {
    this.count = this.read = 0;
    this.#dropped = {};
    this.#labelSurvey = new LabelSurvey();
    for (const column of this.columns) column.clear();
  }
}

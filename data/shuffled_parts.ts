import { pickRows } from "./_pick_rows.ts";
import type { Random } from "./random.ts";
import type { RowPart, RowParts } from "./row_parts.ts";
import type { RowSource, RowWindow } from "./row_source.ts";
import { WindowBuilder } from "./_window_builder.ts";

/** Options of {@linkcode ShuffledParts}. */
export interface ShuffledPartsOptions {
  /** Bytes of a part at most, if its groups are not larger by themselves. */
  partBytes: number;
  /** Chooses the order; it is forked, not advanced. */
  random: Random;
}

/**
 * A source's rows in random order, part by part: the groups are shuffled, as many neighbours as fit into memory make a
 * part, and the rows of a part are shuffled.
 *
 * If all rows fit into one part, every order of the rows is equally likely. Otherwise a row is equally likely to be in any
 * place, but rows of one group are always in the same part: of n rows in groups of g, in parts of m, two of one group are
 * in the same batch n / m times as often as in a shuffle of all rows, two others (m - g) / m x n / (n - g) times as often.
 * Since a row's group follows from a hash of its texts, a batch is a fair sample of the rows all the same; it is only over
 * several passes that rows of one group meet more often.
 *
 * Source: Rao (1961) and Sandelius (1962), shuffling by scattering into groups; here the source has scattered the rows.
 */
export class ShuffledParts implements RowParts {
  readonly #source: RowSource;
  readonly #random: Random;
  /** Groups of every part, ascending. */
  readonly #parts: Uint32Array[];
  readonly #builder: WindowBuilder;
  #next = 0;
  #window: RowWindow | undefined;

  /** Draws the order of the groups; nothing is read yet. */
  constructor(source: RowSource, { partBytes, random }: ShuffledPartsOptions) {
    this.#source = source;
    this.#random = random;
    this.#parts = drawParts(source.groupBytes, partBytes, random.fork("groups"));
    this.#builder = new WindowBuilder(source.columnCount, source.labelWidth);
  }

  /** Whether another part follows. */
  get hasNext(): boolean {
    return this.#next < this.#parts.length;
  }

  /** Parts in all. */
  get count(): number {
    return this.#parts.length;
  }

  /** Groups `from .. to` whose rows are in the part that was given last, `to` left out, in the order of its rows. */
  get ranges(): [from: number, to: number][] {
    const groups = this.#parts[this.#next - 1];
    if (this.#parts.length === 1) return [[0, groups.length]];
    const ranges: [number, number][] = [];
    for (let i = 0; i < groups.length;) {
      const from = groups[i];
      let to = from;
      for (; groups[i] === to; i++) to++;
      ranges.push([from, to]);
    }
    return ranges;
  }

  /** Passes over parts whose rows are all among the next `rows`, without reading them; gives the rows that are left. */
  skip(rows: number): number {
    for (; this.hasNext; this.#next++) {
      const { groupRows } = this.#source;
      const there = this.#parts[this.#next].reduce((sum, group) => sum + groupRows[group], 0);
      if (there > rows) break;
      rows -= there;
    }
    return rows;
  }

  /** The next part. */
  next(kept: Uint32Array): RowPart {
    const part = this.#next++;
    this.#window = this.#read(kept);
    const { rowCount } = this.#window;
    const order = new Uint32Array(rowCount - kept.length);
    for (let i = 0; i < order.length; i++) order[i] = kept.length + i;
    this.#random.fork(part).shuffle(order);
    return { window: this.#window, order };
  }

  #read(kept: Uint32Array): RowWindow {
    const source = this.#source;
    if (this.#parts.length === 1) return source.readGroups(0, source.groupRows.length);
    const rest = this.#window && pickRows(this.#window, kept);
    this.#builder.clear();
    if (rest !== undefined) this.#builder.append(rest);
    for (const [from, to] of this.ranges) this.#builder.append(source.readGroups(from, to));
    return this.#builder.finish();
  }
}

/** Puts the groups in random order and as many neighbours as fit into one part. */
function drawParts(groupBytes: Float64Array, partBytes: number, random: Random): Uint32Array[] {
  const order = Uint32Array.from(groupBytes, (_, group) => group);
  random.shuffle(order);
  const parts: Uint32Array[] = [];
  for (let from = 0, to = 0; from < order.length; from = to) {
    let bytes = groupBytes[order[to++]];
    for (; to < order.length && bytes + groupBytes[order[to]] <= partBytes; to++) {
      bytes += groupBytes[order[to]];
    }
    parts.push(order.subarray(from, to).toSorted());
  }
  return parts;
}

import type { TokenBags } from "../../text/mod.ts";
import type { RowWindow } from "../row_source.ts";
import { KEPT } from "./_row_choice.ts";
import { type FixedPieces, fixedWords, type PayloadPieces } from "./_shard_file.ts";

/** Most token ids in one column: offsets are int32. */
const MAX_IDS = 2 ** 31 - 1;

/** What the rows of a window have. */
export interface WindowShape {
  /** Text columns. */
  columns: number;
  /** Labels of a row; 0 without labels. */
  labelWidth: number;
  /** Bytes of a token id in a shard. */
  idBytes: 2 | 4;
}

/** The rows of one group in one shard. */
interface Cell {
  /** What becomes of each. */
  fates: Uint8Array;
  /** Row of the window that the first one kept becomes. */
  row: number;
}

/** Puts the rows of some groups together from all shards: group by group, within a group in the order of the shards. */
export class WindowGatherer {
  readonly #window: RowWindow;
  readonly #groups: number;
  /** Rows before those of each cell; that of group g and shard s is `g * shards + s`. */
  readonly #rowsBefore: Uint32Array;
  /** Token ids before them, one array a column. */
  readonly #idsBefore: Float64Array[];

  /**
   * @param pieces hashes and lengths of the groups, of every shard
   * @param fates what becomes of their rows
   * @param shape what a row has
   * @throws {RangeError} if a column has 2^31 token ids or more
   */
  constructor(
    private readonly pieces: readonly FixedPieces[],
    private readonly fates: readonly Uint8Array[],
    private readonly shape: WindowShape,
  ) {
    this.#groups = pieces.length === 0 ? 0 : pieces[0].starts.length - 1;
    const cells = this.#groups * pieces.length;
    this.#rowsBefore = new Uint32Array(cells + 1);
    this.#idsBefore = Array.from({ length: shape.columns }, () => new Float64Array(cells + 1));
    this.#layOut();
    this.#window = newWindow(this.#rowsBefore[cells], this.#idsBefore.map((before) => before[cells]), shape);
  }

  /** The rows, once all shards are copied. */
  get window(): RowWindow {
    return this.#window;
  }

  /** Copies the rows of one shard that are kept. */
  copy(shard: number, { bytes, starts }: PayloadPieces): void {
    const { columns, labelWidth, idBytes } = this.shape;
    const words = new Uint32Array(bytes.buffer);
    const floats = new Float32Array(bytes.buffer);
    const ids = idBytes === 2 ? new Uint16Array(bytes.buffer) : new Int32Array(bytes.buffer);
    let first = 0;
    for (let group = 0; group < this.#groups; group++) {
      const rows = this.#rowsIn(group, shard);
      const number = group * this.pieces.length + shard;
      const cell = { fates: this.fates[shard].subarray(first, first + rows), row: this.#rowsBefore[number] };
      first += rows;
      let at = starts[group];
      for (let c = 0; c < columns; c++, at += 2 * rows) {
        copyRows(words.subarray(at), this.#window.hashes[c], { ...cell, width: 2 });
      }
      for (let c = 0; c < columns; c++) {
        const lengths = this.#lengths(group, shard, c);
        const count = copyTexts(ids.subarray(4 * at / idBytes), lengths, {
          ...cell,
          bags: this.#window.columns[c],
          start: this.#idsBefore[c][number],
        });
        at += Math.ceil(count * idBytes / 4);
      }
      if (labelWidth > 0) copyRows(floats.subarray(at), this.#window.labels!, { ...cell, width: labelWidth });
    }
  }

  #rowsIn(group: number, shard: number): number {
    const { starts } = this.pieces[shard];
    return (starts[group + 1] - starts[group] - 1) / fixedWords(this.shape.columns);
  }

  /** Lengths of the texts of a column in one cell. */
  #lengths(group: number, shard: number, column: number): Uint32Array {
    const { words, starts } = this.pieces[shard];
    const rows = this.#rowsIn(group, shard);
    const at = starts[group] + (2 + column) * rows;
    return words.subarray(at, at + rows);
  }

  #layOut(): void {
    const shards = this.pieces.length;
    const first = new Uint32Array(shards);
    for (let number = 0; number < this.#groups * shards; number++) {
      const [group, shard] = [Math.floor(number / shards), number % shards];
      const rows = this.#rowsIn(group, shard);
      const fates = this.fates[shard].subarray(first[shard], first[shard] += rows);
      let kept = 0;
      for (let row = 0; row < rows; row++) if (fates[row] === KEPT) kept++;
      this.#rowsBefore[number + 1] = this.#rowsBefore[number] + kept;
      this.#idsBefore.forEach((before, c) => {
        const lengths = this.#lengths(group, shard, c);
        let ids = 0;
        for (let row = 0; row < rows; row++) if (fates[row] === KEPT) ids += lengths[row];
        before[number + 1] = before[number] + ids;
      });
    }
  }
}

function newWindow(rowCount: number, idCounts: readonly number[], { labelWidth }: WindowShape): RowWindow {
  if (idCounts.some((count) => count > MAX_IDS)) {
    const problem = `a column has more than ${MAX_IDS} token ids`;
    throw new RangeError(`Cannot read so many groups at once: ${problem}; read fewer`);
  }
  const window: RowWindow = {
    rowCount,
    columns: idCounts.map((count) => ({ ids: new Int32Array(count), offsets: new Int32Array(rowCount + 1) })),
    hashes: idCounts.map(() => new Uint32Array(2 * rowCount)),
  };
  if (labelWidth > 0) window.labels = new Float32Array(rowCount * labelWidth);
  return window;
}

/** Copies the rows kept of a matrix of so many columns. */
function copyRows<T extends Uint32Array | Float32Array>(
  from: T,
  out: T,
  { fates, row, width }: Cell & { width: number },
): void {
  let to = row * width;
  for (let i = 0; i < fates.length; i++) {
    if (fates[i] !== KEPT) continue;
    for (let j = i * width; j < (i + 1) * width; j++) out[to++] = from[j];
  }
}

/** Copies the ids of the texts kept; returns how many ids there are of all. */
function copyTexts(
  from: Uint16Array | Int32Array,
  lengths: Uint32Array,
  { fates, row, bags: { ids, offsets }, start }: Cell & { bags: TokenBags; start: number },
): number {
  let at = 0;
  let to = start;
  for (let i = 0; i < fates.length; i++) {
    const end = at + lengths[i];
    if (fates[i] === KEPT) {
      for (let j = at; j < end; j++) ids[to++] = from[j];
      offsets[++row] = to;
    }
    at = end;
  }
  return at;
}

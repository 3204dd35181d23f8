import { crc32 } from "node:zlib";
import { encodeHeader, fixedBytes, GROUP_BITS, GROUPS, type ShardDescription } from "./_shard_header.ts";
import type { ShardRows } from "./_shard_rows.ts";
import type { StagedColumn } from "./_staged_column.ts";

/** Where a shard lies in its store and what of its unit it holds. */
export type ShardPlace = Pick<ShardDescription, "unit" | "part" | "start" | "end" | "last">;

/** Turns the rows of a shard into its bytes, in memory that the next shard uses again. */
export class ShardEncoder {
  #bytes = new Uint8Array(1 << 16);

  /**
   * The bytes of a shard, valid until the next call: the header; for every group the hashes of its rows, the lengths of
   * their texts column by column, and a CRC-32; for every group the hashes of its texts column by column, their ids
   * column by column (padded to whole words), the labels, and a CRC-32. Within a group the rows are in the order of the
   * source.
   *
   * @throws {RangeError} if a group's payload is 4 GiB or more
   */
  encode(rows: ShardRows, place: ShardPlace): Uint8Array {
    const { columns, labelWidth, idBytes } = rows.shape;
    const { order, starts } = orderByGroup(rows);
    const groupRows = Uint32Array.from({ length: GROUPS }, (_, g) => starts[g + 1] - starts[g]);
    const payloads = payloadBytes(rows, order, starts);
    const { unit, part, start, end, last } = place;
    const facts = rows.facts();
    const header = encodeHeader(
      { unit, part, start, end, last, columns, labelWidth, idBytes, rows: rows.count, facts },
      groupRows,
      payloads,
    );
    const fixed = rows.count * fixedBytes(columns) + 4 * GROUPS;
    const total = header.length + fixed + payloads.reduce((sum, bytes) => sum + bytes, 0);
    if (this.#bytes.length < total) this.#bytes = new Uint8Array(Math.ceil(1.25 * total / 4) * 4);
    const out = this.#bytes.subarray(0, total);
    out.set(header);
    writeFixed(rows, { order, starts, out, at: header.length });
    writePayloads(rows, { order, starts, out, at: header.length + fixed });
    return out;
  }
}

/** The rows in the order of their groups. */
interface GroupOrder {
  /** Row of every place. */
  order: Uint32Array;
  /** First place of every group, and of none: one entry more than there are groups. */
  starts: Uint32Array;
}

/** Where bytes are written. */
interface Target extends GroupOrder {
  out: Uint8Array;
  at: number;
}

/** Sorts by counting; the order within a group stays. */
function orderByGroup({ rowHashes, count }: ShardRows): GroupOrder {
  const starts = new Uint32Array(GROUPS + 1);
  const groupOf = (row: number): number => rowHashes[2 * row + 1] >>> (32 - GROUP_BITS);
  for (let row = 0; row < count; row++) starts[groupOf(row) + 1]++;
  for (let g = 0; g < GROUPS; g++) starts[g + 1] += starts[g];
  const next = starts.slice();
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row++) order[next[groupOf(row)]++] = row;
  return { order, starts };
}

function payloadBytes({ columns, shape }: ShardRows, order: Uint32Array, starts: Uint32Array): Uint32Array {
  return Uint32Array.from({ length: GROUPS }, (_, g) => {
    const rows = starts[g + 1] - starts[g];
    let bytes = rows * (8 * columns.length + 4 * shape.labelWidth) + 4;
    for (const { lengths } of columns) {
      let ids = 0;
      for (let place = starts[g]; place < starts[g + 1]; place++) ids += lengths[order[place]];
      bytes += 4 * Math.ceil(ids * shape.idBytes / 4);
    }
    if (bytes < 2 ** 32) return bytes;
    throw new RangeError(`Cannot keep a group of ${rows} rows: it takes ${bytes} bytes; shorten the texts`);
  });
}

function writeFixed({ rowHashes, columns }: ShardRows, { order, starts, out, at }: Target): void {
  const words = wordsOf(out);
  let to = at >> 2;
  for (let g = 0; g < GROUPS; g++) {
    const begin = to;
    for (let place = starts[g]; place < starts[g + 1]; place++) {
      words[to++] = rowHashes[2 * order[place]];
      words[to++] = rowHashes[2 * order[place] + 1];
    }
    for (const { lengths } of columns) {
      for (let place = starts[g]; place < starts[g + 1]; place++) words[to++] = lengths[order[place]];
    }
    words[to] = crc32(out.subarray(4 * begin, 4 * to));
    to++;
  }
}

function writePayloads(rows: ShardRows, { order, starts, out, at }: Target): void {
  const words = wordsOf(out);
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const { columns, labels, shape: { labelWidth } } = rows;
  const idStarts = columns.map((column) => startsOf(column));
  let to = at >> 2;
  for (let g = 0; g < GROUPS; g++) {
    const begin = to;
    const group = order.subarray(starts[g], starts[g + 1]);
    for (const { hashes } of columns) {
      for (const row of group) {
        words[to++] = hashes[2 * row];
        words[to++] = hashes[2 * row + 1];
      }
    }
    columns.forEach((column, c) => to = writeIds(column, { group, starts: idStarts[c], out, to }));
    for (const row of group) {
      for (let j = 0; j < labelWidth; j++) floats[to++] = labels[row * labelWidth + j];
    }
    words[to] = crc32(out.subarray(4 * begin, 4 * to));
    to++;
  }
}

/** Writes the ids of one column of one group; returns the word behind them. */
function writeIds(
  { ids, lengths }: StagedColumn,
  { group, starts, out, to }: { group: Uint32Array; starts: Float64Array; out: Uint8Array; to: number },
): number {
  const { BYTES_PER_ELEMENT: bytes } = ids;
  const target = bytes === 2
    ? new Uint16Array(out.buffer, out.byteOffset, out.length >> 1)
    : new Int32Array(out.buffer, out.byteOffset, out.length >> 2);
  let place = 4 * to / bytes;
  for (const row of group) {
    const end = starts[row] + lengths[row];
    for (let i = starts[row]; i < end; i++) target[place++] = ids[i];
  }
  // The memory has been used before: what pads the last word must not depend on that.
  if (place * bytes % 4 !== 0) target[place++] = 0;
  return place * bytes / 4;
}

/** Where every text's ids begin in the staged column. */
function startsOf({ lengths, texts }: StagedColumn): Float64Array {
  const starts = new Float64Array(texts);
  for (let i = 1; i < texts; i++) starts[i] = starts[i - 1] + lengths[i - 1];
  return starts;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

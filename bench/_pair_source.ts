import { Random, type RankedSource, type RowWindow } from "../data/mod.ts";

/** What {@linkcode generatedPairs} makes. */
export interface GeneratedPairsOptions {
  /** Pairs in all. */
  rows: number;
  /** Share of the pairs that have one and the same text, 0 to 1. */
  frequentShare: number;
}

/** Groups, as many as a token store has. */
const GROUPS = 1024;
/** A prime: its multiples come by every rank once. */
const STRIDE = 48_271;
/** Tokens of an anchor and of a positive: the means of retrieval data. */
const TOKENS = [12, 70];

/**
 * Pairs that are made when they are read, from the number of their group, so that any number of them takes no memory. One
 * positive in five is one of 100,000, so that it occurs again and again. Their ranks are in no order.
 */
export function generatedPairs({ rows, frequentShare }: GeneratedPairsOptions): RankedSource {
  const firstOf = (group: number): number => Math.floor(rows * group / GROUPS);
  const groupRows = Uint32Array.from({ length: GROUPS }, (_, group) => firstOf(group + 1) - firstOf(group));
  const rowBytes = TOKENS.reduce((sum, tokens) => sum + 4 * tokens + 12, 0);
  return {
    name: `${rows} pairs`,
    rowCount: rows,
    columnCount: TOKENS.length,
    labelWidth: 0,
    groupRows,
    groupBytes: Float64Array.from(groupRows, (count) => count * rowBytes),
    readGroups(from, to): RowWindow {
      const rowCount = firstOf(to) - firstOf(from);
      const hashes = TOKENS.map(() => new Uint32Array(2 * rowCount));
      for (let group = from, row = 0; group < to; group++) {
        const random = new Random(group);
        for (const end = firstOf(group + 1) - firstOf(from); row < end; row++) {
          drawRow(hashes, row, { random, frequentShare });
        }
      }
      const columns = TOKENS.map((tokens) => ({
        ids: new Int32Array(rowCount * tokens).fill(from),
        offsets: Int32Array.from({ length: rowCount + 1 }, (_, row) => row * tokens),
      }));
      return { rowCount, columns, hashes };
    },
    readRanks(from, to): Uint32Array {
      const first = firstOf(from);
      return Uint32Array.from({ length: firstOf(to) - first }, (_, i) => (first + i) * STRIDE % rows);
    },
    close() {},
  };
}

function drawRow(
  [anchors, positives]: readonly Uint32Array[],
  row: number,
  { random, frequentShare }: { random: Random; frequentShare: number },
): void {
  anchors[2 * row] = random.nextUint32();
  anchors[2 * row + 1] = random.nextUint32();
  const draw = random.nextUint32();
  const text = draw < frequentShare * 2 ** 32 ? 0 : draw % 5 === 0 ? random.below(100_000) : draw;
  positives[2 * row] = Math.imul(text, 0x9e3779b1);
  positives[2 * row + 1] = text === draw ? random.nextUint32() : text;
}

import { crc32 } from "node:zlib";
import { GROUPS } from "./_shard_header.ts";
import { fixedWords, type ShardFile } from "./_shard_file.ts";
import { HELD_OUT, KEPT, REPEATED, RowChoice, type RowPolicy } from "./_row_choice.ts";
import { type LengthCounts, LengthHistogram } from "./_length_histogram.ts";
import { groupRanges } from "./_group_ranges.ts";

/** What the rows to train on amount to. */
export interface StoreSummary {
  /** Rows to train on, of every group. */
  groupRows: Uint32Array;
  /** Bytes that these take in memory, of every group. */
  groupBytes: Float64Array;
  /** Rows left out because they repeat an earlier one, of every group. */
  groupRepeats: Uint32Array;
  /** Rows that are held out, copies counted. */
  heldOutRows: number;
  /** Lengths of the texts of every column. */
  columns: LengthCounts[];
  /** Checksum of all rows in their order, whatever becomes of them; 8 hexadecimal digits. */
  checksum: string;
}

/**
 * Counts the rows to train on, reading hashes and lengths only: 8 bytes a row and 4 a text.
 *
 * @param shards all shards, in the order of the source
 * @param policy which rows are trained on
 */
export async function summarize(
  shards: readonly ShardFile[],
  policy: RowPolicy,
  { columns, labelWidth, signal }: { columns: number; labelWidth: number; signal?: AbortSignal },
): Promise<StoreSummary> {
  const groupRows = new Uint32Array(GROUPS);
  const groupRepeats = new Uint32Array(GROUPS);
  // Offsets have one entry more than there are texts.
  const groupBytes = new Float64Array(GROUPS).fill(4 * columns);
  const histograms = Array.from({ length: columns }, () => new LengthHistogram());
  const choice = new RowChoice(policy, columns);
  const rowBytes = 12 * columns + 4 * labelWidth;
  const checksums = new Uint32Array(shards.length);
  let heldOutRows = 0;
  for await (const { from, pieces } of groupRanges(shards, columns, signal)) {
    const fates = choice.choose(pieces, () => true);
    pieces.forEach(({ words, starts }, s) => {
      let next = 0;
      for (let g = 0; g + 1 < starts.length; g++) {
        const rows = (starts[g + 1] - starts[g] - 1) / fixedWords(columns);
        // Every piece ends with its own checksum.
        checksums[s] = crc32(`${words[starts[g + 1] - 1]}`, checksums[s]);
        for (let row = 0; row < rows; row++) {
          const fate = fates[s][next++];
          if (fate === HELD_OUT) heldOutRows++;
          if (fate === REPEATED) groupRepeats[from + g]++;
          if (fate !== KEPT) continue;
          groupRows[from + g]++;
          groupBytes[from + g] += rowBytes;
          for (let c = 0; c < columns; c++) {
            const length = words[starts[g] + (2 + c) * rows + row];
            histograms[c].add(length);
            groupBytes[from + g] += 4 * length;
          }
        }
      }
    });
  }
  const counts = histograms.map((histogram) => histogram.summary());
  const checksum = crc32(checksums.join()).toString(16).padStart(8, "0");
  return { groupRows, groupBytes, groupRepeats, heldOutRows, columns: counts, checksum };
}

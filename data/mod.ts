/**
 * Data sets: where rows come from, how they are read, which are dropped or held out, and how they become batches.
 *
 * ```ts
 * import { BatchSequence, collateBatch, prepareDataset } from "./mod.ts";
 * import { loadTokenizer } from "../text/mod.ts";
 *
 * const tokenizer = await loadTokenizer(await Deno.readFile("tokenizer.json"), "tokenizer.json");
 * const pairs = await prepareDataset({ source: "pairs-*.parquet", heldOut: 100 }, { name: "pairs", tokenizer, seed: 12 });
 * for (const { rows } of new BatchSequence([pairs], { batchSize: 256, seed: 12 }).iterate()) {
 *   const { columns: [anchors, positives] } = collateBatch(pairs, rows);
 *   console.log(anchors.ids.length, positives.ids.length);
 * }
 * ```
 *
 * @module
 */

export {
  type Batch,
  type BatchSampler,
  BatchSequence,
  type BatchSequenceOptions,
  type BatchSource,
} from "./batches.ts";
export { collateBatch, CollateBuffers, type CollatedBatch, type CollateSource } from "./collate.ts";
export { assignColumns, type ColumnRoles } from "./columns.ts";
export { type DatasetReport, type TokenCounts } from "./dataset_report.ts";
export type { HeldOut } from "./_held_out.ts";
export { hashText } from "./hash.ts";
export { mixBatches, type Mixing } from "./mixing.ts";
export { noDuplicateBatches, type NoDuplicateBatchesOptions } from "./no_duplicates.ts";
export {
  type DatasetSpec,
  prepareDataset,
  type PrepareDatasetOptions,
  type PreparedDataset,
} from "./prepare.ts";
export { fillNormal, Random } from "./random.ts";
export { countRows, readColumnNames, readRows, type ReadRowsOptions, type Row } from "./rows.ts";
export {
  type ResolvedSource,
  resolveSource,
  type ResolveSourceOptions,
  type SourceFile,
  type SourceFormat,
} from "./source.ts";

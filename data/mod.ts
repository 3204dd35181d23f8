/**
 * Data sets: where rows come from, how they are read, which are dropped or held out, and how they become batches.
 *
 * ```ts
 * import { BatchFeed, BatchSequence, prepareDataset } from "./mod.ts";
 * import { loadTokenizer } from "../text/mod.ts";
 *
 * const tokenizer = await loadTokenizer(await Deno.readFile("tokenizer.json"), "tokenizer.json");
 * const pairs = await prepareDataset(
 *   { source: "pairs-*.parquet", heldOut: 100 },
 *   { name: "pairs", tokenizer, seed: 12, cacheFolder: "cache" },
 * );
 * const sequence = new BatchSequence([pairs], { batchSize: 256, seed: 12 });
 * const sources = [{ kind: "store" as const, spec: pairs.store }];
 * const feed = new BatchFeed({ sources, sequence, vocab: tokenizer.vocabSize });
 * for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
 *   console.log(batch.columns.length, batch.plan.pairs, batch.plan.uniqueCount);
 * }
 * feed.close();
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
export { BatchFeed, type BatchFeedOptions, type FedBatch } from "./batch_feed.ts";
export { BatchMemory, type BatchMemoryOptions } from "./batch_memory.ts";
export { collateBatch, type CollatedBatch, type CollateSource } from "./collate.ts";
export { assignColumns, type ColumnRoles } from "./columns.ts";
export type { DatasetBatch } from "./_dataset_batches.ts";
export { admittedRows, type Curriculum } from "./curriculum.ts";
export { type DatasetReport, type TokenCounts } from "./dataset_report.ts";
export type { FeedSource } from "./feed_source.ts";
export type { SlotBatch } from "./_feed_worker.ts";
export type { DatasetSpec } from "./dataset_spec.ts";
export type { HeldOut } from "./_held_out_split.ts";
export { HashMap64 } from "./_hash_map.ts";
export { hashText } from "./hash.ts";
export {
  batchesPerEpoch,
  mixBatches,
  type MixedDataset,
  type Mixing,
  type WeightedMixing,
} from "./mixing.ts";
export { noDuplicateBatches, type NoDuplicateBatchesOptions, type RowBatch } from "./no_duplicates.ts";
export { prepareDataset, type PrepareDatasetOptions, type PreparedDataset } from "./prepare.ts";
export { expandGlob } from "./_glob.ts";
export { openParquet } from "./open_parquet.ts";
export {
  checkOneTeacher,
  checkSameTeacher,
  type NamedTeacher,
  TEACHER_KEYS,
  type TeacherHeader,
  teacherHeaderIn,
} from "./teacher_header.ts";
export { TextsChecksum } from "./texts_checksum.ts";
export { UniqueTexts } from "./unique_texts.ts";
export type { ParquetFile } from "./_parquet.ts";
export { ParquetTable, type TableColumn } from "./parquet_table.ts";
export {
  type ColumnCodes,
  type ValueColumn,
  type VectorColumn,
  VectorParquetWriter,
} from "./vector_parquet.ts";
export { fillNormal, Random } from "./random.ts";
export { admittedShare, type Pacing } from "./pacing.ts";
export { onePart, type RowPart, type RowParts } from "./row_parts.ts";
export { resolveDataset, type ResolvedDataset } from "./resolve_dataset.ts";
export {
  type RankedSource,
  type RowSource,
  type RowWindow,
  windowBytes,
  windowSource,
} from "./row_source.ts";
export {
  countRows,
  readColumnNames,
  readGroupSizes,
  readRows,
  type ReadRowsOptions,
  type ReadSchemaOptions,
  type Row,
} from "./rows.ts";
export {
  type ResolvedSource,
  resolveSource,
  type ResolveSourceOptions,
  type SourceFile,
  type SourceFormat,
  type SourceRepository,
} from "./source.ts";
export { scanTexts } from "./scan_texts.ts";
export { ShuffledParts, type ShuffledPartsOptions } from "./shuffled_parts.ts";
export { type SharedTexts, TextSketch } from "./text_sketch.ts";
export { type TokenPlan, type TokenPlanArray, type TokenPlanMemory, TokenPlanner } from "./token_plan.ts";
export {
  type CachedStore,
  countTokenIds,
  folderBytes,
  type LabelFacts,
  type LabelWitness,
  listStores,
  openTokenStore,
  type RankedRows,
  rankRows,
  type RankRowsOptions,
  readUnfinishedStore,
  removeStaleStores,
  type RowDifficulty,
  type ShardFault,
  type StoreProgress,
  type TokenStoreSpec,
  type ValueSpread,
  verifyStore,
} from "./store/mod.ts";

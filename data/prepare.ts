import type { Hub } from "../hub/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { ColumnRoles } from "./columns.ts";
import type { DatasetReport } from "./dataset_report.ts";
import type { DatasetSpec } from "./dataset_spec.ts";
import { type HeldOut, readHeldOutSplit } from "./_held_out_split.ts";
import { nothingUsable, tooFew } from "./_preparing_faults.ts";
import { Random } from "./random.ts";
import { resolveDataset } from "./resolve_dataset.ts";
import {
  heldOutChoice,
  type LabelFacts,
  type PreparedStore,
  prepareStore,
  type StoreProgress,
  type TokenStoreSpec,
} from "./store/mod.ts";

/** Options of {@linkcode prepareDataset}. */
export interface PrepareDatasetOptions {
  /** Name of the data set, for reports and messages. */
  name: string;
  /** What turns its texts into token ids. */
  tokenizer: Tokenizer;
  /** Seed for drawing held-out rows, a whole number. */
  seed: number;
  /** Folder of what is kept between runs; the token ids lie in `tokens/` below it. */
  cacheFolder: string;
  /**
   * Where `hf://` sources are looked up.
   *
   * @default the network, with the default cache
   */
  hub?: Hub;
  /**
   * Folder that relative paths start from.
   *
   * @default the current folder
   */
  baseFolder?: string;
  /**
   * Most threads that read and tokenize. What they make does not depend on their number.
   *
   * @default as many as the machine has cores
   */
  threads?: number;
  /** Ends the work at once; what is done is kept. */
  signal?: AbortSignal;
  /** Hears after every thousand rows or so how far the work is. */
  onProgress?: (progress: StoreProgress) => void;
  /** Called once if another process prepares the same data, which is waited for. */
  onWait?: () => void;
}

/** A data set that is ready for training: its rows lie on the disk, here is what is known of them. */
export interface PreparedDataset {
  /** Name of the data set. */
  name: string;
  /** Names of the text columns in the order of their roles. */
  columnNames: string[];
  /** Roles of the text columns: anchor, positive, negative_1, ... */
  roles: string[];
  /** Number of rows to train on. */
  rowCount: number;
  /** Labels of a row; 0 if there is no column of labels. */
  labelWidth: number;
  /** What is known of the labels of all rows that can be used; undefined without labels. */
  labels?: LabelFacts;
  /** Rows kept back: the texts of every text column, and labels if there are any. */
  heldOut: HeldOut;
  /** What was read, dropped and counted. */
  report: DatasetReport;
  /** Commit of a hub data set; undefined for files. */
  revision?: string;
  /** Checksum of the texts and labels of all usable rows in their order; 8 hexadecimal digits. */
  checksum: string;
  /** The rows to train on. */
  store: TokenStoreSpec;
}

/**
 * Reads a data set and tokenizes it, unless that has been done before: token ids and hashes of texts are kept in the cache
 * folder, for this content of the data, these columns and this tokenizer. Rows with a missing or empty text, a value that
 * is not a text, a label that is not a finite number (or a list of as many as the first row's), and repeated rows are
 * dropped and counted.
 *
 * Which rows are held out follows from their texts, seed and name: every set of distinct rows is equally likely, and no
 * copy of a held-out row is trained on. Of another split all rows are held out.
 *
 * @throws {RangeError} if the source, a config, split or column is missing (the message lists what there is), if no row
 * can be used, or fewer than are to be held out
 * @throws {SyntaxError} naming the file, if a file is damaged
 * @throws {Error} if the hub cannot be reached, or there is no room in the cache folder
 */
export async function prepareDataset(
  spec: DatasetSpec,
  options: PrepareDatasetOptions,
): Promise<PreparedDataset> {
  const { name, seed } = options;
  const { source, roles } = await resolveDataset(name, spec, options);
  const count = typeof spec.heldOut === "number" ? spec.heldOut : 0;
  const store = await prepareStore({
    ...options,
    source,
    roles,
    duplicates: spec.duplicates ?? "drop",
    heldOut: count === 0 ? undefined : heldOutChoice(count, new Random(seed).fork("held out").fork(name)),
  });
  const { usable } = store.manifest.facts;
  if (usable === 0) throw nothingUsable(name, { source, roles, facts: store.manifest.facts });
  const rowCount = store.summary.groupRows.reduce((sum, rows) => sum + rows, 0);
  if (store.heldOut.length < count || rowCount === 0) throw tooFew(name, count, store.heldOut.length);
  const heldOut = typeof spec.heldOut === "object"
    ? await readHeldOutSplit({ ...spec, split: spec.heldOut.split }, { ...options, roles })
    : heldOutOf(store, roles);
  const { revision: commit } = source;
  const known = { name, roles, heldOut, rowCount, revision: commit, duplicates: spec.duplicates ?? "drop" };
  return prepared(store, known);
}

function heldOutOf({ heldOut: rows }: PreparedStore, { texts: columns, label }: ColumnRoles): HeldOut {
  const texts = columns.map((_, c) => rows.map((row) => row.texts[c]));
  return label === undefined
    ? { texts }
    : { texts, labels: Float32Array.from(rows.flatMap(({ labels }) => labels)) };
}

interface Known {
  name: string;
  roles: ColumnRoles;
  heldOut: HeldOut;
  rowCount: number;
  revision: string | undefined;
  duplicates: "drop" | "keep";
}

function prepared(
  { folder, manifest, heldOut: rows, summary }: PreparedStore,
  { name, roles, heldOut, rowCount, revision, duplicates }: Known,
): PreparedDataset {
  const { facts, labelWidth, idBytes, shards } = manifest;
  const { groupRows, groupBytes, groupRepeats } = summary;
  const repeats = groupRepeats.reduce((sum, rows) => sum + rows, 0);
  // Of a row that is held out the other copies are left out, too.
  const copies = summary.heldOutRows - rows.length;
  const dropped = {
    ...facts.dropped,
    ...repeats > 0 && { "the texts of an earlier row": repeats },
    ...copies > 0 && { "the texts of a held-out row": copies },
  };
  return {
    name,
    columnNames: roles.texts,
    roles: roles.roles,
    rowCount,
    labelWidth,
    labels: facts.labels,
    heldOut,
    revision,
    checksum: summary.checksum,
    report: {
      rows: facts.read,
      kept: rowCount,
      heldOut: heldOut.texts[0].length,
      dropped,
      columns: summary.columns.map((lengths, c) => ({
        ...lengths,
        unknownShare: facts.tokens[c] === 0 ? 0 : facts.unknown[c] / facts.tokens[c],
      })),
    },
    store: {
      name,
      folder,
      shards: shards.map((shard) => shard.name),
      columnCount: roles.texts.length,
      labelWidth,
      idBytes,
      rowCount,
      duplicates,
      heldOut: Uint32Array.from(rows.flatMap(({ low, high }) => [low, high])),
      groupRows,
      groupBytes,
      groupRepeats,
    },
  };
}

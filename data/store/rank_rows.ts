import { createHash } from "node:crypto";
import { join } from "node:path";
import type { RowWindow } from "../row_source.ts";
import type { Hub } from "../../hub/mod.ts";
import type { ColumnRoles } from "../columns.ts";
import type { ResolvedSource } from "../source.ts";
import { sweep } from "./_build_store.ts";
import { readColumnValues } from "./_column_values.ts";
import { keptValues, rowLengths } from "./_kept_values.ts";
import { lockFolder } from "./_lock.ts";
import { openShards } from "./_open_shards.ts";
import { RanksFile } from "./_ranks_file.ts";
import { readSideFile, writeSideFile } from "./_side_file.ts";
import { DamagedShardError, type ShardFile } from "./_shard_file.ts";
import { readCompleteManifest } from "./_store_state.ts";
import { storeWindows } from "./_store_windows.ts";
import { ValuesFile } from "./_values_file.ts";
import { asNoRoom, PARTIAL_ENDING } from "./_write_whole.ts";
import { type ValueSpread, writeRanks } from "./_write_ranks.ts";
import type { StoreProgress } from "./store_options.ts";
import type { TokenStoreSpec } from "./token_store.ts";

/** What tells how difficult a row is: the higher the value, the harder. */
export type RowDifficulty =
  | {
    /** Tokens of all its texts. */
    kind: "length";
  }
  | {
    /** A number in a column of the source. */
    kind: "column";
    /** Name of the column. */
    column: string;
    /** The source that the store was made from. */
    source: ResolvedSource;
    /** The columns that it was made of. */
    roles: ColumnRoles;
    /** Where files of the hub are read from. */
    hub?: Hub;
  }
  | {
    /** A function of the rows. */
    kind: "score";
    /** Tells this function from all others. */
    key: string;
    /** Gives one value a row. */
    score: (window: RowWindow) => Float32Array | Promise<Float32Array>;
  };

/** Rows of a store in the order of their difficulty. */
export interface RankedRows {
  /** The store, whose rows now have ranks. */
  spec: TokenStoreSpec;
  /** Checksum of the ranks; 8 hexadecimal digits. */
  checksum: string;
  /** Values of the rows to train on. */
  spread: ValueSpread;
}

/** Options of {@linkcode rankRows}. */
export interface RankRowsOptions {
  /** Ends the work at once. */
  signal?: AbortSignal;
  /** Hears how far the work is. */
  onProgress?: (progress: StoreProgress) => void;
  /** Called once if another process works on the same store, which is waited for. */
  onWait?: () => void;
}

/**
 * Ranks the rows to train on by their difficulty, unless that has been done before: the ranks lie beside the store, 4
 * bytes a row. Rows of one value, or of values so near that they differ by less than 1 in 2,048, are in the order of the
 * store: by a hash of their texts. In memory are some groups of rows at a time.
 *
 * @throws {RangeError} if a value is not finite, or the column has no finite number for a row
 * @throws {Error} if the source has changed since the store was made, or there is no room
 */
export async function rankRows(
  spec: TokenStoreSpec,
  difficulty: RowDifficulty,
  options: RankRowsOptions = {},
): Promise<RankedRows> {
  const name = `ranks-${keyOf(spec, difficulty)}`;
  const there = readRanked(spec, name);
  if (there !== undefined) return there;
  using _lock = await lockFolder(spec.folder, options);
  const path = join(spec.folder, `${name}.bin`);
  const meanwhile = readRanked(spec, name);
  if (meanwhile !== undefined) return meanwhile;
  sweep(spec.folder);
  try {
    using values = new ValuesFile(`${path}.values${PARTIAL_ENDING}`);
    const written = await writeRanks(path, spec, {
      values: difficultyOf(spec, difficulty, options),
      kept: values,
    });
    writeSideFile(join(spec.folder, `${name}.json`), written);
    return { spec: { ...spec, ranks: `${name}.bin` }, ...written };
  } catch (error) {
    throw asNoRoom(error, path, 8 * spec.rowCount);
  }
}

function readRanked(spec: TokenStoreSpec, name: string): RankedRows | undefined {
  const kept = readSideFile(join(spec.folder, `${name}.json`)) as Omit<RankedRows, "spec"> | undefined;
  if (kept === undefined) return undefined;
  try {
    RanksFile.open(join(spec.folder, `${name}.bin`), spec.groupRows).close();
    return { spec: { ...spec, ranks: `${name}.bin` }, ...kept };
  } catch (error) {
    if (error instanceof DamagedShardError) return undefined; // It is made again.
    throw error;
  }
}

/** Which rows there are and what ranks them; the store's folder tells the rest. */
function keyOf({ duplicates, heldOut }: TokenStoreSpec, difficulty: RowDifficulty): string {
  const by = difficulty.kind === "column"
    ? difficulty.column
    : difficulty.kind === "score"
    ? difficulty.key
    : "";
  return createHash("sha256").update(JSON.stringify([1, difficulty.kind, by, duplicates])).update(heldOut)
    .digest("hex").slice(0, 16);
}

/** Value of every row to train on, in the order of the store. */
async function* difficultyOf(
  spec: TokenStoreSpec,
  difficulty: RowDifficulty,
  options: RankRowsOptions,
): AsyncGenerator<Float32Array> {
  const { signal } = options;
  const onRows = progressOf(spec, options);
  if (difficulty.kind === "score") {
    for await (const window of storeWindows(spec, signal)) {
      yield await difficulty.score(window);
      onRows(window.rowCount);
    }
    return;
  }
  const shards = openShards(spec.folder, spec.shards);
  try {
    if (difficulty.kind === "length") {
      const { columnCount } = spec;
      yield* keptValues(spec, shards, { valuesOf: (groups) => rowLengths(groups, columnCount), signal });
      return;
    }
    using raw = new ValuesFile(join(spec.folder, `column-values${PARTIAL_ENDING}`));
    const { units } = readCompleteManifest(spec.folder)!;
    await readColumnValues(shards, { ...difficulty, ...spec, units, signal, onRows }, raw);
    yield* keptValues(spec, shards, { valuesOf: valuesIn(raw, shards), signal });
  } finally {
    for (const shard of shards) shard.close();
  }
}

/** Finds the values of a shard's groups among those of all shards. */
function valuesIn(
  raw: ValuesFile,
  shards: readonly ShardFile[],
): Parameters<typeof keptValues>[2]["valuesOf"] {
  const firsts = [0];
  for (const { header: { rows } } of shards) firsts.push(firsts.at(-1)! + rows);
  return ({ shard, from, pieces: { starts } }) => {
    const { rowStarts } = shards[shard].header;
    const to = from + starts.length - 1;
    return raw.read(firsts[shard] + rowStarts[from], firsts[shard] + rowStarts[to]);
  };
}

function progressOf(
  { name, rowCount }: TokenStoreSpec,
  { onProgress }: RankRowsOptions,
): (more: number) => void {
  let rows = 0;
  return (more) => {
    rows += more;
    onProgress?.({ name: `${name} by difficulty`, rows, total: Math.max(rowCount, rows), tokens: 0 });
  };
}

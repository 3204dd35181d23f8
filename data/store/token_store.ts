import { join } from "node:path";
import type { RankedSource, RowSource, RowWindow } from "../row_source.ts";
import { openShards } from "./_open_shards.ts";
import { RanksFile } from "./_ranks_file.ts";
import { RowChoice } from "./_row_choice.ts";
import { WindowGatherer } from "./_window_gatherer.ts";
import { removeIfThere } from "./_write_whole.ts";
import { DamagedShardError, type ShardFile } from "./_shard_file.ts";

/** A complete token store and which of its rows are trained on: plain data, so that a worker can be given it. */
export interface TokenStoreSpec {
  /** Name of the data set. */
  name: string;
  /** Folder of the store. */
  folder: string;
  /** File names of the shards, in the order of the source. */
  shards: string[];
  /** Text columns. */
  columnCount: number;
  /** Labels of a row; 0 without labels. */
  labelWidth: number;
  /** Bytes of a token id in a shard. */
  idBytes: 2 | 4;
  /** Whether rows that repeat an earlier one are left out. */
  duplicates: "drop" | "keep";
  /** Hashes of the rows held out, two entries each; they and their copies are left out. */
  heldOut: Uint32Array;
  /** Rows to train on. */
  rowCount: number;
  /** Rows to train on, of every group. */
  groupRows: Uint32Array;
  /** Bytes that these take in memory, of every group. */
  groupBytes: Float64Array;
  /** Rows left out because they repeat an earlier one, of every group. */
  groupRepeats: Uint32Array;
  /**
   * File name of the ranks of the rows to train on.
   *
   * @default the rows are not ranked
   */
  ranks?: string;
}

/**
 * Opens a token store for reading. Files that a recipe's data set was prepared into are given as {@linkcode
 * TokenStoreSpec} in the prepared data set.
 *
 * @throws {DamagedShardError} if a shard is missing or not whole
 */
export function openTokenStore(spec: TokenStoreSpec): RowSource {
  const shards = openShards(spec.folder, spec.shards);
  if (spec.ranks === undefined) return new TokenStore(spec, shards);
  const path = join(spec.folder, spec.ranks);
  try {
    return withoutDamaged(() => new RankedStore(spec, shards, RanksFile.open(path, spec.groupRows)));
  } catch (error) {
    for (const shard of shards) shard.close();
    throw error;
  }
}

class TokenStore implements RowSource {
  readonly name: string;
  readonly rowCount: number;
  readonly columnCount: number;
  readonly labelWidth: number;
  readonly groupRows: Uint32Array;
  readonly groupBytes: Float64Array;
  readonly #choice: RowChoice;

  constructor(private readonly spec: TokenStoreSpec, private readonly shards: readonly ShardFile[]) {
    this.name = spec.name;
    this.rowCount = spec.rowCount;
    this.columnCount = spec.columnCount;
    this.labelWidth = spec.labelWidth;
    this.groupRows = spec.groupRows;
    this.groupBytes = spec.groupBytes;
    this.#choice = new RowChoice(spec, spec.columnCount);
  }

  readGroups(from: number, to: number): RowWindow {
    return withoutDamaged(() => this.#read(from, to));
  }

  close(): void {
    for (const shard of this.shards) shard.close();
  }

  #read(from: number, to: number): RowWindow {
    const { columnCount: columns, labelWidth, spec: { groupRepeats, idBytes } } = this;
    const pieces = this.shards.map((shard) => shard.readFixed(from, to));
    const fates = this.#choice.choose(pieces, (group) => groupRepeats[from + group] > 0);
    const gatherer = new WindowGatherer(pieces, fates, { columns, labelWidth, idBytes });
    this.shards.forEach((shard, s) => gatherer.copy(s, shard.readPayload(from, to)));
    return gatherer.window;
  }
}

/** A store whose rows are ranked. */
class RankedStore extends TokenStore implements RankedSource {
  constructor(spec: TokenStoreSpec, shards: readonly ShardFile[], private readonly ranks: RanksFile) {
    super(spec, shards);
  }

  readRanks(from: number, to: number): Uint32Array {
    return withoutDamaged(() => this.ranks.read(from, to));
  }

  override close(): void {
    super.close();
    this.ranks.close();
  }
}

/** Removes a file that is found to be damaged: the next start sees at once what is to be made again. */
function withoutDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DamagedShardError) removeIfThere(error.path);
    throw error;
  }
}

/** Shards to be made: rows of a unit. */
export interface ShardJob {
  /** What is done. */
  kind: "shards";
  /** Place of the unit in the store. */
  unit: number;
  /** Place of the first shard in the unit. */
  part: number;
  /** First row, counted from the unit's. */
  start: number;
  /** Row behind the last one; null for the unit's last. */
  end: number | null;
}

/** Rows of a unit whose texts are looked for by their hashes. */
export interface TextJob {
  /** What is done. */
  kind: "texts";
  /** Place of the unit in the store. */
  unit: number;
  /** First row, counted from the unit's. */
  start: number;
  /** Row behind the last one. */
  end: number;
  /** Hashes of the rows wanted, two entries each. */
  wanted: Uint32Array;
}

/** A piece of work on one unit of a store. */
export type StoreJob = ShardJob | TextJob;

/** A row with its texts. */
export interface TextRow {
  /** Low half of its hash. */
  low: number;
  /** High half of its hash. */
  high: number;
  /** Text of every text column. */
  texts: string[];
  /** Its labels. */
  labels: number[];
}

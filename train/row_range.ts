/** Rows of a batch: `count` ones from number `first` on. */
export interface RowRange {
  /** Number of the first, from 0. */
  first: number;
  /** How many. */
  count: number;
}

/** The rows of a batch that process `rank` of `size` computes: as many as the others do, or one more or less. */
export function rowsOfRank(pairs: number, { rank, size }: { rank: number; size: number }): RowRange {
  const first = Math.floor(pairs * rank / size);
  return { first, count: Math.floor(pairs * (rank + 1) / size) - first };
}

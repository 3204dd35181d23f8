/** A data set of a recipe: where its rows come from and which of them are used. */
export interface DatasetSpec {
  /** `hf://datasets/OWNER/NAME`, or a path or glob of files (see {@linkcode resolveSource}). */
  source: string;
  /** Config of a hub data set. */
  config?: string;
  /**
   * Commit, branch or tag of a hub data set.
   *
   * @default "main"
   */
  revision?: string;
  /**
   * Split, or a slice of one: `train[:5000]`.
   *
   * @default "train"
   */
  split?: string;
  /**
   * Columns in the order of their roles: anchor, positive, negatives; one named label, labels, score, scores,
   * vector or embedding is the label.
   *
   * @default all columns, in their order
   */
  columns?: string[];
  /**
   * Column of numbers by which rows are ranked; unless `columns` names it, it is no text.
   *
   * @default none
   */
  difficulty?: string;
  /**
   * Only the first so many rows of the split are read.
   *
   * @default all
   */
  take?: number;
  /**
   * Rows kept back for evaluation: so many drawn at random from those read, or all of another split.
   *
   * @default 0
   */
  heldOut?: number | { split: string };
  /**
   * Whether rows that repeat an earlier row are dropped. The reference keeps them.
   *
   * @default "drop"
   */
  duplicates?: "drop" | "keep";
  /**
   * Weight of the data set in weighted mixing, above 0.
   *
   * @default 1
   */
  weight?: number;
}

/** What lies beside a trained model and tells how it came about; everything may be missing, or of another version. */
export interface CardRecords {
  /** `run.json`. */
  readonly run?: RunRecord;
  /** `report.json`. */
  readonly report?: ReportRecord;
  /** `recipe.json`. */
  readonly recipe?: RecipeRecord;
  /** `data.json`. */
  readonly data?: DataRecord;
  /** `distill.json`. */
  readonly distill?: DistillRecord;
}

/** `distill.json`, as far as the card reads it. */
export interface DistillRecord {
  /** The transformer: a path, or an address of the hub. */
  readonly teacher?: string;
}

/** `run.json`, as far as the card reads it. */
export interface RunRecord {
  /** Steps done. */
  readonly steps?: number;
  /** Seconds of training. */
  readonly trainSeconds?: number;
  /** What it was trained on. */
  readonly device?: string;
  /** Seed of everything drawn. */
  readonly seed?: number;
  /** Versions and machine. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Scores at one size. */
export interface ScoredSize {
  /** How many columns counted. */
  readonly size: number;
  /** Scores by name. */
  readonly metrics: Readonly<Record<string, number | null>>;
}

/** Scores on one collection. */
export interface ScoredCollection {
  /** Its name. */
  readonly name: string;
  /** What was scored. */
  readonly kind?: string;
  /** Name of the score that tables show. */
  readonly mainMetric: string;
  /** How much there was, by what. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Scores at every size, ascending. */
  readonly sizes: readonly ScoredSize[];
  /** Scores of others. */
  readonly baselines?: readonly {
    readonly name: string;
    readonly mainMetric: string;
    readonly metrics: Readonly<Record<string, number | null>>;
  }[];
}

/** `report.json`, as far as the card reads it. */
export interface ReportRecord {
  /** One entry a collection. */
  readonly collections?: readonly ScoredCollection[];
}

/** `recipe.json`, as far as the card reads it. */
export interface RecipeRecord {
  /** The recipe's name. */
  readonly name?: string;
  /** Table and its start. */
  readonly model?: Readonly<Record<string, unknown>>;
  /** Where the tokenizer comes from. */
  readonly tokenizer?: unknown;
  /** Training sets by name. */
  readonly datasets?: Readonly<Record<string, { readonly source?: string; readonly config?: string | null }>>;
  /** The loss. */
  readonly loss?: unknown;
  /** How it was trained. */
  readonly training?: Readonly<Record<string, unknown>>;
}

/** `data.json`, as far as the card reads it. */
export interface DataRecord {
  /** Counts by training set. */
  readonly datasets?: Readonly<
    Record<string, {
      readonly rows?: number;
      readonly kept?: number;
      readonly heldOut?: number;
      readonly columns?: readonly { readonly tokens?: number }[];
    }>
  >;
}

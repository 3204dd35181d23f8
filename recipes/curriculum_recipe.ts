/** What tells how difficult a row is. */
export type DifficultyRecipe =
  | {
    /** The more tokens its texts have, the harder a row is. */
    kind: "length";
  }
  | {
    /**
     * The smaller a model's margin, the harder a row is: cosine of anchor and positive less that of anchor and hardest
     * negative, its own or another text of about 500 rows.
     */
    kind: "guide";
    /** A saved model of the recipe's tokenizer: a folder or `hf://models/OWNER/NAME`. */
    model: string;
  }
  | {
    /** The higher the number in a column, the harder a row is. */
    kind: "column";
    /** Name of the column, which every data set must have; unless `columns` names it, it is no text. */
    column: string;
  };

/** How the share of the rows that are drawn grows. */
export interface PacingRecipe {
  /**
   * By equal shares, by ever smaller ones (competence), by equal factors, or all at once.
   * @default "root"
   */
  kind?: "linear" | "root" | "exponential" | "step";
  /**
   * Share of the rows at the beginning, above 0 to 1.
   * @default 0.2
   */
  start?: number;
  /**
   * Share of the training after which all rows are drawn, above 0 to 1.
   * @default 0.5
   */
  until?: number;
}

/** In which order rows come in by their difficulty. */
export interface CurriculumRecipe {
  /** What tells how difficult a row is. */
  by: DifficultyRecipe;
  /**
   * How the share of the rows that are drawn grows.
   * @default { kind: "root" }
   */
  pacing?: PacingRecipe;
  /**
   * At which end it begins.
   * @default "easyFirst"
   */
  order?: "easyFirst" | "hardFirst";
  /**
   * Null draws no row before its time; a number above 0 draws it even before, (share admitted / its place)^weightPower of
   * the time.
   * @default null
   */
  weightPower?: number | null;
}

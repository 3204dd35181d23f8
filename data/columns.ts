/**
 * Names by which a column is known to hold labels rather than texts: those of Sentence Transformers, and those that
 * columns of a teacher's vectors have.
 */
const LABEL_NAMES = ["label", "labels", "score", "scores", "vector", "embedding"];

/** What `mine` writes beside texts, such as `negative_score`: neither text nor label, unless it is asked for. */
const MINED_SCORE = /_score$/;

/** What the columns of a data set are for. */
export interface ColumnRoles {
  /** Names of the text columns in the order of their roles. */
  texts: string[];
  /** Roles of the text columns: anchor, positive, negative_1, negative_2, ... */
  roles: string[];
  /** Name of the column of labels, if there is one. */
  label: string | undefined;
}

/**
 * Assigns roles to columns: texts by their order, the first column named label, labels, score, scores, vector or
 * embedding is the label. Columns whose names end in `_score` are used only if they are named.
 *
 * @param there names of all columns, in their order
 * @param wanted names of the columns to use, in the order of their roles; all if undefined
 * @throws {RangeError} if a wanted column is missing (the message lists those there are), named twice, or no text is left
 */
export function assignColumns(there: readonly string[], wanted?: readonly string[]): ColumnRoles {
  const chosen = wanted ?? there.filter((column) => !MINED_SCORE.test(column));
  const missing = chosen.find((column) => !there.includes(column));
  if (missing !== undefined) {
    throw new RangeError(`Cannot use column "${missing}": there is none; choose from ${there.join(", ")}`);
  }
  const twice = chosen.find((column, i) => chosen.indexOf(column) !== i);
  if (twice !== undefined) {
    throw new RangeError(`Cannot use column "${twice}" twice: a column has one role; name each column once`);
  }
  const label = chosen.find((column) => LABEL_NAMES.includes(column));
  const texts = chosen.filter((column) => column !== label);
  if (texts.length === 0) {
    throw new RangeError(
      `Cannot use columns ${chosen.join(", ")}: none holds texts; choose from ${there.join(", ")}`,
    );
  }
  return { texts, roles: texts.map((_, i) => roleOf(i)), label };
}

function roleOf(index: number): string {
  return ["anchor", "positive"][index] ?? `negative_${index - 1}`;
}

import type { Matrix } from "../model/mod.ts";
import type { EvaluationCollection, TeacherVectors } from "./collection.ts";
import { teacherPairs } from "./teacher_pairs.ts";

/** Held-out rows of a data set of teacher vectors. */
export interface HeldOutVectors {
  /** Name of the data set. */
  name: string;
  /** Texts. */
  texts: readonly string[];
  /** float32 [texts, dim]: the teacher's vectors. */
  vectors: Matrix;
}

/**
 * Makes collections of held-out rows: the teacher's vectors themselves, and pairs of the texts.
 *
 * @param rows {@link HeldOutVectors}
 * @param options `limit`: at most so many of the first rows
 */
export function heldOutVectorCollections(
  { name, texts, vectors: { data, rows, columns } }: HeldOutVectors,
  { limit }: { limit?: number | null } = {},
): EvaluationCollection[] {
  const count = Math.min(rows, limit ?? Infinity);
  return withPairs({
    kind: "mse",
    name,
    benchmark: "held-out rows",
    texts: texts.slice(0, count),
    vectors: { data: data.subarray(0, count * columns), rows: count, columns },
  });
}

/** Teacher vectors, and pairs of their texts if there are enough. */
export function withPairs(vectors: TeacherVectors): EvaluationCollection[] {
  const pairs = teacherPairs(vectors);
  return pairs === undefined ? [vectors] : [vectors, pairs];
}

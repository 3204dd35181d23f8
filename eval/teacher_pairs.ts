import { rowOf, takeRows } from "../model/mod.ts";
import type { SimilarityPairs, TeacherVectors } from "./collection.ts";
import { VectorRanker } from "./vector_ranker.ts";

/** Texts that pairs are made of, at most: the nearest of each is searched for among all of them. */
const MOST_TEXTS = 1000;
/** Fewer texts have no pairs whose order says anything. */
const FEWEST_TEXTS = 4;

/**
 * Pairs of a teacher's texts, to be scored by how far a student's cosines follow the teacher's: each text with the one
 * that is nearest to it by the teacher, and with one from elsewhere, so that there are near pairs and far ones. The
 * evenly spaced thousand of more texts is taken.
 *
 * @param vectors texts and the teacher's vectors
 * @returns undefined if there are too few texts
 * @throws RangeError when a vector is not finite
 */
export function teacherPairs(vectors: TeacherVectors): SimilarityPairs | undefined {
  const { texts, vectors: all, name, benchmark } = vectors;
  const count = Math.min(texts.length, MOST_TEXTS);
  if (count < FEWEST_TEXTS) return undefined;
  const chosen = Array.from({ length: count }, (_, i) => Math.floor(i * texts.length / count));
  const matrix = takeRows(all, chosen);
  const excluded = Int32Array.from(chosen, (_, i) => i);
  const ranker = new VectorRanker(matrix, { sizes: [all.columns], k: 1, excluded });
  ranker.add(matrix);
  const nearest = ranker.rankings()[0].map(({ documents }) => documents[0]);
  const others = chosen.map((_, i) => (i + Math.floor(count / 2)) % count);
  const pairs = [nearest, others].flatMap((partners) => partners.map((partner, i) => [i, partner]));
  return {
    kind: "similarity",
    name: `${name}-pairs`,
    benchmark,
    first: pairs.map(([i]) => texts[chosen[i]]),
    second: pairs.map(([, j]) => texts[chosen[j]]),
    scores: pairs.map(([i, j]) => cosine(rowOf(matrix, i), rowOf(matrix, j))),
    notes: ["judged by the teacher's cosines, of the nearest text and of another one"],
  };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa * bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}

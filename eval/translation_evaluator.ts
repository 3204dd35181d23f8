import type { Matrix } from "../model/mod.ts";
import { checkRows } from "./_check_rows.ts";
import { checkedSizes } from "./_sizes.ts";
import type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";
import { VectorRanker, type VectorRankerOptions } from "./vector_ranker.ts";

/** Sentences of two languages: row i of one means the same as row i of the other. */
export interface TranslationVectors {
  /** float32 [pairs, dim]. */
  source: Matrix;
  /** float32 [pairs, dim]. */
  target: Matrix;
}

/**
 * How often a sentence's nearest neighbour by cosine in the other language is its translation, in both directions, as
 * Sentence Transformers' TranslationEvaluator counts; and from source to target the weighted F1, precision and recall
 * of MTEB's bitext mining, where every sentence is a class: a sentence that is found n times has the precision 1 / n.
 * At any number of truncations in one pass over the vectors. Of equally near sentences the first one counts.
 *
 * @param vectors {@link TranslationVectors}
 * @param options {@link EvaluatorOptions}
 * @returns `src2trg_accuracy`, `trg2src_accuracy`, `mean_accuracy`, `f1`, `precision`, `recall`
 * @throws RangeError when a vector is not finite (its row is named) or a size is larger than the vectors; TypeError
 * when the two differ in number or size
 */
export function evaluateTranslation(vectors: TranslationVectors, options: EvaluatorOptions = {}): Evaluation {
  const { source, target } = vectors;
  checkRows("score translation", { source, target });
  const sizes = checkedSizes(options.truncate, source.columns);
  const { arithmetic } = options;
  const forth = nearest(source, target, { sizes, arithmetic });
  const back = nearest(target, source, { sizes, arithmetic });
  const scored = sizes.map((size, s): EvaluatedSize => {
    const values = pairValues(forth[s], back[s]);
    const metrics = Object.fromEntries(
      Object.entries(values).map(([name, list]) => [name, list.reduce((a, b) => a + b, 0) / list.length]),
    );
    return { size, metrics, items: { kind: "mean", values } };
  });
  return { sizes: scored, notes: [] };
}

/** For every size the number of each row's nearest row of the others. */
function nearest(from: Matrix, to: Matrix, how: Omit<VectorRankerOptions, "k">): number[][] {
  const ranker = new VectorRanker(from, { ...how, k: 1 });
  ranker.add(to);
  return ranker.rankings().map((rankings) => rankings.map(({ documents }) => documents[0]));
}

/** Every metric's value for every pair. */
function pairValues(forth: readonly number[], back: readonly number[]): Record<string, number[]> {
  const found = new Uint32Array(forth.length);
  for (const pair of forth) found[pair]++;
  const right = forth.map((pair, i) => Number(pair === i));
  const rightBack = back.map((pair, i) => Number(pair === i));
  return {
    src2trg_accuracy: right,
    trg2src_accuracy: rightBack,
    mean_accuracy: right.map((value, i) => (value + rightBack[i]) / 2),
    // One true pair a class: precision 1 / n, recall 1, hence 2 / (n + 1).
    f1: right.map((value, i) => value * 2 / (found[i] + 1)),
    precision: right.map((value, i) => value / Math.max(found[i], 1)),
    recall: right,
  };
}

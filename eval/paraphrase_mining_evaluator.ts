import type { Matrix } from "../model/mod.ts";
import { checkedSizes } from "./_sizes.ts";
import type { Ranking } from "./_top_k.ts";
import type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";
import type { Metrics } from "./score_rankings.ts";
import { VectorRanker } from "./vector_ranker.ts";

/** Sentences, and which of them mean the same. */
export interface ParaphraseVectors {
  /** float32 [sentences, dim]. */
  sentences: Matrix;
  /** Pairs of different sentences, by number. */
  duplicates: readonly (readonly [number, number])[];
}

/** Options of {@link evaluateParaphraseMining}. */
export interface ParaphraseOptions extends EvaluatorOptions {
  /**
   * At most so many nearest neighbours of each sentence become candidates.
   * @default 100
   */
  topK?: number;
  /**
   * At most so many candidate pairs, the most alike ones.
   * @default 500_000
   */
  maxPairs?: number;
  /**
   * Whether duplicates of duplicates are duplicates.
   * @default false
   */
  transitive?: boolean;
}

interface CandidatePair {
  first: number;
  second: number;
  score: number;
}

/**
 * Mines all sentences for pairs that mean the same, as Sentence Transformers' ParaphraseMiningEvaluator does: every
 * sentence's nearest neighbours by cosine are candidates, the most alike first; F1, precision and recall at the best
 * threshold, and average precision. At any number of truncations in one pass over the vectors. Pairs that are equally
 * alike come in the order of their sentences.
 *
 * @param vectors {@link ParaphraseVectors}
 * @param options {@link ParaphraseOptions}
 * @returns `average_precision`, `f1`, `precision`, `recall`, `threshold`
 * @throws RangeError when a vector is not finite, a size is larger than the vectors, a duplicate names no sentence or
 * one sentence twice, or there are no duplicates
 */
export function evaluateParaphraseMining(
  vectors: ParaphraseVectors,
  options: ParaphraseOptions = {},
): Evaluation {
  const { sentences, duplicates } = vectors;
  const { topK = 100, maxPairs = 500_000, transitive = false } = options;
  checkDuplicates(duplicates, sentences.rows);
  const sizes = checkedSizes(options.truncate, sentences.columns);
  const wanted = pairKeys(transitive ? closure(duplicates) : duplicates, sentences.rows);
  const excluded = Int32Array.from({ length: sentences.rows }, (_, i) => i);
  const k = Math.min(topK, sentences.rows);
  const ranker = new VectorRanker(sentences, { sizes, k, excluded, arithmetic: options.arithmetic });
  ranker.add(sentences);
  const scored = ranker.rankings().map((rankings, s): EvaluatedSize => ({
    size: sizes[s],
    metrics: miningMetrics(candidates(rankings, maxPairs), wanted, sentences.rows),
  }));
  return { sizes: scored, notes: [] };
}

/** Every pair of neighbours once, the most alike first. */
function candidates(rankings: readonly Ranking[], maxPairs: number): CandidatePair[] {
  const pairs: CandidatePair[] = [];
  const seen = new Set<number>();
  rankings.forEach(({ documents, scores }, sentence) => {
    documents.forEach((other, rank) => {
      const first = Math.min(sentence, other), second = Math.max(sentence, other);
      const key = first * rankings.length + second;
      if (seen.has(key)) return;
      seen.add(key);
      pairs.push({ first, second, score: scores[rank] });
    });
  });
  pairs.sort((a, b) => b.score - a.score || a.first - b.first || a.second - b.second);
  return pairs.slice(0, maxPairs);
}

function miningMetrics(pairs: readonly CandidatePair[], wanted: ReadonlySet<number>, rows: number): Metrics {
  const best = { f1: 0, precision: 0, recall: 0, threshold: 0 };
  let found = 0;
  let precisions = 0;
  pairs.forEach(({ first, second, score }, i) => {
    if (!wanted.has(first * rows + second)) return;
    const precision = ++found / (i + 1);
    const recall = found / wanted.size;
    const f1 = 2 * precision * recall / (precision + recall);
    precisions += precision;
    if (f1 <= best.f1) return;
    const next = pairs[Math.min(i + 1, pairs.length - 1)].score;
    Object.assign(best, { f1, precision, recall, threshold: (score + next) / 2 });
  });
  return { average_precision: precisions / wanted.size, ...best };
}

function pairKeys(pairs: readonly (readonly [number, number])[], rows: number): Set<number> {
  return new Set(pairs.map(([a, b]) => Math.min(a, b) * rows + Math.max(a, b)));
}

/** All pairs of sentences that are linked by duplicates, over any number of steps. */
function closure(pairs: readonly (readonly [number, number])[]): [number, number][] {
  const groupOf = new Map<number, number[]>();
  for (const [a, b] of pairs) {
    const [left, right] = [groupOf.get(a) ?? [a], groupOf.get(b) ?? [b]];
    if (left === right) continue;
    const joined = [...left, ...right];
    for (const sentence of joined) groupOf.set(sentence, joined);
  }
  return [...new Set(groupOf.values())].flatMap((group) =>
    group.flatMap((a, i) => group.slice(i + 1).map((b): [number, number] => [a, b]))
  );
}

function checkDuplicates(duplicates: readonly (readonly [number, number])[], rows: number): void {
  if (duplicates.length === 0) {
    throw new RangeError("Cannot mine paraphrases: no duplicates are given; name one pair or more");
  }
  for (const [a, b] of duplicates) {
    const there = [a, b].every((sentence) => Number.isInteger(sentence) && sentence >= 0 && sentence < rows);
    if (there && a !== b) continue;
    throw new RangeError(
      `Cannot mine paraphrases: the duplicate ${a}, ${b} is no pair of two different sentences; ` +
        `name sentences by their numbers from 0 to ${rows - 1}`,
    );
  }
}

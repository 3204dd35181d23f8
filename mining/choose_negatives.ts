import type { Random } from "../data/mod.ts";
import type { Choice, ScoreLimit } from "./mining_options.ts";

/** Documents that may become negatives, best first. */
export interface Candidates {
  /** Numbers of documents. */
  documents: ArrayLike<number>;
  /** Their scores, never rising. */
  scores: ArrayLike<number>;
}

/** What became of the candidates of one anchor. */
export interface Chosen {
  /** The negatives' numbers, best first. */
  documents: number[];
  /** Their scores. */
  scores: number[];
  /** How many candidates each limit has taken away; one that two would take counts for the first. */
  dropped: Record<ScoreLimit, number>;
}

/**
 * Chooses negatives among candidates that are no positives.
 *
 * @param candidates documents of the ranks that are looked at
 * @param positives scores of the anchor's positives, at least one
 * @param options how to choose, and the generator for random sampling
 */
export function chooseNegatives(
  { documents, scores }: Candidates,
  positives: ArrayLike<number>,
  { choice, random }: { choice: Choice; random: Random },
): Chosen {
  const { margin, relativeMargin, maxScore, minScore } = limitsOf(choice, positives);
  const dropped = { margin: 0, relativeMargin: 0, maxScore: 0, minScore: 0 };
  const left: number[] = [];
  for (let i = 0; i < documents.length; i++) {
    const score = scores[i];
    if (score > margin) dropped.margin++;
    else if (score > relativeMargin) dropped.relativeMargin++;
    else if (score > maxScore) dropped.maxScore++;
    else if (score < minScore) dropped.minScore++;
    else left.push(i);
  }
  const taken = choice.sampling === "top"
    ? left.slice(0, choice.negatives)
    : drawn(left, choice.negatives, random);
  return { documents: taken.map((i) => documents[i]), scores: taken.map((i) => scores[i]), dropped };
}

/** The scores at which the limits lie for an anchor. A share of a negative score goes down from it, too. */
function limitsOf(choice: Choice, positives: ArrayLike<number>): Record<ScoreLimit, number> {
  const { margin, relativeMargin, maxScore = Infinity, minScore = -Infinity } = choice;
  let lowest = positives[0];
  for (let i = 1; i < positives.length; i++) lowest = Math.min(lowest, positives[i]);
  return {
    margin: margin === undefined ? Infinity : lowest - margin,
    relativeMargin: relativeMargin === undefined ? Infinity : lowest - relativeMargin * Math.abs(lowest),
    maxScore,
    minScore,
  };
}

/** Some entries at random, in their order. */
function drawn(entries: readonly number[], count: number, random: Random): number[] {
  const order = Uint32Array.from(entries, (_, i) => i);
  random.shuffle(order);
  return [...order.subarray(0, count)].sort((a, b) => a - b).map((i) => entries[i]);
}

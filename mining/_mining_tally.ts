import type { MinedAnchor } from "./mined_anchor.ts";
import { type Choice, SCORE_LIMITS, type ScoreLimit } from "./mining_options.ts";
import type { MiningReport, ScoreSummary } from "./mining_report.ts";

/** Examples in a report. */
const EXAMPLES = 10;

/** Running moments of scores (Welford 1962). */
class Moments {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #lowest = Infinity;
  #highest = -Infinity;

  add(score: number): void {
    this.#count++;
    const off = score - this.#mean;
    this.#mean += off / this.#count;
    this.#squares += off * (score - this.#mean);
    this.#lowest = Math.min(this.#lowest, score);
    this.#highest = Math.max(this.#highest, score);
  }

  summary(): ScoreSummary {
    const count = this.#count;
    if (count === 0) return { count, mean: null, deviation: null, lowest: null, highest: null };
    const deviation = Math.sqrt(this.#squares / count);
    return { count, mean: this.#mean, deviation, lowest: this.#lowest, highest: this.#highest };
  }
}

/** Adds up what a report says, anchor by anchor. */
export class MiningTally {
  readonly #anchors: number;
  readonly #byNegatives: number[];
  readonly #positives = new Moments();
  readonly #negatives = new Moments();
  readonly #dropped = { margin: 0, relativeMargin: 0, maxScore: 0, minScore: 0 };
  readonly #examples: MinedAnchor[] = [];
  #seen = 0;

  /**
   * An empty tally.
   *
   * @param anchors how many there will be
   * @param negatives how many are asked for
   */
  constructor(anchors: number, negatives: number) {
    this.#anchors = anchors;
    this.#byNegatives = new Array(negatives + 1).fill(0);
  }

  /** Counts an anchor. */
  add(mined: MinedAnchor, dropped: Readonly<Record<ScoreLimit, number>>): void {
    const { positives, negatives } = mined;
    this.#byNegatives[negatives.length]++;
    for (const { score } of positives) this.#positives.add(score);
    for (const { score } of negatives) this.#negatives.add(score);
    for (const limit of SCORE_LIMITS) this.#dropped[limit] += dropped[limit];
    const due = Math.floor(this.#examples.length * this.#anchors / EXAMPLES);
    if (this.#seen++ >= due && this.#examples.length < EXAMPLES) this.#examples.push(mined);
  }

  /** The report. */
  report(facts: { pairs: number; documents: number; choice: Choice }): MiningReport {
    const negativeScores = this.#negatives.summary();
    return {
      ...facts,
      anchors: this.#seen,
      negatives: negativeScores.count,
      anchorsByNegatives: [...this.#byNegatives],
      dropped: { ...this.#dropped },
      positiveScores: this.#positives.summary(),
      negativeScores,
      examples: [...this.#examples],
    };
  }
}

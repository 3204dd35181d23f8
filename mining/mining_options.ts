/** How negatives are chosen among the documents that a search finds. */
export interface ChoiceOptions {
  /**
   * Negatives for each anchor, 1 or more.
   * @default 3
   */
  negatives?: number;
  /**
   * Best ranks that are passed over, as they may be positives that nobody has marked.
   * @default 0
   */
  rangeMin?: number;
  /**
   * Where the ranks end that negatives are taken from: `rangeMax - rangeMin` documents are looked at.
   * @default rangeMin + negatives, ten times as many if one of the limits below is set or `sampling` is "random"
   */
  rangeMax?: number;
  /**
   * Highest score that a negative may have.
   * @default no limit
   */
  maxScore?: number;
  /**
   * Lowest score that a negative may have.
   * @default no limit
   */
  minScore?: number;
  /**
   * How much lower than the positive's a negative's score must be, 0 or more; of several positives the lowest counts.
   * @default no limit
   */
  margin?: number;
  /**
   * The same as a share of the positive's score, 0 to 1: with 0.05 a negative has at most 95% of it.
   * @default no limit
   */
  relativeMargin?: number;
  /**
   * The best ones, or any of those that are left.
   * @default "top"
   */
  sampling?: Sampling;
}

/** Which of several negatives are taken. */
export type Sampling = "top" | "random";

/** All of them. */
export const SAMPLINGS: readonly Sampling[] = ["top", "random"];

/** The limits that a negative's score may have, in the order in which they are looked at. */
export const SCORE_LIMITS = ["margin", "relativeMargin", "maxScore", "minScore"] as const;

/** One of them. */
export type ScoreLimit = typeof SCORE_LIMITS[number];

/** Checked options, with their defaults. */
export interface Choice extends Pick<ChoiceOptions, ScoreLimit> {
  /** Negatives for each anchor. */
  negatives: number;
  /** Best ranks that are passed over. */
  rangeMin: number;
  /** Where the ranks end. */
  rangeMax: number;
  /** Which are taken. */
  sampling: Sampling;
}

/** How many times as many documents are looked at where some of them will not do; Sentence Transformers' number. */
const SURPLUS = 10;

/**
 * Checks options and fills in their defaults.
 *
 * @param options {@linkcode ChoiceOptions}
 * @param largestScore largest amount that a score can have
 * @throws {RangeError} if an option is out of its range, or two do not fit together
 */
export function checkChoice(options: ChoiceOptions, largestScore: number): Choice {
  const { negatives = 3, rangeMin = 0, sampling = "top" } = options;
  if (!Number.isSafeInteger(negatives) || negatives < 1) {
    refuse(`${negatives} negatives are asked for`, "ask for a whole number from 1");
  }
  if (!Number.isSafeInteger(rangeMin) || rangeMin < 0) {
    refuse(`the first rank is ${rangeMin}`, "give a whole number from 0");
  }
  const isSelective = sampling === "random" || SCORE_LIMITS.some((name) => options[name] !== undefined);
  const rangeMax = options.rangeMax ?? rangeMin + (isSelective ? SURPLUS : 1) * negatives;
  if (!Number.isSafeInteger(rangeMax) || rangeMax - rangeMin < negatives) {
    refuse(
      `ranks ${rangeMin} to ${rangeMax} are fewer than ${negatives} negatives`,
      `let the ranks end at ${rangeMin + negatives} or later`,
    );
  }
  checkLimits(options, largestScore);
  const { maxScore, minScore, margin, relativeMargin } = options;
  return { negatives, rangeMin, rangeMax, sampling, maxScore, minScore, margin, relativeMargin };
}

function checkLimits(
  { maxScore, minScore, margin, relativeMargin }: ChoiceOptions,
  largestScore: number,
): void {
  const known = Number.isFinite(largestScore);
  const range = known ? `scores are from ${-largestScore} to ${largestScore}` : "scores are finite";
  for (const [name, score] of [["highest", maxScore], ["lowest", minScore]] as const) {
    if (score === undefined || (Number.isFinite(score) && Math.abs(score) <= largestScore)) continue;
    refuse(`the ${name} score is ${score}, but ${range}`, "give such a score");
  }
  if (maxScore !== undefined && minScore !== undefined && minScore > maxScore) {
    refuse(`no score is from ${minScore} to ${maxScore}`, "give the lower one as the lowest score");
  }
  if (margin !== undefined && !(margin >= 0 && margin <= 2 * largestScore && Number.isFinite(margin))) {
    const most = known ? ` to ${2 * largestScore}` : "";
    refuse(`the margin is ${margin}`, `give a number from 0${most}`);
  }
  if (relativeMargin !== undefined && !(relativeMargin >= 0 && relativeMargin <= 1)) {
    refuse(`the relative margin is ${relativeMargin}`, "give a share from 0 to 1");
  }
}

function refuse(reason: string, cure: string): never {
  throw new RangeError(`Cannot mine: ${reason}; ${cure}`);
}

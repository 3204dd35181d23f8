/** A measured number: its median over repeated runs, and the smallest and largest of them. */
export interface Spread {
  /** Median of the runs. */
  median: number;
  /** Smallest of the runs. */
  low: number;
  /** Largest of the runs. */
  high: number;
}

/** How fast a model encodes at one size. */
export interface SizeSpeed {
  /** How many columns counted. */
  size: number;
  /** Texts encoded a second, tokenizing included, many at once. */
  textsPerSecond: Spread;
  /** Tokens of these texts a second; null where their number is not known. */
  tokensPerSecond: Spread | null;
  /** Milliseconds for one text alone. */
  textMilliseconds: Spread;
}

/** How fast and how large a model is, on the machine at hand. */
export interface SpeedReport {
  /** How many texts a run encoded. */
  texts: number;
  /** How many tokens they have; null where that is not known. */
  tokens: number | null;
  /** How many runs a median is taken over. */
  repeats: number;
  /** One entry a size, in the order asked for. */
  sizes: SizeSpeed[];
  /** Bytes of the model's files; null where they are not known. */
  modelBytes: number | null;
  /** Milliseconds from the start of a process to its first vector; null where that was not measured. */
  startMilliseconds: Spread | null;
}

/** What is measured. */
export interface SpeedTask {
  /** Encodes texts at a size. */
  encode: (texts: readonly string[], size: number) => Promise<unknown>;
  /** What is encoded; at least one text. */
  texts: readonly string[];
  /** Sizes to measure. */
  sizes: readonly number[];
  /** How many tokens the texts have. @default unknown */
  tokens?: number;
}

/** Options of {@link measureSpeed}. */
export interface SpeedOptions {
  /** Milliseconds from any fixed moment, such as `() => performance.now()`. */
  clock: () => number;
  /**
   * How many runs a median is taken over.
   * @default 7
   */
  repeats?: number;
}

/** Texts that are encoded alone, one after the other, in a run. */
const SINGLE_TEXTS = 50;

/**
 * Measures how fast texts are encoded, many at once and one alone, at every size: after one run that does not count,
 * medians of several. Sizes take turns, so that a disturbance does not fall on one of them alone.
 *
 * @param task {@link SpeedTask}
 * @param options {@link SpeedOptions}
 * @throws RangeError when there are no texts or fewer than one run
 */
export async function measureSpeed(
  { encode, texts, sizes, tokens }: SpeedTask,
  { clock, repeats = 7 }: SpeedOptions,
): Promise<SpeedReport> {
  if (texts.length === 0 || !(repeats >= 1)) {
    throw new RangeError(
      `Cannot measure speed: ${texts.length} texts in ${repeats} runs; give at least one text and one run`,
    );
  }
  const singles = Array.from({ length: SINGLE_TEXTS }, (_, i) => [texts[i % texts.length]]);
  const measured = sizes.map(() => ({ many: [] as number[], one: [] as number[] }));
  for (let run = 0; run <= repeats; run++) {
    for (const [s, size] of sizes.entries()) {
      const start = clock();
      await encode(texts, size);
      const middle = clock();
      for (const single of singles) await encode(single, size);
      if (run === 0) continue;
      measured[s].many.push((middle - start) / 1000);
      measured[s].one.push((clock() - middle) / SINGLE_TEXTS);
    }
  }
  return {
    texts: texts.length,
    tokens: tokens ?? null,
    repeats,
    sizes: measured.map(({ many, one }, s): SizeSpeed => ({
      size: sizes[s],
      textsPerSecond: spread(many.map((seconds) => texts.length / seconds)),
      tokensPerSecond: tokens === undefined ? null : spread(many.map((seconds) => tokens / seconds)),
      textMilliseconds: spread(one),
    })),
    modelBytes: null,
    startMilliseconds: null,
  };
}

/**
 * Median, smallest and largest of some numbers.
 *
 * @param values at least one number
 */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    low: sorted[0],
    high: sorted[sorted.length - 1],
  };
}

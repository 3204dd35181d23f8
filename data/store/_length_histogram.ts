/** Lengths up to this are counted in an array. */
const SHORT = 1 << 12;

/** How long the texts of a column are, in token ids. */
export interface LengthCounts {
  /** Token ids of all texts. */
  tokens: number;
  /** Mean number of token ids of a text. */
  mean: number;
  /** Half of the texts have at most so many. */
  median: number;
  /** 95 in 100 texts have at most so many. */
  p95: number;
  /** 99 in 100 texts have at most so many. */
  p99: number;
  /** Token ids of the longest text. */
  longest: number;
}

/** Counts how many texts have which length; its memory does not grow with the number of texts. */
export class LengthHistogram {
  readonly #short = new Float64Array(SHORT);
  readonly #long = new Map<number, number>();

  /** Counts a text. */
  add(length: number): void {
    if (length < SHORT) this.#short[length]++;
    else this.#long.set(length, (this.#long.get(length) ?? 0) + 1);
  }

  /** What the lengths amount to; all 0 without texts. */
  summary(): LengthCounts {
    const counts: [length: number, texts: number][] = [
      ...[...this.#short].map((texts, length): [number, number] => [length, texts]),
      ...[...this.#long].sort(([a], [b]) => a - b),
    ].filter(([, texts]) => texts > 0);
    const texts = counts.reduce((sum, [, count]) => sum + count, 0);
    const tokens = counts.reduce((sum, [length, count]) => sum + length * count, 0);
    const shareHasAtMost = (share: number): number => {
      let sum = 0;
      return counts.find(([, count]) => (sum += count) >= share * texts)?.[0] ?? 0;
    };
    return {
      tokens,
      mean: texts === 0 ? 0 : tokens / texts,
      median: shareHasAtMost(0.5),
      p95: shareHasAtMost(0.95),
      p99: shareHasAtMost(0.99),
      longest: counts.at(-1)?.[0] ?? 0,
    };
  }
}

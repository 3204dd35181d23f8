/**
 * A score of drawn items: item i counts as often as `weights[i]` says. All weights 1 give the score itself.
 *
 * @returns the score, or null where it is undefined
 */
export type Statistic = (weights: Uint32Array) => number | null;

/** Numbers that differ by less than this share of the largest count as one, as in {@link isConstant}. */
const CONSTANT = 1e-12;

/**
 * The mean of the drawn items' values.
 *
 * @param values one number an item
 */
export function meanStatistic(values: ArrayLike<number>): Statistic {
  const numbers = Float64Array.from(values);
  return (weights) => {
    let sum = 0, drawn = 0;
    for (let i = 0; i < numbers.length; i++) {
      sum += weights[i] * numbers[i];
      drawn += weights[i];
    }
    return drawn === 0 ? null : sum / drawn;
  };
}

/**
 * Pearson's correlation over the drawn items; undefined where all drawn numbers of a list are the same.
 *
 * @param x one number an item
 * @param y one number an item
 */
export function pearsonStatistic(x: ArrayLike<number>, y: ArrayLike<number>): Statistic {
  const [a, b] = [Float64Array.from(x), Float64Array.from(y)];
  return (weights) => weightedPearson(a, b, weights);
}

/**
 * Spearman's correlation over the drawn items. Items are sorted once: the ranks of any draw follow from the weights in
 * one pass over each list, and the mean of all ranks is half of one more than the number drawn.
 *
 * @param x one number an item
 * @param y one number an item
 */
export function spearmanStatistic(x: ArrayLike<number>, y: ArrayLike<number>): Statistic {
  const { order, ends } = sortedGroups(x);
  const ofY = sortedGroups(y);
  const groupOfY = groupNumbers(ofY);
  const rankOfY = new Float64Array(ofY.ends.length);
  return (weights) => {
    rankOfY.fill(0);
    let drawn = 0;
    for (let item = 0; item < weights.length; item++) {
      rankOfY[groupOfY[item]] += weights[item];
      drawn += weights[item];
    }
    const middle = (drawn + 1) / 2;
    const yy = centredRanks(rankOfY, middle);
    let xx = 0, xy = 0, below = 0;
    for (let group = 0, at = 0; group < ends.length; group++) {
      let here = 0, sum = 0;
      for (; at < ends[group]; at++) {
        const weight = weights[order[at]];
        here += weight;
        sum += weight * rankOfY[groupOfY[order[at]]];
      }
      const rank = below + (here + 1) / 2 - middle;
      xx += here * rank * rank;
      xy += rank * sum;
      below += here;
    }
    return xx === 0 || yy === 0 ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
  };
}

/** Turns how often each group was drawn into its rank less the mean rank; returns the sum of squares over the items. */
function centredRanks(out: Float64Array, middle: number): number {
  let below = 0, squares = 0;
  for (let group = 0; group < out.length; group++) {
    const here = out[group];
    const rank = below + (here + 1) / 2 - middle;
    squares += here * rank * rank;
    below += here;
    out[group] = rank;
  }
  return squares;
}

/**
 * Average precision over the drawn items, as {@link averagePrecisionOf} has it. Items are sorted once.
 *
 * @param scores one number an item, larger is more likely relevant
 * @param labels above 0 is relevant
 */
export function averagePrecisionStatistic(scores: ArrayLike<number>, labels: ArrayLike<number>): Statistic {
  const { order, ends } = sortedGroups(scores);
  return (weights) => {
    let above = 0, found = 0, sum = 0;
    for (let group = ends.length - 1; group >= 0; group--) {
      let here = 0;
      for (let at = group === 0 ? 0 : ends[group - 1]; at < ends[group]; at++) {
        const weight = weights[order[at]];
        above += weight;
        if (labels[order[at]] > 0) here += weight;
      }
      found += here;
      if (here > 0) sum += here * found / above;
    }
    return found === 0 ? null : sum / found;
  };
}

/** For every item the number of its group. */
function groupNumbers({ order, ends }: { order: Uint32Array; ends: Uint32Array }): Uint32Array {
  const numbers = new Uint32Array(order.length);
  for (let group = 0, at = 0; group < ends.length; group++) {
    for (; at < ends[group]; at++) numbers[order[at]] = group;
  }
  return numbers;
}

/** Numbers of the items from the smallest value to the largest, and where each group of equal values ends. */
function sortedGroups(values: ArrayLike<number>): { order: Uint32Array; ends: Uint32Array } {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) =>
    values[a] - values[b]
  );
  const ends: number[] = [];
  for (let at = 1; at <= order.length; at++) {
    if (at === order.length || values[order[at]] !== values[order[at - 1]]) ends.push(at);
  }
  return { order, ends: Uint32Array.from(ends) };
}

function weightedPearson(x: Float64Array, y: Float64Array, weights: Uint32Array): number | null {
  const [centreX, centreY] = [weightedMean(x, weights), weightedMean(y, weights)];
  let xx = 0, yy = 0, xy = 0;
  for (let i = 0; i < x.length; i++) {
    const a = x[i] - centreX.mean, b = y[i] - centreY.mean, weight = weights[i];
    xx += weight * a * a;
    yy += weight * b * b;
    xy += weight * a * b;
  }
  if (centreX.constant || centreY.constant) return null;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

function weightedMean(values: Float64Array, weights: Uint32Array): { mean: number; constant: boolean } {
  let sum = 0, drawn = 0, low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (weights[i] === 0) continue;
    const value = values[i];
    sum += weights[i] * value;
    drawn += weights[i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const constant = !(high - low > CONSTANT * Math.max(Math.abs(high), Math.abs(low)));
  return { mean: sum / drawn, constant };
}

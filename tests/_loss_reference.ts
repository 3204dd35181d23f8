/**
 * Losses in plain float64 loops, straight from their formulas, written without a look at the graphs: the yardstick
 * where the golden file has no case. Slow on purpose.
 */

/** Rows of a text column. */
export type Rows = readonly (readonly number[])[];

/** Dot product. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

/** Cosine; 0 for a zero vector. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

/** A distance by name. */
export function distance(a: readonly number[], b: readonly number[], kind: string): number {
  if (kind === "cosine") return 1 - cosine(a, b);
  const differences = a.map((x, i) => x - b[i]);
  if (kind === "manhattan") return differences.reduce((sum, x) => sum + Math.abs(x), 0);
  return Math.sqrt(dot(differences, differences));
}

/** Mean of some numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Logarithm of a sum of exponentials. */
export function logSumExp(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, x) => sum + Math.exp(x - largest), 0));
}

/** Options of {@link ranking}. */
export interface RankingReference {
  /** Factor of the cosines. */
  scale: number;
  /** What competes. */
  directions: readonly string[];
  /** Whether each direction has a softmax of its own. */
  perDirection?: boolean;
  /** Which negatives are hardened. */
  hardnessMode?: string;
  /** By how much. */
  hardnessStrength?: number;
  /** The columns that hardness sees: a constant for the gradient. */
  frozen?: readonly Rows[];
}

/** MultipleNegativesRanking. */
export function ranking(columns: readonly Rows[], options: RankingReference): number {
  const { scale, directions, perDirection = false } = options;
  const [anchors, ...documents] = columns;
  const [positives] = documents;
  const losses = anchors.map((anchor, i) => {
    const own = scale * cosine(anchor, positives[i]);
    const logits: Record<string, () => number[]> = {
      queryToDoc: () =>
        documents.flatMap((column, c) =>
          column.map((text, j) => scale * cosine(anchor, text) + penalty(columns, options, [i, c, j]))
        ),
      queryToQuery: () => anchors.flatMap((other, j) => j === i ? [] : [scale * cosine(anchor, other)]),
      docToQuery: () => anchors.map((other) => scale * cosine(positives[i], other)),
      docToDoc: () =>
        documents.flatMap((column) =>
          column.flatMap((text, j) => j === i ? [] : [scale * cosine(positives[i], text)])
        ),
    };
    const all = directions.map((direction) => logits[direction]());
    const partition = perDirection ? mean(all.map(logSumExp)) : logSumExp(all.flat());
    return partition - own;
  });
  return mean(losses);
}

function penalty(
  columns: readonly Rows[],
  { hardnessMode, hardnessStrength = 0, frozen = columns }: RankingReference,
  [i, c, j]: readonly [number, number, number],
): number {
  const isPositive = c === 0 && i === j;
  const isOwnNegative = c > 0 && i === j;
  const isInBatch = i !== j;
  const counts = hardnessMode === "allNegatives"
    ? !isPositive
    : hardnessMode === "hardNegatives"
    ? isOwnNegative
    : hardnessMode === "inBatchNegatives"
    ? isInBatch
    : false;
  return counts ? hardnessStrength * cosine(frozen[0][i], frozen[c + 1][j]) : 0;
}

/** Options of {@link gist}. */
export interface GistReference {
  /** What the cosines are divided by. */
  temperature: number;
  /** How the margin is meant. */
  marginStrategy: string;
  /** The margin. */
  margin: number;
  /** Whether anchors compete. */
  contrastAnchors: boolean;
  /** Whether positives compete. */
  contrastPositives: boolean;
}

/** GIST with any number of negatives. */
export function gist(columns: readonly Rows[], guides: readonly Rows[], options: GistReference): number {
  const { temperature, margin } = options;
  const [anchors, positives] = columns;
  return mean(anchors.map((_, i) => {
    const own = cosine(guides[0][i], guides[1][i]);
    const limit = own - (options.marginStrategy === "absolute" ? margin : margin * Math.abs(own));
    const logits = [cosine(anchors[i], positives[i]) / temperature];
    const add = (a: number, b: number, includesOwn: boolean): void => {
      columns[b].forEach((text, j) => {
        if (j === i && !includesOwn) return;
        if (cosine(guides[a][i], guides[b][j]) > limit) return;
        logits.push(cosine(columns[a][i], text) / temperature);
      });
    };
    add(0, 1, false);
    if (options.contrastAnchors) add(0, 0, false);
    if (options.contrastPositives) add(1, 1, false);
    for (let c = 2; c < columns.length; c++) add(0, c, true);
    return logSumExp(logits) - logits[0];
  }));
}

/** BatchHardTriplet; margin "soft" for the soft margin. */
export function batchHard(
  texts: Rows,
  labels: readonly number[],
  kind: string,
  margin: number | "soft",
): number {
  return mean(texts.map((text, i) => {
    const far = texts.map((other, j) => j !== i && labels[j] === labels[i] ? distance(text, other, kind) : 0);
    const near = texts.flatMap((other, j) => labels[j] !== labels[i] ? [distance(text, other, kind)] : []);
    const difference = Math.max(...far) - Math.min(...near);
    return margin === "soft" ? Math.log1p(Math.exp(difference)) : Math.max(0, difference + margin);
  }));
}

/** BatchSemiHardTriplet. */
export function batchSemiHard(texts: Rows, labels: readonly number[], kind: string, margin: number): number {
  const costs: number[] = [];
  texts.forEach((text, i) => {
    const near = texts.flatMap((other, j) => labels[j] !== labels[i] ? [distance(text, other, kind)] : []);
    texts.forEach((other, j) => {
      if (j === i || labels[j] !== labels[i]) return;
      const own = distance(text, other, kind);
      const farther = near.filter((d) => d > own);
      const taken = farther.length > 0 ? Math.min(...farther) : near.length > 0 ? Math.max(...near) : 0;
      costs.push(Math.max(0, own - taken + margin));
    });
  });
  return costs.length === 0 ? 0 : mean(costs);
}

/** BatchAllTriplet. */
export function batchAll(texts: Rows, labels: readonly number[], kind: string, margin: number): number {
  const costs: number[] = [];
  texts.forEach((anchor, i) =>
    texts.forEach((positive, j) =>
      texts.forEach((negative, k) => {
        if (i === j || labels[i] !== labels[j] || labels[i] === labels[k]) return;
        const cost = distance(anchor, positive, kind) - distance(anchor, negative, kind) + margin;
        if (cost > 0) costs.push(cost);
      })
    )
  );
  return costs.length === 0 ? 0 : mean(costs);
}

/** MegaBatchMargin. */
export function megaBatchMargin(
  anchors: Rows,
  positives: Rows,
  [up, down]: readonly [number, number],
): number {
  return mean(anchors.map((anchor, i) => {
    const others = positives.flatMap((text, j) => j === i ? [] : [cosine(anchor, text)]);
    return Math.max(0, up - cosine(anchor, positives[i])) + Math.max(0, Math.max(...others) - down);
  }));
}

/** Triplet. */
export function triplet(
  [anchors, positives, negatives]: readonly Rows[],
  kind: string,
  margin: number,
): number {
  return mean(
    anchors.map((anchor, i) =>
      Math.max(0, distance(anchor, positives[i], kind) - distance(anchor, negatives[i], kind) + margin)
    ),
  );
}

/** Contrastive. */
export function contrastive(
  [a, b]: readonly Rows[],
  labels: readonly number[],
  kind: string,
  margin: number,
): number {
  return mean(a.map((text, i) => {
    const d = distance(text, b[i], kind);
    return 0.5 * (labels[i] * d ** 2 + (1 - labels[i]) * Math.max(0, margin - d) ** 2);
  }));
}

/** OnlineContrastive. */
export function onlineContrastive(
  [a, b]: readonly Rows[],
  labels: readonly number[],
  kind: string,
  margin: number,
): number {
  const distances = a.map((text, i) => distance(text, b[i], kind));
  const together = distances.filter((_, i) => labels[i] === 1);
  const apart = distances.filter((_, i) => labels[i] === 0);
  const limit = (own: number[], other: number[], pick: (...values: number[]) => number): number =>
    other.length > 0 ? pick(...other) : mean(own);
  const hardTogether = together.filter((d) => d > limit(together, apart, Math.min));
  const hardApart = apart.filter((d) => d < limit(apart, together, Math.max));
  return [...hardTogether.map((d) => d ** 2), ...hardApart.map((d) => Math.max(0, margin - d) ** 2)]
    .reduce((sum, x) => sum + x, 0);
}

/** MarginMSE; labels are margins, one for each negative. */
export function marginMse(columns: readonly Rows[], margins: Rows, measure = dot): number {
  const [queries, positives, ...negatives] = columns;
  return mean(
    queries.flatMap((query, i) =>
      negatives.map((column, k) =>
        (measure(query, positives[i]) - measure(query, column[i]) - margins[i][k]) ** 2
      )
    ),
  );
}

/** DistillKLDiv. */
export function distillKlDiv(
  columns: readonly Rows[],
  scores: Rows,
  [student, teacher]: readonly [number, number],
  measure = dot,
): number {
  const [queries, ...documents] = columns;
  const logProbabilities = (values: number[]): number[] => values.map((x) => x - logSumExp(values));
  const rows = queries.map((query, i) => {
    const q = logProbabilities(documents.map((column) => measure(query, column[i]) / student));
    const p = logProbabilities(scores[i].map((score) => score / teacher));
    return p.reduce((sum, x, k) => sum + Math.exp(x) * (x - q[k]), 0);
  });
  return student ** 2 * mean(rows);
}

/** EmbedDistill with a teacher for each column. */
export function embedDistill(columns: readonly Rows[], teachers: readonly Rows[], kind: string): number {
  const losses = columns.map((column, c) =>
    mean(column.map((text, i) => {
      const teacher = teachers[c][i];
      if (kind === "mse") return mean(text.map((x, k) => (x - teacher[k]) ** 2));
      return distance(text, teacher, kind === "l2" ? "euclidean" : "cosine");
    }))
  );
  return mean(losses);
}

/** TeacherContrast with a teacher for each column. */
export function teacherContrast(
  columns: readonly Rows[],
  teachers: readonly Rows[],
  { scale, symmetric }: { scale: number; symmetric: boolean },
): number {
  return mean(columns.flatMap((column, c) =>
    column.map((text, i) => {
      const own = scale * cosine(text, teachers[c][i]);
      const found = logSumExp(teachers[c].map((teacher) => scale * cosine(text, teacher)));
      const back = logSumExp(column.map((other) => scale * cosine(other, teachers[c][i])));
      return (symmetric ? (found + back) / 2 : found) - own;
    })
  ));
}

/** GlobalOrthogonalRegularization. */
export function globalOrthogonalRegularization(
  columns: readonly Rows[],
  [first, second]: readonly [number, number],
): number {
  return columns.map((column) => {
    const cosines = column.flatMap((a, i) => column.flatMap((b, j) => j === i ? [] : [cosine(a, b)]));
    const moment = mean(cosines.map((x) => x * x)) - 1 / column[0].length;
    return first * mean(cosines) ** 2 + second * Math.max(0, moment);
  }).reduce((sum, x) => sum + x, 0);
}

/** AnglE. */
export function angle([a, b]: readonly Rows[], labels: readonly number[], scale: number): number {
  const sims = a.map((x, i) => {
    const y = b[i];
    const half = Math.ceil(x.length / 2);
    let sum = 0;
    for (let k = 0; k < half; k++) {
      const [re1, im1, re2, im2] = [x[k], x[half + k] ?? 0, y[k], y[half + k] ?? 0];
      sum += re1 * re2 + im1 * im2 + im1 * re2 - re1 * im2;
    }
    return scale * Math.abs(sum) / Math.sqrt(dot(x, x) * dot(y, y));
  });
  const pairs = sims.flatMap((s, i) => sims.flatMap((t, j) => labels[i] < labels[j] ? [s - t] : []));
  return logSumExp([0, ...pairs]);
}

/** Every row of the first `size` dimensions, scaled to length 1: what Matryoshka shows its inner loss. */
export function truncated(column: Rows, size: number): number[][] {
  return column.map((row) => {
    const part = row.slice(0, size);
    const length = Math.sqrt(dot(part, part));
    return part.map((x) => x / length);
  });
}

/** Gradient of a loss by central differences in float64, of each column. */
export function differences(loss: (columns: Rows[]) => number, columns: readonly Rows[]): number[][] {
  const STEP = 1e-5;
  return columns.map((column, c) =>
    column.flatMap((row, i) =>
      row.map((_, k) => {
        const at = (shift: number): number => {
          const moved = columns.map((rows) => rows.map((each) => [...each]));
          moved[c][i][k] += shift;
          return loss(moved);
        };
        return (at(STEP) - at(-STEP)) / (2 * STEP);
      })
    )
  );
}

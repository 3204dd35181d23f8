import {
  concat,
  diagonalMask,
  diagonalOf,
  logSumExp,
  mul,
  reduceMean,
  scaleWithoutGradient,
  sub,
  sumOf,
  transpose,
  type Value,
  where,
  withGradientOf,
} from "../../graph/mod.ts";
import type { Embedding } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/** Who must be told apart from whom: q the anchors, d the positives and negatives. */
export type RankingDirection = "queryToDoc" | "queryToQuery" | "docToQuery" | "docToDoc";

/** Which negatives weigh more, the harder they are: those of other rows, those of the own row, or both. */
export type HardnessMode = "inBatchNegatives" | "hardNegatives" | "allNegatives";

/** The options that MultipleNegativesRanking and its cached form share. */
export interface RankingOptions {
  /** Factor of the cosines, the inverse of a temperature; above 0. */
  scale: number;
  /** Which similarities compete with the positive's; `queryToDoc` is among them. */
  directions: readonly RankingDirection[];
  /**
   * One softmax over all directions, or the mean of one for each. `perDirection` is for `queryToDoc` and `docToQuery`
   * alone: the other two do not contain the positive.
   */
  partitionMode: "joint" | "perDirection";
  /** Which negatives of `queryToDoc` weigh more, the harder they are; null treats all alike. */
  hardnessMode?: HardnessMode | null;
  /** How much more: a negative counts exp(strength cos) times, 0 or more. */
  hardnessStrength?: number;
}

/**
 * MultipleNegativesRanking: of all positives and negatives of the batch, each anchor must find its own positive. The
 * larger the batch, the harder.
 *
 * Formula: L = 1/n sum_i [ log Z_i - s cos(a_i, p_i) ], Z_i = the sum of exp(s cos) over what competes: all positives
 * and negatives with a_i (`queryToDoc`), other anchors with a_i (`queryToQuery`), all anchors with p_i
 * (`docToQuery`), positives and negatives of other rows with p_i (`docToDoc`). With hardness, exp((s + strength) cos)
 * for the negatives of the mode, the strength seen as a constant by the gradient.
 *
 * Columns: (anchor, positive), (anchor, positive, negative) or (anchor, positive, negative_1 .. negative_n).
 *
 * Reference: Henderson et al. 2017, "Efficient Natural Language Response Suggestion for Smart Reply", section 4.4; the
 * directions: Li et al. 2023, "Towards General Text Embeddings with Multi-stage Contrastive Learning", section 3.2;
 * hardness: Lan et al. 2025, "LLaVE", equation 5. `MultipleNegativesRankingLoss` of Sentence Transformers.
 */
export interface MultipleNegativesRankingSpec extends RankingOptions {
  /** Which loss. */
  kind: "multipleNegativesRanking";
}

/** Columns that MultipleNegativesRanking needs. */
export const MULTIPLE_NEGATIVES_RANKING_NEEDS: LossRequirements = {
  minColumns: 2,
  maxColumns: Infinity,
  labels: false,
  columns: "(anchor, positive) or (anchor, positive, negative, ...)",
};

/**
 * Appends {@link MultipleNegativesRankingSpec}'s formula.
 *
 * The cosine with the own positive is read off the matrix, so that its rounding cancels against the sum's. Its gradient
 * goes through row products, so that the gradient of the matrix is the softmax alone.
 */
export function multipleNegativesRankingLoss(spec: RankingOptions, inputs: LossInputs): Value {
  const [anchor, positive] = inputs.columns;
  const own = withGradientOf(
    diagonalOf(anchor.cosines(competitors(inputs)[1], spec.scale), inputs.all?.firstRow),
    anchor.rowCosines(positive, spec.scale),
  );
  const partitions = spec.directions.map((direction) => logPartitions(direction, inputs, spec));
  if (spec.partitionMode === "perDirection") {
    const losses = partitions.map((parts) => reduceMean(sub(joint(parts), own)));
    return mul(sumOf(losses), 1 / losses.length);
  }
  return reduceMean(sub(joint(partitions.flat()), own));
}

/** The columns of the whole batch. */
function competitors({ all, columns }: LossInputs): readonly Embedding[] {
  return all?.columns ?? columns;
}

/** The logarithm of a sum from the logarithms of its parts, [n, 1] each. */
function joint(parts: readonly Value[]): Value {
  return parts.length === 1 ? parts[0] : logSumExp(concat(parts, 1));
}

/** Logarithms [n, 1] whose exponentials add up to the direction's part of Z. */
function logPartitions(direction: RankingDirection, inputs: LossInputs, spec: RankingOptions): Value[] {
  const { columns: [anchor, positive], all } = inputs;
  const [anchors, ...documents] = competitors(inputs);
  /** A matrix' rows without the diagonal: what belongs to the same row of the batch does not compete. */
  const others = (scores: Value): Value => logSumExp(scores, diagonalMask(scores, all?.firstRow));
  switch (direction) {
    case "queryToDoc":
      return documents.map((column, i) =>
        documentPartition(anchor, column, { ...spec, all, isPositive: i === 0 })
      );
    case "queryToQuery":
      return [others(anchor.cosines(anchors, spec.scale))];
    case "docToQuery":
      if (all !== undefined) return [logSumExp(positive.cosines(anchors, spec.scale))];
      // Without negatives the matrix is the one of queryToDoc: a transpose in place of three products.
      return [logSumExp(transpose(anchor.cosines(positive, spec.scale)))];
    case "docToDoc":
      return documents.map((other) => others(positive.cosines(other, spec.scale)));
  }
}

/** What one column of documents adds to `queryToDoc`. */
function documentPartition(
  anchor: Embedding,
  column: Embedding,
  options: RankingOptions & Pick<LossInputs, "all"> & { isPositive: boolean },
): Value {
  const { scale, hardnessMode = null, hardnessStrength = 0, isPositive, all } = options;
  const scores = anchor.cosines(column, scale);
  if (hardnessMode === null || hardnessStrength === 0) return logSumExp(scores);
  const factor = 1 + hardnessStrength / scale;
  const other = hardnessMode === "hardNegatives" ? 1 : factor;
  const own = isPositive || hardnessMode === "inBatchNegatives" ? 1 : factor;
  if (own === 1 && other === 1) return logSumExp(scores);
  return logSumExp(scaleWithoutGradient(scores, where(diagonalMask(scores, all?.firstRow), own, other)));
}

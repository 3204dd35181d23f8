import {
  concat,
  logSumExp,
  mul,
  reduceMean,
  replaceDiagonal,
  sub,
  sumOf,
  type Value,
} from "../../graph/mod.ts";
import { Embedding } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/** Who must be told apart from whom: q the anchors, d the positives (and negatives, behind `queryToDoc`). */
export type RankingDirection = "queryToDoc" | "queryToQuery" | "docToQuery" | "docToDoc";

/**
 * MultipleNegativesRanking: of all positives and negatives of the batch, each anchor must find its own positive.
 *
 * Columns: (anchor, positive), (anchor, positive, negative) or (anchor, positive, negative_1 .. negative_n).
 * Reference: Henderson et al. 2017, "Efficient Natural Language Response Suggestion for Smart Reply", section 4.4; the
 * directions: Li et al. 2023, "Towards General Text Embeddings with Multi-stage Contrastive Learning", section 3.2;
 * `MultipleNegativesRankingLoss` of Sentence Transformers.
 */
export interface MultipleNegativesRankingSpec {
  /** Which loss. */
  kind: "multipleNegativesRanking";
  /** Factor of the cosines, the inverse of a temperature; above 0. */
  scale: number;
  /** Which similarities compete with the positive's; at least one. */
  directions: readonly RankingDirection[];
  /** One softmax over all directions, or the mean of one for each. */
  partitionMode: "joint" | "perDirection";
}

/** Columns that MultipleNegativesRanking needs. */
export const MULTIPLE_NEGATIVES_RANKING_NEEDS: LossRequirements = {
  minColumns: 2,
  maxColumns: Infinity,
  labels: false,
  columns: "(anchor, positive) or (anchor, positive, negative, ...)",
};

/** Stands for minus infinity among scaled cosines: its exponential is 0 in float32. */
const EXCLUDED = -1e9;

/**
 * L = 1/n sum_i [ log Z_i - s cos(a_i, p_i) ], Z_i = sum over the scores of anchor i (or positive i) in each direction.
 *
 * `queryToDoc`: exp(s cos(a_i, c_j)) over all positives and negatives c_j; `docToQuery`: exp(s cos(p_i, a_j));
 * `queryToQuery` and `docToDoc`: exp(s cos(a_i, a_j)) and exp(s cos(p_i, p_j)) over j != i.
 *
 * The cosine with the own positive comes from row products, not from the diagonal of the matrix, so that the gradient
 * of the matrix is the softmax alone.
 */
export function multipleNegativesRankingLoss(
  spec: MultipleNegativesRankingSpec,
  { columns }: LossInputs,
): Value {
  const [anchor, positive] = columns;
  const own = anchor.rowCosines(positive, spec.scale);
  const partitions = spec.directions.map((direction) =>
    logSumExp(directionScores(direction, columns, spec.scale))
  );
  if (spec.partitionMode === "perDirection") {
    const losses = partitions.map((partition) => reduceMean(sub(partition, own)));
    return mul(sumOf(losses), 1 / losses.length);
  }
  const partition = partitions.length === 1 ? partitions[0] : logSumExp(concat(partitions, 1));
  return reduceMean(sub(partition, own));
}

function directionScores(direction: RankingDirection, columns: readonly Embedding[], scale: number): Value {
  const [anchor, positive, ...negatives] = columns;
  switch (direction) {
    case "queryToDoc":
      return anchor.cosines(Embedding.stack([positive, ...negatives], "candidates"), scale);
    case "queryToQuery":
      return replaceDiagonal(anchor.cosines(anchor, scale), EXCLUDED);
    case "docToQuery":
      return positive.cosines(anchor, scale);
    case "docToDoc":
      return replaceDiagonal(positive.cosines(positive, scale), EXCLUDED);
  }
}

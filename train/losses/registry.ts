import type { Value } from "../../graph/mod.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";
import { matryoshkaLoss, type MatryoshkaSpec } from "./matryoshka.ts";
import {
  MULTIPLE_NEGATIVES_RANKING_NEEDS,
  multipleNegativesRankingLoss,
  type MultipleNegativesRankingSpec,
} from "./multiple_negatives_ranking.ts";

/** A loss that stands alone: plain data, told apart by `kind`. */
export type BaseLossSpec = MultipleNegativesRankingSpec;

/** Any loss, as a resolved recipe writes it. */
export type LossSpec = BaseLossSpec | MatryoshkaSpec;

/** Appends a loss to the graph of its inputs. */
export function buildLoss(spec: LossSpec, inputs: LossInputs): Value {
  switch (spec.kind) {
    case "multipleNegativesRanking":
      return multipleNegativesRankingLoss(spec, inputs);
    case "matryoshka":
      return matryoshkaLoss(spec, (inner) => buildLoss(spec.loss, inner), inputs);
  }
}

/** What a loss asks of its data. */
export function lossRequirements(spec: LossSpec): LossRequirements {
  switch (spec.kind) {
    case "multipleNegativesRanking":
      return MULTIPLE_NEGATIVES_RANKING_NEEDS;
    case "matryoshka":
      return lossRequirements(spec.loss);
  }
}

/** The sizes at which a loss looks at the embeddings, ascending; the last one is `dim`. */
export function lossSizes(spec: LossSpec, dim: number): number[] {
  return spec.kind === "matryoshka" ? [...spec.dims] : [dim];
}

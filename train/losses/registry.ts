import type { Value } from "../../graph/mod.ts";
import { combineRequirements } from "./_combine_requirements.ts";
import { CLASSES } from "./_label_pairs.ts";
import { anglELoss, type AnglESpec } from "./angle.ts";
import { batchAllTripletLoss, type BatchAllTripletSpec } from "./batch_all_triplet.ts";
import { batchHardTripletLoss, type BatchHardTripletSpec } from "./batch_hard_triplet.ts";
import { batchSemiHardTripletLoss, type BatchSemiHardTripletSpec } from "./batch_semi_hard_triplet.ts";
import type { CachedGistSpec } from "./cached_gist.ts";
import type { CachedMultipleNegativesRankingSpec } from "./cached_multiple_negatives_ranking.ts";
import { BINARY_PAIRS, contrastiveLoss, type ContrastiveSpec } from "./contrastive.ts";
import { coSentLoss, type CoSentSpec, SCORED_PAIRS } from "./cosent.ts";
import {
  COSINE_SIMILARITY_NEEDS,
  cosineSimilarityLoss,
  type CosineSimilaritySpec,
} from "./cosine_similarity.ts";
import { DISTILL_KL_DIV_NEEDS, distillKlDivLoss, type DistillKlDivSpec } from "./distill_kl_div.ts";
import { embedDistillLoss, type EmbedDistillSpec, TEACHER_VECTORS } from "./embed_distill.ts";
import { GIST_NEEDS, gistLoss, type GistSpec } from "./gist.ts";
import {
  ANY_COLUMNS,
  globalOrthogonalRegularizationLoss,
  type GlobalOrthogonalRegularizationSpec,
} from "./global_orthogonal_regularization.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";
import { MARGIN_MSE_NEEDS, marginMseLoss, type MarginMseSpec } from "./margin_mse.ts";
import { matryoshkaLoss, type MatryoshkaSpec } from "./matryoshka.ts";
import {
  MEGA_BATCH_MARGIN_NEEDS,
  megaBatchMarginLoss,
  type MegaBatchMarginSpec,
} from "./mega_batch_margin.ts";
import { mseLoss, type MseSpec } from "./mse.ts";
import {
  MULTIPLE_NEGATIVES_RANKING_NEEDS,
  multipleNegativesRankingLoss,
  type MultipleNegativesRankingSpec,
} from "./multiple_negatives_ranking.ts";
import {
  multipleNegativesSymmetricRankingLoss,
  type MultipleNegativesSymmetricRankingSpec,
} from "./multiple_negatives_symmetric_ranking.ts";
import { onlineContrastiveLoss, type OnlineContrastiveSpec } from "./online_contrastive.ts";
import { sumLoss, type SumSpec } from "./sum.ts";
import { teacherContrastLoss, type TeacherContrastSpec } from "./teacher_contrast.ts";
import { TRIPLET_NEEDS, tripletLoss, type TripletSpec } from "./triplet.ts";

/** A loss that stands alone: plain data, told apart by `kind`. */
export type BaseLossSpec =
  | AnglESpec
  | BatchAllTripletSpec
  | BatchHardTripletSpec
  | BatchSemiHardTripletSpec
  | CachedGistSpec
  | CachedMultipleNegativesRankingSpec
  | ContrastiveSpec
  | CoSentSpec
  | CosineSimilaritySpec
  | DistillKlDivSpec
  | EmbedDistillSpec
  | GistSpec
  | GlobalOrthogonalRegularizationSpec
  | MarginMseSpec
  | MegaBatchMarginSpec
  | MseSpec
  | MultipleNegativesRankingSpec
  | MultipleNegativesSymmetricRankingSpec
  | OnlineContrastiveSpec
  | TeacherContrastSpec
  | TripletSpec;

/** Any loss, as a resolved recipe writes it. */
export type LossSpec = BaseLossSpec | MatryoshkaSpec | SumSpec<BaseLossSpec | MatryoshkaSpec>;

/** A loss of the table: what it needs and how it is built. */
export interface LossDefinition<S> {
  /** What it asks of its data. */
  needs: LossRequirements;
  /** Appends it to the graph of its inputs. */
  build: (spec: S, inputs: LossInputs) => Value;
}

/** The type of {@link BASE_LOSSES}: a definition for every kind. */
export type BaseLossTable = {
  readonly [K in BaseLossSpec["kind"]]: LossDefinition<Extract<BaseLossSpec, { kind: K }>>;
};

/** Every loss that stands alone. The type makes the table exhaustive: a loss without an entry does not compile. */
export const BASE_LOSSES: BaseLossTable = {
  multipleNegativesRanking: { needs: MULTIPLE_NEGATIVES_RANKING_NEEDS, build: multipleNegativesRankingLoss },
  multipleNegativesSymmetricRanking: {
    needs: MULTIPLE_NEGATIVES_RANKING_NEEDS,
    build: multipleNegativesSymmetricRankingLoss,
  },
  cachedMultipleNegativesRanking: {
    needs: MULTIPLE_NEGATIVES_RANKING_NEEDS,
    build: multipleNegativesRankingLoss,
  },
  gist: { needs: GIST_NEEDS, build: gistLoss },
  cachedGist: { needs: GIST_NEEDS, build: gistLoss },
  megaBatchMargin: { needs: MEGA_BATCH_MARGIN_NEEDS, build: megaBatchMarginLoss },
  triplet: { needs: TRIPLET_NEEDS, build: tripletLoss },
  coSent: { needs: SCORED_PAIRS, build: coSentLoss },
  anglE: { needs: SCORED_PAIRS, build: anglELoss },
  cosineSimilarity: {
    needs: COSINE_SIMILARITY_NEEDS,
    build: (_spec, inputs) => cosineSimilarityLoss(inputs),
  },
  contrastive: { needs: BINARY_PAIRS, build: contrastiveLoss },
  onlineContrastive: { needs: BINARY_PAIRS, build: onlineContrastiveLoss },
  batchHardTriplet: { needs: CLASSES, build: batchHardTripletLoss },
  batchSemiHardTriplet: { needs: CLASSES, build: batchSemiHardTripletLoss },
  batchAllTriplet: { needs: CLASSES, build: batchAllTripletLoss },
  marginMse: { needs: MARGIN_MSE_NEEDS, build: marginMseLoss },
  distillKlDiv: { needs: DISTILL_KL_DIV_NEEDS, build: distillKlDivLoss },
  mse: { needs: TEACHER_VECTORS, build: (_spec, inputs) => mseLoss(inputs) },
  embedDistill: { needs: TEACHER_VECTORS, build: embedDistillLoss },
  teacherContrast: { needs: TEACHER_VECTORS, build: teacherContrastLoss },
  globalOrthogonalRegularization: { needs: ANY_COLUMNS, build: globalOrthogonalRegularizationLoss },
};

/** The definition of a loss that stands alone. */
function definitionOf(spec: BaseLossSpec): LossDefinition<BaseLossSpec> {
  return BASE_LOSSES[spec.kind] as LossDefinition<BaseLossSpec>;
}

/** Appends a loss to the graph of its inputs. */
export function buildLoss(spec: LossSpec, inputs: LossInputs): Value {
  switch (spec.kind) {
    case "matryoshka":
      return matryoshkaLoss(spec, (inner) => buildLoss(spec.loss, inner), inputs);
    case "sum":
      return sumLoss(spec, (loss) => buildLoss(loss, inputs));
    default:
      return definitionOf(spec).build(spec, inputs);
  }
}

/**
 * What a loss asks of its data.
 *
 * @throws {RangeError} if the losses of a sum ask for what cannot be had together
 */
export function lossRequirements(spec: LossSpec): LossRequirements {
  switch (spec.kind) {
    case "matryoshka":
      return lossRequirements(spec.loss);
    case "sum":
      return combineRequirements(spec.losses.map(({ loss }) => lossRequirements(loss)));
    default:
      return definitionOf(spec).needs;
  }
}

/** The sizes at which a loss looks at the embeddings, ascending; the last one is `dim`. */
export function lossSizes(spec: LossSpec, dim: number): number[] {
  switch (spec.kind) {
    case "matryoshka":
      return [...spec.dims];
    case "sum": {
      const sizes = new Set(spec.losses.flatMap(({ loss }) => lossSizes(loss, dim)));
      return [...sizes].sort((a, b) => a - b);
    }
    default:
      return [dim];
  }
}

/** The losses that stand alone inside a loss, or the loss itself. */
export function baseLosses(spec: LossSpec): BaseLossSpec[] {
  switch (spec.kind) {
    case "matryoshka":
      return baseLosses(spec.loss);
    case "sum":
      return spec.losses.flatMap(({ loss }) => baseLosses(loss));
    default:
      return [spec];
  }
}

/**
 * How many rows at a time a loss is to be computed: its smallest `chunkSize`; undefined unless all of its losses have one.
 */
export function lossChunkSize(spec: LossSpec): number | undefined {
  const sizes = baseLosses(spec).map((loss) => "chunkSize" in loss ? loss.chunkSize : undefined);
  return sizes.includes(undefined) ? undefined : Math.min(...sizes as number[]);
}

/** Losses that can be computed for some rows against the whole batch. */
const COMPUTED_BY_ROWS: ReadonlySet<BaseLossSpec["kind"]> = new Set([
  "multipleNegativesRanking",
  "multipleNegativesSymmetricRanking",
  "cachedMultipleNegativesRanking",
  "gist",
  "cachedGist",
]);

/** Whether a loss can be computed for some rows against the whole batch: all of its losses can. */
export function isComputedByRows(spec: LossSpec): boolean {
  return baseLosses(spec).every(({ kind }) => COMPUTED_BY_ROWS.has(kind));
}

/**
 * The guide that a loss names: a model's folder or `hf://models/OWNER/NAME`; undefined if it needs none.
 *
 * @throws {RangeError} if it names several
 */
export function lossGuide(spec: LossSpec): string | undefined {
  const guides = new Set(baseLosses(spec).flatMap((loss) => "guide" in loss ? [loss.guide] : []));
  if (guides.size <= 1) return [...guides][0];
  throw new RangeError(
    `Cannot guide the loss: it names ${[...guides].join(" and ")}; name one guide for all of a sum's losses`,
  );
}

import type {
  AnglERecipe,
  BaseLossRecipe,
  BatchAllTripletRecipe,
  BatchHardTripletRecipe,
  BatchSemiHardTripletRecipe,
  CachedGistRecipe,
  CachedMultipleNegativesRankingRecipe,
  ContrastiveRecipe,
  CoSentRecipe,
  CosineSimilarityRecipe,
  DistillKlDivRecipe,
  EmbedDistillRecipe,
  GistRecipe,
  GlobalOrthogonalRegularizationRecipe,
  LossOptions,
  MarginMseRecipe,
  MatryoshkaRecipe,
  MegaBatchMarginRecipe,
  MseRecipe,
  MultipleNegativesRankingRecipe,
  MultipleNegativesSymmetricRankingRecipe,
  OnlineContrastiveRecipe,
  SummandRecipe,
  SumRecipe,
  TeacherContrastRecipe,
  TripletRecipe,
  WeightedRecipe,
} from "./losses.ts";

/** MultipleNegativesRanking for a recipe: every other positive of the batch is a negative. */
export function multipleNegativesRanking(
  options: LossOptions<MultipleNegativesRankingRecipe> = {},
): MultipleNegativesRankingRecipe {
  return { kind: "multipleNegativesRanking", ...options };
}

/** MultipleNegativesSymmetricRanking for a recipe: anchors and positives must find each other. */
export function multipleNegativesSymmetricRanking(
  options: LossOptions<MultipleNegativesSymmetricRankingRecipe> = {},
): MultipleNegativesSymmetricRankingRecipe {
  return { kind: "multipleNegativesSymmetricRanking", ...options };
}

/** CachedMultipleNegativesRanking for a recipe: MultipleNegativesRanking for very large batches, in chunks. */
export function cachedMultipleNegativesRanking(
  options: LossOptions<CachedMultipleNegativesRankingRecipe> = {},
): CachedMultipleNegativesRankingRecipe {
  return { kind: "cachedMultipleNegativesRanking", ...options };
}

/** GIST for a recipe: MultipleNegativesRanking without the negatives that a guide takes for positives. */
export function gist(options: LossOptions<GistRecipe>): GistRecipe {
  return { kind: "gist", ...options };
}

/** CachedGIST for a recipe: GIST for very large batches, in chunks. */
export function cachedGist(options: LossOptions<CachedGistRecipe>): CachedGistRecipe {
  return { kind: "cachedGist", ...options };
}

/** MegaBatchMargin for a recipe: margins on the cosines of the positive and of the nearest negative. */
export function megaBatchMargin(options: LossOptions<MegaBatchMarginRecipe> = {}): MegaBatchMarginRecipe {
  return { kind: "megaBatchMargin", ...options };
}

/** Triplet for a recipe: the negative must lie farther than the positive. */
export function triplet(options: LossOptions<TripletRecipe> = {}): TripletRecipe {
  return { kind: "triplet", ...options };
}

/** CoSENT for a recipe: the order of the cosines must be that of the scores. */
export function coSent(options: LossOptions<CoSentRecipe> = {}): CoSentRecipe {
  return { kind: "coSent", ...options };
}

/** AnglE for a recipe: the order of the angles must be that of the scores. */
export function anglE(options: LossOptions<AnglERecipe> = {}): AnglERecipe {
  return { kind: "anglE", ...options };
}

/** CosineSimilarity for a recipe: the cosine must be the label. */
export function cosineSimilarity(): CosineSimilarityRecipe {
  return { kind: "cosineSimilarity" };
}

/** Contrastive for a recipe: pairs labelled 1 are drawn together, 0 pushed apart. */
export function contrastive(options: LossOptions<ContrastiveRecipe> = {}): ContrastiveRecipe {
  return { kind: "contrastive", ...options };
}

/** OnlineContrastive for a recipe: Contrastive over the hard pairs of the batch. */
export function onlineContrastive(
  options: LossOptions<OnlineContrastiveRecipe> = {},
): OnlineContrastiveRecipe {
  return { kind: "onlineContrastive", ...options };
}

/** BatchHardTriplet for a recipe: the hardest triplet of each text, by class. */
export function batchHardTriplet(options: LossOptions<BatchHardTripletRecipe> = {}): BatchHardTripletRecipe {
  return { kind: "batchHardTriplet", ...options };
}

/** BatchSemiHardTriplet for a recipe: semi-hard triplets, by class. */
export function batchSemiHardTriplet(
  options: LossOptions<BatchSemiHardTripletRecipe> = {},
): BatchSemiHardTripletRecipe {
  return { kind: "batchSemiHardTriplet", ...options };
}

/** BatchAllTriplet for a recipe: all triplets of the batch, by class. */
export function batchAllTriplet(options: LossOptions<BatchAllTripletRecipe> = {}): BatchAllTripletRecipe {
  return { kind: "batchAllTriplet", ...options };
}

/** MarginMSE for a recipe: a teacher's margins between positive and negatives. */
export function marginMse(options: LossOptions<MarginMseRecipe> = {}): MarginMseRecipe {
  return { kind: "marginMse", ...options };
}

/** DistillKLDiv for a recipe: a teacher's distribution over the documents of a query. */
export function distillKlDiv(options: LossOptions<DistillKlDivRecipe> = {}): DistillKlDivRecipe {
  return { kind: "distillKlDiv", ...options };
}

/** MSE for a recipe: a teacher's vectors, by mean squared error. */
export function mse(): MseRecipe {
  return { kind: "mse" };
}

/** EmbedDistill for a recipe: a teacher's vectors, by cosine, distance or mean squared error. */
export function embedDistill(options: LossOptions<EmbedDistillRecipe> = {}): EmbedDistillRecipe {
  return { kind: "embedDistill", ...options };
}

/** TeacherContrast for a recipe: of the batch's teacher vectors, a text's own must be the most alike. */
export function teacherContrast(options: LossOptions<TeacherContrastRecipe> = {}): TeacherContrastRecipe {
  return { kind: "teacherContrast", ...options };
}

/** GlobalOrthogonalRegularization for a recipe: texts at random must be spread out; for a sum. */
export function globalOrthogonalRegularization(
  options: LossOptions<GlobalOrthogonalRegularizationRecipe> = {},
): GlobalOrthogonalRegularizationRecipe {
  return { kind: "globalOrthogonalRegularization", ...options };
}

/** Matryoshka around a loss for a recipe: the sum over several truncations of the vectors. */
export function matryoshka(
  loss: MatryoshkaRecipe["loss"],
  options: Omit<MatryoshkaRecipe, "kind" | "loss">,
): MatryoshkaRecipe {
  return { kind: "matryoshka", loss, ...options };
}

/** A loss with a weight, for {@linkcode sum}. */
export function weighted<L extends SummandRecipe>(
  loss: L,
  weight: number,
): WeightedRecipe<L> {
  return { loss, weight };
}

/** Several losses on the same rows for a recipe, added up; those without {@linkcode weighted} weigh 1. */
export function sum(
  losses: readonly (BaseLossRecipe | WeightedRecipe<BaseLossRecipe>)[],
): SumRecipe<BaseLossRecipe>;
/** Several losses, some of them Matryoshka's, added up. */
export function sum(
  losses: readonly (SummandRecipe | WeightedRecipe<SummandRecipe>)[],
): SumRecipe<SummandRecipe>;
export function sum(
  losses: readonly (SummandRecipe | WeightedRecipe<SummandRecipe>)[],
): SumRecipe<SummandRecipe> {
  return { kind: "sum", losses: losses.map((loss) => "kind" in loss ? { loss } : loss) };
}

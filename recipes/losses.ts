import type {
  AnglESpec,
  BatchAllTripletSpec,
  BatchHardTripletSpec,
  BatchSemiHardTripletSpec,
  CachedGistSpec,
  CachedMultipleNegativesRankingSpec,
  ContrastiveSpec,
  CoSentSpec,
  CosineSimilaritySpec,
  DistillKlDivSpec,
  EmbedDistillSpec,
  GistSpec,
  GlobalOrthogonalRegularizationSpec,
  MarginMseSpec,
  MatryoshkaSpec,
  MegaBatchMarginSpec,
  MseSpec,
  MultipleNegativesRankingSpec,
  MultipleNegativesSymmetricRankingSpec,
  OnlineContrastiveSpec,
  TeacherContrastSpec,
  TripletSpec,
} from "../train/mod.ts";

/** `T` with lists that may be changed, as a recipe has them, and no field optional by its own account. */
export type Writable<T> = {
  [K in keyof T]: Exclude<T[K], undefined> extends infer V ? (V extends readonly (infer E)[] ? E[] : V)
    : never;
};

/** A loss as one writes it: what is left out takes its default (docs/losses.md lists them); `R` must be given. */
export type LossRecord<S extends { kind: string }, R extends keyof S = never> =
  & Writable<Pick<S, "kind" | R>>
  & Partial<Writable<Omit<S, "kind" | R>>>;

/** Options of a loss: its record without the kind. */
export type LossOptions<R extends { kind: string }> = Omit<R, "kind">;

/** MultipleNegativesRanking as a record. */
export type MultipleNegativesRankingRecipe = LossRecord<MultipleNegativesRankingSpec>;
/** MultipleNegativesSymmetricRanking as a record. */
export type MultipleNegativesSymmetricRankingRecipe = LossRecord<MultipleNegativesSymmetricRankingSpec>;
/** CachedMultipleNegativesRanking as a record. */
export type CachedMultipleNegativesRankingRecipe = LossRecord<CachedMultipleNegativesRankingSpec>;
/** GIST as a record; it names its guide. */
export type GistRecipe = LossRecord<GistSpec, "guide">;
/** CachedGIST as a record; it names its guide. */
export type CachedGistRecipe = LossRecord<CachedGistSpec, "guide">;
/** MegaBatchMargin as a record. */
export type MegaBatchMarginRecipe = LossRecord<MegaBatchMarginSpec>;
/** Triplet as a record. */
export type TripletRecipe = LossRecord<TripletSpec>;
/** CoSENT as a record. */
export type CoSentRecipe = LossRecord<CoSentSpec>;
/** AnglE as a record. */
export type AnglERecipe = LossRecord<AnglESpec>;
/** CosineSimilarity as a record. */
export type CosineSimilarityRecipe = LossRecord<CosineSimilaritySpec>;
/** Contrastive as a record. */
export type ContrastiveRecipe = LossRecord<ContrastiveSpec>;
/** OnlineContrastive as a record. */
export type OnlineContrastiveRecipe = LossRecord<OnlineContrastiveSpec>;
/** BatchHardTriplet as a record. */
export type BatchHardTripletRecipe = LossRecord<BatchHardTripletSpec>;
/** BatchSemiHardTriplet as a record. */
export type BatchSemiHardTripletRecipe = LossRecord<BatchSemiHardTripletSpec>;
/** BatchAllTriplet as a record. */
export type BatchAllTripletRecipe = LossRecord<BatchAllTripletSpec>;
/** MarginMSE as a record. */
export type MarginMseRecipe = LossRecord<MarginMseSpec>;
/** DistillKLDiv as a record. */
export type DistillKlDivRecipe = LossRecord<DistillKlDivSpec>;
/** MSE as a record. */
export type MseRecipe = LossRecord<MseSpec>;
/** EmbedDistill as a record. */
export type EmbedDistillRecipe = LossRecord<EmbedDistillSpec>;
/** TeacherContrast as a record. */
export type TeacherContrastRecipe = LossRecord<TeacherContrastSpec>;
/** GlobalOrthogonalRegularization as a record. */
export type GlobalOrthogonalRegularizationRecipe = LossRecord<GlobalOrthogonalRegularizationSpec>;

/** Any loss that stands alone. */
export type BaseLossRecipe =
  | AnglERecipe
  | BatchAllTripletRecipe
  | BatchHardTripletRecipe
  | BatchSemiHardTripletRecipe
  | CachedGistRecipe
  | CachedMultipleNegativesRankingRecipe
  | ContrastiveRecipe
  | CoSentRecipe
  | CosineSimilarityRecipe
  | DistillKlDivRecipe
  | EmbedDistillRecipe
  | GistRecipe
  | GlobalOrthogonalRegularizationRecipe
  | MarginMseRecipe
  | MegaBatchMarginRecipe
  | MseRecipe
  | MultipleNegativesRankingRecipe
  | MultipleNegativesSymmetricRankingRecipe
  | OnlineContrastiveRecipe
  | TeacherContrastRecipe
  | TripletRecipe;

/** A loss of a sum and its weight. */
export interface WeightedRecipe<L> {
  /** The loss. */
  loss: L;
  /**
   * Its weight, 0 or more.
   * @default 1
   */
  weight?: number;
}

/** Several losses on the same rows as a record: they are added up. */
export interface SumRecipe<L> {
  /** Which loss this is. */
  kind: "sum";
  /** The losses, at least one. */
  losses: WeightedRecipe<L>[];
}

/** Matryoshka as a record: the inner loss summed over several truncations of the vectors. */
export interface MatryoshkaRecipe extends LossRecord<Omit<MatryoshkaSpec, "loss" | "dims">> {
  /** The loss that every size computes. */
  loss: BaseLossRecipe | SumRecipe<BaseLossRecipe>;
  /** Sizes in dimensions, each once; the largest is `model.dim`. Resolved in ascending order. */
  dims: number[];
}

/** What a sum may hold. */
export type SummandRecipe = BaseLossRecipe | MatryoshkaRecipe;

/** Any loss a recipe may name. */
export type LossRecipe = SummandRecipe | SumRecipe<SummandRecipe>;

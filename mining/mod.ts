/**
 * Hard negatives: texts that a model or BM25 takes for an anchor's positives although they are none, found by exact
 * search in bounded memory, chosen by rank, score and margins, and written as a data set.
 *
 * ```ts
 * import { EncoderSearcher, mineNegatives } from "./mod.ts";
 * import { StaticModel } from "../model/mod.ts";
 * import { Runtime } from "../runtime/mod.ts";
 *
 * const model = await StaticModel.load("runs/first");
 * using runtime = Runtime.open();
 * const searcher = new EncoderSearcher({ encoder: model.encoder(), runtime });
 * async function* pairs() {
 *   yield [{ anchor: "a question", positive: "its answer" }, { anchor: "another", positive: "another answer" }];
 * }
 * await mineNegatives({ pairs: pairs() }, {
 *   searcher,
 *   negatives: 1,
 *   margin: 0.1,
 *   seed: 12,
 *   scratch: "runs/mining",
 *   onMined: ({ anchor, negatives }) => console.log(anchor, negatives),
 * });
 * searcher.dispose();
 * model.dispose();
 * ```
 *
 * @module
 */
export { Bm25Searcher } from "./bm25_searcher.ts";
export { type Candidates, chooseNegatives, type Chosen } from "./choose_negatives.ts";
export {
  corpusTexts,
  datasetPairs,
  type DatasetPairsOptions,
  type MiningSourceOptions,
} from "./dataset_pairs.ts";
export { EncoderSearcher, type EncoderSearcherOptions } from "./encoder_searcher.ts";
export {
  mineNegatives,
  type MineNegativesOptions,
  type MiningProgress,
  type MiningTexts,
  type TextPair,
} from "./mine_negatives.ts";
export type { MinedAnchor, ScoredText } from "./mined_anchor.ts";
export {
  checkChoice,
  type Choice,
  type ChoiceOptions,
  type Sampling,
  SAMPLINGS,
  SCORE_LIMITS,
  type ScoreLimit,
} from "./mining_options.ts";
export type { MiningReport, ScoreSummary } from "./mining_report.ts";
export { NEGATIVE_FORMATS, type NegativeFormat, type NegativeLayout } from "./negative_format.ts";
export { NegativeTable, type NegativeTableOptions } from "./negative_table.ts";
export type { Anchor, Found, Scorer, Searcher } from "./searcher.ts";
export type { Random, TableColumn } from "../data/mod.ts";

import { RetrievalPass } from "./_retrieval_pass.ts";
import { type Scored, type ScoringTask, sizeReport, truncationFor } from "./_scored.ts";
import { checkedSizes } from "./_sizes.ts";
import type { Ranking } from "./_top_k.ts";
import { worstQueries } from "./_worst_queries.ts";
import { Bm25 } from "./bm25.ts";
import type { RetrievalCollection } from "./collection.ts";
import { judge, type Judgments } from "./judgments.ts";
import { ownDocuments, trecTieOrder } from "./retrieval_evaluator.ts";
import { deepestCutoff, type RankingScores, scoreRankings } from "./score_rankings.ts";
import type { BaselineReport, Precision, QuantizedReport, SizeReport } from "./suite_report.ts";

/** Name of the score that tables show. */
const MAIN_METRIC = "cosine_ndcg@10";

/** Scores an encoder on a retrieval collection; document vectors are ranked and dropped chunk by chunk. */
export async function scoreRetrieval(collection: RetrievalCollection, task: ScoringTask): Promise<Scored> {
  const { encoding, perItem } = task;
  const search = searchOf(collection);
  const { judgments } = search;
  const queries = await encoding.all(search.queryTexts);
  const sizes = checkedSizes(truncationFor(task, queries.columns), queries.columns);
  const pass = new RetrievalPass(queries, { ...search.ranking, ...task, sizes });
  await encoding.each(collection.documentTexts, (chunk) => pass.add(chunk));
  const scored = (rankings: readonly Ranking[]): RankingScores =>
    scoreRankings(rankings, judgments, { prefix: "cosine", definitions: collection.definitions });
  const reportOf = (own: readonly Ranking[], s: number, precision: Precision): SizeReport =>
    sizeReport({ size: sizes[s], ...withItems(scored(own)) }, { precision, perItem });
  const rankings = pass.rankings();
  const quantized = pass.quantized().flatMap(({ precision, rescored, rankings }) =>
    rankings.map((own, s): QuantizedReport => ({ ...reportOf(own, s, precision), precision, rescored }))
  );
  const mainMetric = collection.mainMetric ?? MAIN_METRIC;
  return {
    mainMetric,
    counts: { queries: queries.rows, documents: collection.documentTexts.length },
    sizes: rankings.map((own, s) => reportOf(own, s, "float32")),
    ...(quantized.length > 0 ? { quantized } : {}),
    ...(perItem ? { items: { unit: "query", ids: judgments.queryIds } } : {}),
    ...worstOf({ collection, judgments, rankings: rankings[rankings.length - 1] }, {
      task,
      mainMetric,
      scored,
    }),
    notes: judgments.notes,
  };
}

/** Scores BM25 on a retrieval collection. */
export function scoreBm25(collection: RetrievalCollection, { perItem }: ScoringTask): BaselineReport {
  const { judgments, queryTexts, ranking } = searchOf(collection);
  const rankings = new Bm25(collection.documentTexts).rank(queryTexts, ranking);
  const { definitions } = collection;
  const scores = scoreRankings(rankings, judgments, { prefix: "bm25", definitions });
  const { metrics, items } = sizeReport({ size: 0, ...withItems(scores) }, { precision: "float32", perItem });
  return { name: "bm25", mainMetric: "bm25_ndcg@10", metrics, ...(items ? { items } : {}) };
}

/** What every ranker of a collection is told. */
function searchOf(collection: RetrievalCollection): {
  judgments: Judgments;
  queryTexts: string[];
  ranking: { k: number; excluded?: Int32Array; tieOrder?: Int32Array };
} {
  const judgments = judge(collection, collection.name);
  return {
    judgments,
    queryTexts: judgments.queries.map((query) => collection.queryTexts[query]),
    ranking: {
      k: deepestCutoff(),
      excluded: collection.excludeSameId ? ownDocuments(judgments, collection.documentIds) : undefined,
      tieOrder: collection.definitions === "trec" ? trecTieOrder(collection.documentIds) : undefined,
    },
  };
}

function withItems({ metrics, perQuery }: RankingScores): Pick<SizeReport, "metrics"> & {
  items: { kind: "mean"; values: RankingScores["perQuery"] };
} {
  return { metrics, items: { kind: "mean", values: perQuery } };
}

function worstOf(
  found: { collection: RetrievalCollection; judgments: Judgments; rankings: readonly Ranking[] },
  { task, mainMetric, scored }: {
    task: ScoringTask;
    mainMetric: string;
    scored: (rankings: readonly Ranking[]) => RankingScores;
  },
): Pick<Scored, "worst"> {
  if (task.worst.count === 0) return {};
  const scores = scored(found.rankings).perQuery[mainMetric];
  return scores === undefined ? {} : { worst: worstQueries({ ...found, scores }, task.worst) };
}

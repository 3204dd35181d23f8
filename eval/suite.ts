import type { Encoder } from "../model/mod.ts";
import { encodeChunks, type EncodingRun, stopwatch } from "./_encode_chunks.ts";
import { checkedSizes } from "./_sizes.ts";
import { Bm25, type Ranker } from "./bm25.ts";
import type { EvaluationCollection, RetrievalCollection, SimilarityPairs } from "./collection.ts";
import { judge, type Judgments } from "./judgments.ts";
import { ownDocuments } from "./retrieval_evaluator.ts";
import { deepestCutoff, type RankingScores, scoreRankings } from "./score_rankings.ts";
import { evaluateSimilarity } from "./similarity_evaluator.ts";
import {
  type BaselineReport,
  type CollectionReport,
  meanOverRetrieval,
  type SizeReport,
  type SuiteReport,
} from "./suite_report.ts";
import { VectorRanker } from "./vector_ranker.ts";

/** What a suite scores. */
export interface Subject {
  /** Name in the report. */
  name: string;
  /** Turns texts into vectors. */
  encoder: Encoder;
}

/** How far a suite has come. */
export interface SuiteProgress {
  /** Collection that is being scored. */
  collection: string;
  /** Texts of the suite encoded so far. */
  texts: number;
  /** Texts of the suite in all. */
  totalTexts: number;
}

/** Options of {@link evaluateSuite}. */
export interface SuiteOptions {
  /**
   * Sizes to score: how many of the first columns count.
   * @default the encoder's full size
   */
  truncate?: readonly number[];
  /**
   * What to score beside the encoder on retrieval collections.
   * @default []
   */
  baselines?: readonly "bm25"[];
  /**
   * Whether the report holds every query's scores.
   * @default false
   */
  perQuery?: boolean;
  /** Called after every chunk of texts. */
  onProgress?: (progress: SuiteProgress) => void;
  /** Milliseconds from any fixed moment, such as `() => performance.now()`. Without it the report has no times. */
  clock?: () => number;
}

/** Rankers by the name of the baseline, made from a collection's documents. */
const BASELINES: Record<"bm25", (documents: readonly string[]) => Ranker> = {
  bm25: (documents) => new Bm25(documents),
};

/** What all steps of one suite share. */
interface SuiteRun extends EncodingRun {
  options: SuiteOptions;
}

/**
 * Scores an encoder on any number of collections at any number of sizes. Every text is encoded once, in chunks;
 * document vectors are ranked and dropped chunk by chunk, so memory holds the texts, one chunk of vectors and the
 * best documents of every query.
 *
 * @param subject what is scored
 * @param collections what it is scored on; see {@link loadEvaluations}
 * @param options {@link SuiteOptions}
 * @returns the report, as plain JSON
 * @throws RangeError when a size is larger than the vectors, a vector is not finite, or a collection cannot be scored
 */
export async function evaluateSuite(
  subject: Subject,
  collections: readonly EvaluationCollection[],
  options: SuiteOptions = {},
): Promise<SuiteReport> {
  const totalTexts = collections.reduce((sum, collection) => sum + textCount(collection), 0);
  const { clock, onProgress } = options;
  const run: SuiteRun = { encoder: subject.encoder, options, texts: 0, totalTexts, clock, onProgress };
  const watch = stopwatch(clock);
  const reports: CollectionReport[] = [];
  for (const collection of collections) {
    reports.push(
      collection.kind === "retrieval"
        ? await scoreRetrieval(collection, run)
        : await scorePairs(collection, run),
    );
  }
  const encodeSeconds = reports.reduce((sum, report) => sum + (report.encodeSeconds ?? 0), 0);
  return {
    subject: subject.name,
    sizes: reports[0]?.sizes.map(({ size }) => size) ?? [],
    collections: reports,
    mean: meanOverRetrieval(reports),
    texts: run.texts,
    textsPerSecond: clock && encodeSeconds > 0 ? run.texts / encodeSeconds : null,
    seconds: watch(),
  };
}

async function scoreRetrieval(collection: RetrievalCollection, run: SuiteRun): Promise<CollectionReport> {
  const watch = stopwatch(run.options.clock);
  const judgments = judge(collection, collection.name);
  const queryTexts = judgments.queries.map((query) => collection.queryTexts[query]);
  const excluded = collection.excludeSameId ? ownDocuments(judgments, collection.documentIds) : undefined;
  const k = deepestCutoff();
  const encoding = encodeChunks(run, collection.name);
  const queries = await encoding.all(queryTexts);
  const sizes = checkedSizes(run.options.truncate, queries.columns);
  const ranker = new VectorRanker(queries, { sizes, k, excluded });
  await encoding.each(collection.documentTexts, (chunk) => ranker.add(chunk));
  const perQuery = run.options.perQuery === true;
  return {
    name: collection.name,
    kind: "retrieval",
    mainMetric: "cosine_ndcg@10",
    counts: { queries: queries.rows, documents: collection.documentTexts.length },
    sizes: ranker.rankings().map((rankings, s): SizeReport => ({
      size: sizes[s],
      ...plain(scoreRankings(rankings, judgments, { prefix: "cosine" }), perQuery),
    })),
    baselines: (run.options.baselines ?? []).map((name): BaselineReport => ({
      name,
      mainMetric: `${name}_ndcg@10`,
      ...plain(scoreBaseline(name, { collection, queryTexts, judgments, k, excluded }), perQuery),
    })),
    ...(perQuery ? { queryIds: judgments.queryIds } : {}),
    notes: judgments.notes,
    texts: encoding.texts(),
    encodeSeconds: encoding.seconds(),
    seconds: watch(),
  };
}

function scoreBaseline(
  name: "bm25",
  task: {
    collection: RetrievalCollection;
    queryTexts: readonly string[];
    judgments: Judgments;
    k: number;
    excluded?: Int32Array;
  },
): RankingScores {
  const ranker = BASELINES[name](task.collection.documentTexts);
  const rankings = ranker.rank(task.queryTexts, { k: task.k, excluded: task.excluded });
  return scoreRankings(rankings, task.judgments, { prefix: name });
}

function plain(scores: RankingScores, perQuery: boolean): Pick<SizeReport, "metrics" | "perQuery"> {
  if (!perQuery) return { metrics: scores.metrics };
  const entries = Object.entries(scores.perQuery).map(([key, values]) => [key, [...values]]);
  return { metrics: scores.metrics, perQuery: Object.fromEntries(entries) };
}

async function scorePairs(collection: SimilarityPairs, run: SuiteRun): Promise<CollectionReport> {
  const watch = stopwatch(run.options.clock);
  const encoding = encodeChunks(run, collection.name);
  const a = await encoding.all(collection.first);
  checkedSizes(run.options.truncate, a.columns);
  const b = await encoding.all(collection.second);
  const result = evaluateSimilarity({ a, b, scores: collection.scores }, { truncate: run.options.truncate });
  return {
    name: collection.name,
    kind: "similarity",
    mainMetric: "spearman_cosine",
    counts: { pairs: collection.scores.length },
    sizes: result.sizes,
    baselines: [],
    notes: result.notes,
    texts: encoding.texts(),
    encodeSeconds: encoding.seconds(),
    seconds: watch(),
  };
}

function textCount(collection: EvaluationCollection): number {
  if (collection.kind === "similarity") return 2 * collection.first.length;
  return collection.documentTexts.length + judge(collection, collection.name).queries.length;
}

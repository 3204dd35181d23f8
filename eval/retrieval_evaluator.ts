import type { Matrix } from "../model/mod.ts";
import { checkedSizes } from "./_sizes.ts";
import { judge, type JudgedIds, type Judgments } from "./judgments.ts";
import { deepestCutoff, type RankingScores, type RetrievalCutoffs, scoreRankings } from "./score_rankings.ts";
import { VectorRanker } from "./vector_ranker.ts";

/** A judged collection as vectors. */
export interface RetrievalVectors extends JudgedIds {
  /** float32 [queries, dim]: row i belongs to `queryIds[i]`. */
  queries: Matrix;
  /** float32 [documents, dim]: row i belongs to `documentIds[i]`. */
  documents: Matrix;
}

/** Options of {@link evaluateRetrieval}. */
export interface RetrievalOptions {
  /**
   * What is compared; also the prefix of the metrics' names.
   * @default "cosine"
   */
  similarity?: "cosine" | "dot";
  /**
   * Sizes to score: how many of the first columns count.
   * @default the full size
   */
  truncate?: readonly number[];
  /**
   * Whether a query must not find the document with its own id (BEIR and MTEB: yes, the reference evaluator: no).
   * @default false
   */
  excludeSameId?: boolean;
  /** How many results count, for each metric; the reference's cut-offs by default. */
  cutoffs?: RetrievalCutoffs;
}

/** Scores at one size. */
export interface RetrievalScores extends RankingScores {
  /** How many columns counted. */
  size: number;
}

/** What {@link evaluateRetrieval} found. */
export interface RetrievalResult {
  /** Ids of the queries that count: the order of all `perQuery` values. */
  queryIds: string[];
  /** Scores at every size, ascending. */
  sizes: RetrievalScores[];
  /** What a reader of the scores should know. */
  notes: string[];
}

/**
 * Scores exact retrieval as Sentence Transformers' InformationRetrievalEvaluator does, at any number of truncations
 * in one pass over the vectors: the similarities of every size are running sums. Relevance is binary: a grade above 0.
 * Documents with equal scores rank in the order of the collection.
 *
 * @param vectors {@link RetrievalVectors}
 * @param options {@link RetrievalOptions}
 * @throws RangeError when a vector is not finite (its row is named), a size is larger than the vectors, an id occurs
 * twice, or no query has a relevant document; TypeError when ids and vectors differ in number
 */
export function evaluateRetrieval(
  vectors: RetrievalVectors,
  options: RetrievalOptions = {},
): RetrievalResult {
  checkCount("query", vectors.queryIds.length, vectors.queries.rows);
  checkCount("document", vectors.documentIds.length, vectors.documents.rows);
  const { similarity = "cosine", cutoffs } = options;
  const judgments = judge(vectors);
  const sizes = checkedSizes(options.truncate, vectors.queries.columns);
  const ranker = new VectorRanker(selectRows(vectors.queries, judgments.queries), {
    sizes,
    k: deepestCutoff(cutoffs),
    similarity,
    excluded: options.excludeSameId ? ownDocuments(judgments, vectors.documentIds) : undefined,
  });
  ranker.add(vectors.documents);
  return {
    queryIds: judgments.queryIds,
    sizes: ranker.rankings().map((rankings, s) => ({
      size: sizes[s],
      ...scoreRankings(rankings, judgments, { prefix: similarity, cutoffs }),
    })),
    notes: judgments.notes,
  };
}

/**
 * For every scored query the number of the document that bears its id, or -1.
 *
 * @param judgments the scored queries
 * @param documentIds ids of the documents
 * @returns int32 [queries]
 */
export function ownDocuments(judgments: Judgments, documentIds: readonly string[]): Int32Array {
  const numbers = new Map(documentIds.map((id, number) => [id, number]));
  return Int32Array.from(judgments.queryIds, (id) => numbers.get(id) ?? -1);
}

function selectRows(matrix: Matrix, rows: readonly number[]): Matrix {
  if (rows.length === matrix.rows) return matrix;
  const { columns } = matrix;
  const data = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => data.set(matrix.data.subarray(row * columns, (row + 1) * columns), i * columns));
  return { data, rows: rows.length, columns };
}

function checkCount(what: string, ids: number, vectors: number): void {
  if (ids === vectors) return;
  throw new TypeError(
    `Cannot score retrieval: ${ids} ${what} ids for ${vectors} vectors; give one id a vector`,
  );
}

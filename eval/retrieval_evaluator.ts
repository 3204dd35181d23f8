import { type Matrix, takeRows } from "../model/mod.ts";
import { RetrievalPass } from "./_retrieval_pass.ts";
import { checkedSizes } from "./_sizes.ts";
import type { Ranking } from "./_top_k.ts";
import type { EvaluatorOptions } from "./evaluation.ts";
import { judge, type JudgedIds, type Judgments } from "./judgments.ts";
import {
  deepestCutoff,
  type RankingScores,
  type RetrievalCutoffs,
  type RetrievalDefinitions,
  scoreRankings,
} from "./score_rankings.ts";
import type { QuantizedReport } from "./suite_report.ts";

/** A judged collection as vectors. */
export interface RetrievalVectors extends JudgedIds {
  /** float32 [queries, dim]: row i belongs to `queryIds[i]`. */
  queries: Matrix;
  /** float32 [documents, dim]: row i belongs to `documentIds[i]`. */
  documents: Matrix;
}

/** Options of {@link evaluateRetrieval}. */
export interface RetrievalOptions extends EvaluatorOptions {
  /**
   * What is compared; also the prefix of the metrics' names.
   * @default "cosine"
   */
  similarity?: "cosine" | "dot";
  /**
   * Whether a query must not find the document with its own id (BEIR and MTEB: yes, the reference evaluator: no).
   * @default false
   */
  excludeSameId?: boolean;
  /** How many results count, for each metric; the reference's cut-offs by default. */
  cutoffs?: RetrievalCutoffs;
  /**
   * Whose definitions count where the reference and NIST differ.
   * @default "reference"
   */
  definitions?: RetrievalDefinitions;
  /**
   * Precisions of stored vectors to score beside float32, each before and after rescoring.
   * @default []
   */
  precisions?: readonly QuantizedReport["precision"][];
}

/** Scores at one size. */
export interface RetrievalScores extends RankingScores {
  /** How many columns counted. */
  size: number;
}

/** Scores of quantised vectors at one size. */
export interface QuantizedScores extends RetrievalScores, Pick<QuantizedReport, "precision" | "rescored"> {}

/** What {@link evaluateRetrieval} found. */
export interface RetrievalResult {
  /** Ids of the queries that count: the order of all `perQuery` values. */
  queryIds: string[];
  /** Scores at every size, ascending. */
  sizes: RetrievalScores[];
  /** Scores of quantised vectors: by precision, then rescoring, then size. */
  quantized: QuantizedScores[];
  /** What a reader of the scores should know. */
  notes: string[];
}

/**
 * Scores exact retrieval as Sentence Transformers' InformationRetrievalEvaluator does, at any number of truncations
 * in one pass over the vectors: the similarities of every size are running sums. Relevance is a grade above 0.
 *
 * Quantised vectors are compared by what their codes stand for; int8 is calibrated on the documents. Rescoring takes
 * twice as many documents as are needed and ranks them again with the float32 query. With `similarity` `cosine` the
 * order of bits is that of Hamming distances.
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
  const { similarity = "cosine", cutoffs, definitions, precisions } = options;
  const judgments = judge(vectors);
  const sizes = checkedSizes(options.truncate, vectors.queries.columns);
  const pass = new RetrievalPass(selectRows(vectors.queries, judgments.queries), {
    sizes,
    k: deepestCutoff(cutoffs),
    similarity,
    precisions,
    arithmetic: options.arithmetic,
    excluded: options.excludeSameId ? ownDocuments(judgments, vectors.documentIds) : undefined,
    tieOrder: definitions === "trec" ? trecTieOrder(vectors.documentIds) : undefined,
  });
  pass.add(vectors.documents);
  const scoring = { prefix: similarity, cutoffs, definitions };
  const scored = (rankings: Ranking[][]): RetrievalScores[] =>
    rankings.map((own, s) => ({ size: sizes[s], ...scoreRankings(own, judgments, scoring) }));
  return {
    queryIds: judgments.queryIds,
    sizes: scored(pass.rankings()),
    quantized: pass.quantized().flatMap(({ rankings, ...how }) =>
      scored(rankings).map((scores) => ({ ...how, ...scores }))
    ),
    notes: judgments.notes,
  };
}

/**
 * The order of equally scored documents in NIST's trec_eval: by id, the last one in the alphabet first.
 *
 * @param documentIds ids of the documents
 * @returns int32 [documents]: place of every document in that order
 */
export function trecTieOrder(documentIds: readonly string[]): Int32Array {
  const places = new Int32Array(documentIds.length);
  const order = documentIds.map((_, i) => i).sort((a, b) => documentIds[a] < documentIds[b] ? 1 : -1);
  order.forEach((document, place) => places[document] = place);
  return places;
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
  return rows.length === matrix.rows ? matrix : takeRows(matrix, rows);
}

function checkCount(what: string, ids: number, vectors: number): void {
  if (ids === vectors) return;
  throw new TypeError(
    `Cannot score retrieval: ${ids} ${what} ids for ${vectors} vectors; give one id a vector`,
  );
}

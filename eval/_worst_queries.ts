import type { Ranking } from "./_top_k.ts";
import type { RetrievalCollection } from "./collection.ts";
import type { Judgments } from "./judgments.ts";
import type { FoundText, WorstItem } from "./suite_report.ts";

/** Results and wanted documents that are shown of a query, at most. */
const SHOWN = 5;

/** What the worst queries are chosen from. */
export interface ScoredQueries {
  collection: RetrievalCollection;
  judgments: Judgments;
  rankings: readonly Ranking[];
  /** Main score of every query. */
  scores: ArrayLike<number>;
}

/** The queries with the lowest scores, lowest first; of equal ones the first. */
export function worstQueries(
  { collection, judgments, rankings, scores }: ScoredQueries,
  { count, texts }: { count: number; texts: boolean },
): WorstItem[] {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) =>
    scores[a] - scores[b] || a - b
  );
  const numbers = new Map(collection.documentIds.map((id, number) => [id, number]));
  return order.slice(0, count).map((query): WorstItem => {
    const { documents, scores: similarities } = rankings[query];
    const text = (number: number | undefined): Pick<FoundText, "text"> =>
      texts && number !== undefined ? { text: collection.documentTexts[number] } : {};
    const wanted = [...collection.qrels.get(judgments.queryIds[query]) ?? []].filter(([, grade]) =>
      grade > 0
    );
    const expected = wanted.map(([id]): FoundText => {
      const number = numbers.get(id);
      const place = number === undefined ? -1 : documents.indexOf(number);
      const [rank, similarity] = place < 0 ? [null, null] : [place + 1, similarities[place]];
      return { id, ...text(number), rank, similarity, relevant: true };
    });
    expected.sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0);
    return {
      id: judgments.queryIds[query],
      ...(texts ? { text: collection.queryTexts[judgments.queries[query]] } : {}),
      score: scores[query],
      found: Array.from(documents.subarray(0, SHOWN), (number, place): FoundText => ({
        id: collection.documentIds[number],
        ...text(number),
        rank: place + 1,
        similarity: similarities[place],
        relevant: (judgments.grades[query].get(number) ?? 0) > 0,
      })),
      expected: expected.slice(0, SHOWN),
    };
  });
}

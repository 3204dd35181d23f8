/** Relevance judgments: query id to document id to grade; grades above 0 are relevant. */
export type Qrels = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Relevance judgments by number instead of id, for the queries that can be scored. */
export interface Judgments {
  /** Numbers of the queries that have a relevant document, ascending. */
  queries: number[];
  /** Ids of those queries. */
  queryIds: string[];
  /** For each of those queries: number of a judged document to its grade. */
  grades: ReadonlyMap<number, number>[];
  /** For each of those queries: how many documents are relevant, those outside the collection included. */
  relevant: number[];
  /** For each of those queries: the grades of all its relevant documents, largest first. */
  ideal: number[][];
  /** What a reader of the scores should know: queries left out, judgments that name unknown ids. */
  notes: string[];
}

/** The ids of a collection and its judgments. */
export interface JudgedIds {
  /** Ids of the queries, in the order of their texts or vectors. */
  queryIds: readonly string[];
  /** Ids of the documents, in the order of their texts or vectors. */
  documentIds: readonly string[];
  /** Which documents are relevant to which queries. */
  qrels: Qrels;
}

/**
 * Turns judgments by id into judgments by number.
 *
 * As in the reference, queries without a relevant document are left out of all means, and a relevant document that
 * is not in the collection still counts as one to be found. Both are noted.
 *
 * @param ids {@link JudgedIds}
 * @param name what the collection is called in messages
 * @throws RangeError when there are no documents, an id occurs twice, or no query has a relevant document
 */
export function judge(ids: JudgedIds, name: string = "retrieval"): Judgments {
  if (ids.documentIds.length === 0) {
    throw new RangeError(`Cannot score ${name}: it has no documents; give a collection that can be searched`);
  }
  const documentOf = numbered(ids.documentIds, `Cannot score ${name}: the document`);
  const queryOf = numbered(ids.queryIds, `Cannot score ${name}: the query`);
  const judgments: Judgments = { queries: [], queryIds: [], grades: [], relevant: [], ideal: [], notes: [] };
  let unknown = 0;
  for (const [id, query] of queryOf) {
    const grades = new Map<number, number>();
    const ideal: number[] = [];
    for (const [document, grade] of ids.qrels.get(id) ?? []) {
      const number = documentOf.get(document);
      if (number !== undefined) grades.set(number, grade);
      if (grade > 0) ideal.push(grade);
      if (grade > 0 && number === undefined) unknown++;
    }
    if (ideal.length === 0) continue;
    judgments.queries.push(query);
    judgments.queryIds.push(id);
    judgments.grades.push(grades);
    judgments.relevant.push(ideal.length);
    judgments.ideal.push(ideal.sort((a, b) => b - a));
  }
  if (judgments.queries.length === 0) {
    throw new RangeError(
      `Cannot score ${name}: none of ${ids.queryIds.length} queries has a relevant document among the ` +
        `judgments (${ids.qrels.size} queries judged); check that queries and judgments share their ids`,
    );
  }
  judgments.notes = notesOf(ids, { scored: judgments.queries.length, unknown, queryOf });
  return judgments;
}

function notesOf(
  ids: JudgedIds,
  found: { scored: number; unknown: number; queryOf: ReadonlyMap<string, number> },
): string[] {
  const notes: string[] = [];
  const idle = ids.queryIds.length - found.scored;
  if (idle > 0) {
    notes.push(`${idle} of ${ids.queryIds.length} queries have no relevant document and do not count`);
  }
  if (found.unknown > 0) {
    notes.push(`${found.unknown} relevant documents are not in the collection and count as not found`);
  }
  const strangers = [...ids.qrels.keys()].filter((id) => !found.queryOf.has(id)).length;
  if (strangers > 0) notes.push(`judgments of ${strangers} queries that are not there were ignored`);
  return notes;
}

function numbered(ids: readonly string[], what: string): Map<string, number> {
  const numbers = new Map<string, number>();
  ids.forEach((id, number) => {
    if (numbers.has(id)) {
      throw new RangeError(
        `${what} id '${id}' occurs twice (entries ${numbers.get(id)} and ${number}); ` +
          "give every entry its own id",
      );
    }
    numbers.set(id, number);
  });
  return numbers;
}

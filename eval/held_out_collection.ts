import type { RetrievalCollection } from "./collection.ts";

/** Held-out rows of a data set: row i says that `positives[i]` answers `anchors[i]`. */
export interface HeldOutPairs {
  /** Name of the data set. */
  name: string;
  /** Texts that ask. */
  anchors: readonly string[];
  /** Texts to be found, as many. */
  positives: readonly string[];
}

/**
 * Makes a retrieval collection of held-out pairs: every different anchor is a query, every different positive a
 * document; an anchor that stands in several rows has several relevant documents.
 *
 * @param pairs {@link HeldOutPairs}
 * @param options `limit`: at most so many of the first rows
 */
export function heldOutCollection(
  pairs: HeldOutPairs,
  options: { limit?: number | null } = {},
): RetrievalCollection {
  const rows = Math.min(pairs.anchors.length, options.limit ?? Infinity);
  const queries = new Map<string, string>();
  const documents = new Map<string, string>();
  const qrels = new Map<string, Map<string, number>>();
  for (let row = 0; row < rows; row++) {
    const query = idOf(pairs.anchors[row], queries, "q");
    const document = idOf(pairs.positives[row], documents, "d");
    const grades = qrels.get(query) ?? new Map<string, number>();
    qrels.set(query, grades.set(document, 1));
  }
  return {
    kind: "retrieval",
    name: pairs.name,
    benchmark: "held-out rows",
    queryIds: [...queries.values()],
    queryTexts: [...queries.keys()],
    documentIds: [...documents.values()],
    documentTexts: [...documents.keys()],
    qrels,
    excludeSameId: false,
  };
}

/** The id of a text; a new text is added to `out`. */
function idOf(text: string, out: Map<string, string>, prefix: string): string {
  const id = out.get(text) ?? `${prefix}${out.size}`;
  out.set(text, id);
  return id;
}

import { readMtebRetrieval, readTopRanked } from "./_mteb_retrieval.ts";
import type { JudgedTexts } from "./_records.ts";
import { readTable, tableNames, type TablePlaces, textOf } from "./_table.ts";
import type { RerankingLists } from "./collection.ts";
import type { RerankingSpec } from "./evaluation_spec.ts";

/**
 * Loads queries with candidates: columns `query`, `positive`, `negative` (lists of texts), or a data set of the hub in
 * MTEB's layout with the configuration `top_ranked`.
 *
 * @param spec which data set, configuration and split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when something is missing; TypeError when candidates are no list of texts
 */
export async function loadReranking(spec: RerankingSpec, places: TablePlaces = {}): Promise<RerankingLists> {
  if (spec.source.startsWith("hf://")) {
    const mteb = { path: spec.source, config: spec.config, split: spec.split ?? "test" };
    const candidates = await readTopRanked(mteb, places);
    if (candidates !== undefined) {
      const lists = candidateLists(await readMtebRetrieval(mteb, places), candidates);
      return { kind: "reranking", ...tableNames(spec), ...lists };
    }
  }
  const roles = { query: ["query"], positive: ["positive"], negative: ["negative"] };
  const table = await readTable(spec, roles, { ...places, lists: true });
  const { source: name } = spec;
  const lists = (values: readonly unknown[]): string[][] =>
    values.map((value, number) => {
      if (!Array.isArray(value)) {
        throw new TypeError(
          `Cannot read ${name}: row ${number + 1} has candidates that are no list; give lists of texts`,
        );
      }
      return value.map((text) => textOf(text, { name, number }));
    });
  const [positive, negative] = [lists(table.positive), lists(table.negative)];
  return {
    kind: "reranking",
    ...tableNames(spec),
    queries: table.query.map((value, number) => textOf(value, { name, number })),
    candidates: positive.map((texts, i) => [...texts, ...negative[i]]),
    grades: positive.map((texts, i) => [...texts.map(() => 1), ...negative[i].map(() => 0)]),
  };
}

/** Queries with the texts and grades of their candidates; candidates without a text are left out. */
function candidateLists(
  { documents, queries, qrels }: JudgedTexts,
  candidates: ReadonlyMap<string, readonly string[]>,
): Pick<RerankingLists, "queries" | "candidates" | "grades"> {
  const textOfId = new Map(documents.ids.map((id, i) => [id, documents.texts[i]]));
  const judged = queries.ids.map((id, i) => ({
    text: queries.texts[i],
    ids: (candidates.get(id) ?? []).filter((candidate) => textOfId.has(candidate)),
    grades: qrels.get(id),
  })).filter(({ ids, grades }) => ids.length > 0 && grades !== undefined);
  return {
    queries: judged.map(({ text }) => text),
    candidates: judged.map(({ ids }) => ids.map((id) => textOfId.get(id)!)),
    grades: judged.map(({ ids, grades }) => ids.map((id) => grades!.get(id) ?? 0)),
  };
}

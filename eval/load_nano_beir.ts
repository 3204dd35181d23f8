import type { Hub } from "../hub/mod.ts";
import { basename } from "node:path";
import { resolveSource } from "../data/mod.ts";
import { allRows, toEntries, toQrels } from "./_records.ts";
import type { RetrievalCollection } from "./collection.ts";
import type { NanoBeirSpec } from "./evaluation_spec.ts";

/** Where NanoBEIR's 13 English collections lie. */
const NANO_BEIR_EN = "hf://datasets/sentence-transformers/NanoBEIR-en";

/**
 * Loads retrieval collections of a data set with configurations corpus (`_id`, `text`), queries (`_id`, `text`) and
 * qrels (`query-id`, `corpus-id`), one split a collection. As Sentence Transformers scores it, a query may find a
 * document with its own id.
 *
 * @param spec which data set and which of its collections
 * @param options `hub`: where `hf://` addresses are looked up
 * @throws RangeError when the data set or a collection is missing; the message lists what there is
 */
export async function loadNanoBeir(
  spec: NanoBeirSpec,
  options: { hub?: Hub } = {},
): Promise<RetrievalCollection[]> {
  const source = (spec.source ?? NANO_BEIR_EN).replace(/\/+$/, "");
  const names = spec.collections ?? await collectionNames(source, options);
  const collections: RetrievalCollection[] = [];
  for (const split of names) {
    const read = (config: string) => allRows(source, { ...options, config, split });
    const documents = toEntries(await read("corpus"), `${source} corpus ${split}`);
    const queries = toEntries(await read("queries"), `${source} queries ${split}`);
    collections.push({
      kind: "retrieval",
      name: split,
      queryIds: queries.ids,
      queryTexts: queries.texts,
      documentIds: documents.ids,
      documentTexts: documents.texts,
      qrels: toQrels(await read("qrels"), `${source} qrels ${split}`),
      excludeSameId: false,
    });
  }
  return collections;
}

/** The collections by the names of the corpus files: the hub writes `SPLIT-00000-of-00001.parquet`. */
async function collectionNames(source: string, options: { hub?: Hub }): Promise<string[]> {
  const { files } = await resolveSource(`${source}/corpus/*.parquet`, options);
  const names = files.map(({ path }) => basename(path).replace(/(-\d{5}-of-\d{5})?\.parquet$/, ""));
  return [...new Set(names)];
}

import { basename, resolve } from "node:path";
import { resolveSource } from "../data/mod.ts";
import { filesBelow } from "./_folder_files.ts";
import { allRows, readEntries, toQrels } from "./_records.ts";
import { groupNames, lastPart, type TablePlaces } from "./_table.ts";
import type { RetrievalCollection } from "./collection.ts";
import type { NanoBeirSpec } from "./evaluation_spec.ts";

/** Where NanoBEIR's 13 English collections lie. */
const NANO_BEIR_EN = "hf://datasets/sentence-transformers/NanoBEIR-en";

/** The name of a collection in that of a file: the hub writes `SPLIT-00000-of-00001.parquet`. */
const FILE = /(-\d{5}-of-\d{5})?\.(parquet|jsonl|csv|tsv)$/;

/**
 * Loads retrieval collections of a data set with configurations corpus (`_id`, `text`), queries (`_id`, `text`) and
 * qrels (`query-id`, `corpus-id`), one split a collection; or of a folder with folders of these names, one file a
 * collection in each. As Sentence Transformers scores it, a query may find a document with its own id, unless told
 * otherwise.
 *
 * @param spec which data set and which of its collections
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when the data set or a collection is missing; the message lists what there is
 */
export async function loadNanoBeir(
  spec: NanoBeirSpec,
  places: TablePlaces = {},
): Promise<RetrievalCollection[]> {
  const source = (spec.source ?? NANO_BEIR_EN).replace(/\/+$/, "");
  const layout = source.startsWith("hf://") ? hubLayout(source, places) : await folderLayout(source, places);
  const collections: RetrievalCollection[] = [];
  for (const name of spec.collections ?? await layout.names()) {
    const documents = await readEntries(...layout.at("corpus", name));
    const queries = await readEntries(...layout.at("queries", name));
    collections.push({
      kind: "retrieval",
      name,
      ...groupNames(spec, spec.name ?? lastPart(source)),
      queryIds: queries.ids,
      queryTexts: queries.texts,
      documentIds: documents.ids,
      documentTexts: documents.texts,
      qrels: toQrels(await allRows(...layout.at("qrels", name)), `${source} qrels ${name}`),
      excludeSameId: spec.excludeSameId ?? false,
      definitions: spec.definitions ?? "reference",
    });
  }
  return collections;
}

interface Layout {
  names: () => Promise<string[]>;
  /** What to read of a collection. */
  at: (config: string, name: string) => [string, TablePlaces & { config?: string; split?: string }];
}

function hubLayout(source: string, places: TablePlaces): Layout {
  return {
    async names() {
      const { files } = await resolveSource(`${source}/corpus/*.parquet`, { hub: places.hub });
      return collectionNames(files.map(({ path }) => path));
    },
    at: (config, split) => [source, { hub: places.hub, config, split }],
  };
}

async function folderLayout(source: string, places: TablePlaces): Promise<Layout> {
  const folder = resolve(places.baseFolder ?? ".", source);
  const files = await filesBelow(folder);
  const names = collectionNames(files.filter((path) => path.startsWith("corpus/") && FILE.test(path)));
  return {
    names: () => Promise.resolve(names),
    at(config, name) {
      const found = files.filter((path) =>
        path.startsWith(`${config}/`) && collectionNames([path])[0] === name
      );
      if (found.length > 0) {
        return [found.length > 1 ? `${config}/${name}-*` : found[0], { baseFolder: folder }];
      }
      throw new RangeError(
        `Cannot load ${folder}: it has no ${config} of '${name}'; choose of ${names.join(", ") || "nothing"}`,
      );
    },
  };
}

function collectionNames(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => basename(path).replace(FILE, "")))];
}

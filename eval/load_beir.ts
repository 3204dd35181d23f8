import { join, resolve } from "node:path";
import { Hub, parseHubAddress } from "../hub/mod.ts";
import { filesBelow } from "./_folder_files.ts";
import { readMtebRetrieval } from "./_mteb_retrieval.ts";
import { allRows, type JudgedTexts, readEntries, toQrels } from "./_records.ts";
import { groupNames, lastPart, type TablePlaces } from "./_table.ts";
import type { RetrievalCollection } from "./collection.ts";
import type { BeirSpec } from "./evaluation_spec.ts";

/**
 * Loads a collection in the layout of BEIR: `corpus.jsonl` (`_id`, `title`, `text`; title and text are joined by a
 * blank), `queries.jsonl` (`_id`, `text`), `qrels/SPLIT.tsv` (`query-id`, `corpus-id`, `score`), in a folder or in a
 * data set of the hub; there, configurations of these names are as good. Only the queries that the split judges are
 * loaded. As BEIR and MTEB score it, a query does not find the document with its own id, unless told otherwise.
 *
 * @param spec which folder or data set, and which split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when a file is missing (the message lists the splits there are); SyntaxError when a line is
 * damaged (file and line are named)
 */
export async function loadBeir(spec: BeirSpec, places: TablePlaces = {}): Promise<RetrievalCollection> {
  const split = spec.split ?? "test";
  const found = await readJudged({ ...spec, split }, places);
  const wanted = found.queries.ids.map((_, i) => i).filter((i) => found.qrels.has(found.queries.ids[i]));
  const last = lastPart(spec.path);
  const parts = [last, spec.config, split === "test" ? null : split].filter((part) => part);
  return {
    kind: "retrieval",
    name: spec.name ?? parts.join("-"),
    ...groupNames(spec, "BEIR"),
    queryIds: wanted.map((i) => found.queries.ids[i]),
    queryTexts: wanted.map((i) => found.queries.texts[i]),
    documentIds: found.documents.ids,
    documentTexts: found.documents.texts,
    qrels: found.qrels,
    excludeSameId: spec.excludeSameId ?? true,
    definitions: spec.definitions ?? "trec",
  };
}

async function readJudged(spec: BeirSpec & { split: string }, places: TablePlaces): Promise<JudgedTexts> {
  if (spec.path.startsWith("hf://")) {
    const address = spec.path.replace(/\/+$/, "");
    const repository = await (places.hub ?? new Hub()).open(parseHubAddress(address, "datasets"));
    const files = (await repository.listFiles()).map(({ path }) => path);
    if (!files.includes("corpus.jsonl")) return await readMtebRetrieval({ ...spec, path: address }, places);
    checkFiles(address, files, spec.split);
    return await readFiles((path) => `${address}/${path}`, spec.split, places);
  }
  const folder = resolve(places.baseFolder ?? ".", spec.path);
  checkFiles(folder, await filesBelow(folder), spec.split);
  return await readFiles((path) => join(folder, path), spec.split, places);
}

async function readFiles(
  at: (path: string) => string,
  split: string,
  places: TablePlaces,
): Promise<JudgedTexts> {
  const qrels = at(`qrels/${split}.tsv`);
  return {
    documents: await readEntries(at("corpus.jsonl"), places),
    queries: await readEntries(at("queries.jsonl"), places),
    qrels: toQrels(await allRows(qrels, places), qrels),
  };
}

function checkFiles(folder: string, files: readonly string[], split: string): void {
  const splits = files.flatMap((path) => /^qrels\/(.+)\.tsv$/.exec(path)?.[1] ?? []);
  const missing = ["corpus.jsonl", "queries.jsonl"].filter((name) => !files.includes(name));
  if (splits.length === 0) missing.push("qrels");
  if (missing.length > 0) {
    throw new RangeError(
      `Cannot load ${folder} as a BEIR folder: it has no ${missing.join(", no ")}, only ` +
        `${files.slice(0, 10).join(", ") || "nothing"}; give a folder with corpus.jsonl, queries.jsonl and ` +
        `qrels/${split}.tsv`,
    );
  }
  if (!splits.includes(split)) {
    throw new RangeError(
      `Cannot load ${folder} as a BEIR folder: it has no split '${split}'; choose one of ${
        splits.join(", ")
      }`,
    );
  }
}

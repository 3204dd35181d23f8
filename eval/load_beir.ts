import { basename, join, resolve } from "node:path";
import { allRows, toEntries, toQrels } from "./_records.ts";
import type { RetrievalCollection } from "./collection.ts";
import type { BeirSpec } from "./evaluation_spec.ts";

/**
 * Loads a folder in the layout of BEIR: `corpus.jsonl` (`_id`, `title`, `text`; title and text are joined by a blank),
 * `queries.jsonl` (`_id`, `text`), `qrels/SPLIT.tsv` (`query-id`, `corpus-id`, `score`). As BEIR and MTEB score it, a
 * query does not find the document with its own id.
 *
 * @param spec which folder and split
 * @param options `baseFolder`: where relative paths start, the current folder by default
 * @throws RangeError when a file is missing (the message lists the splits there are); SyntaxError when a line is
 * damaged (file and line are named)
 */
export async function loadBeir(
  spec: BeirSpec,
  options: { baseFolder?: string } = {},
): Promise<RetrievalCollection> {
  const folder = resolve(options.baseFolder ?? ".", spec.path);
  const split = spec.split ?? "test";
  await checkFolder(folder, split);
  const documents = toEntries(
    await allRows("corpus.jsonl", { baseFolder: folder }),
    join(folder, "corpus.jsonl"),
  );
  const queries = toEntries(
    await allRows("queries.jsonl", { baseFolder: folder }),
    join(folder, "queries.jsonl"),
  );
  const file = `${split}.tsv`;
  const qrels = toQrels(
    await allRows(file, { baseFolder: join(folder, "qrels") }),
    join(folder, "qrels", file),
  );
  const wanted = queries.ids.map((_, i) => i).filter((i) => qrels.has(queries.ids[i]));
  return {
    kind: "retrieval",
    name: split === "test" ? basename(folder) : `${basename(folder)}-${split}`,
    queryIds: wanted.map((i) => queries.ids[i]),
    queryTexts: wanted.map((i) => queries.texts[i]),
    documentIds: documents.ids,
    documentTexts: documents.texts,
    qrels,
    excludeSameId: true,
  };
}

async function checkFolder(folder: string, split: string): Promise<void> {
  const names = await namesIn(folder);
  const missing = ["corpus.jsonl", "queries.jsonl", "qrels"].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new RangeError(
      `Cannot load the BEIR folder ${folder}: it has no ${missing.join(", no ")}, only ` +
        `${
          names.join(", ") || "nothing"
        }; give a folder with corpus.jsonl, queries.jsonl and qrels/${split}.tsv`,
    );
  }
  const splits = (await namesIn(join(folder, "qrels"))).map((name) => name.replace(/\.tsv$/, ""));
  if (!splits.includes(split)) {
    throw new RangeError(
      `Cannot load the BEIR folder ${folder}: it has no split '${split}'; choose one of ${splits.join(", ")}`,
    );
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name)).sort();
  } catch (cause) {
    throw new RangeError(
      `Cannot load the BEIR folder ${folder}: it is no folder that can be read; check the path`,
      {
        cause,
      },
    );
  }
}

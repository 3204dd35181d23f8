import type { ResolvedSource, ResolveSourceOptions } from "../data/mod.ts";
import { resolveSource } from "../data/mod.ts";
import { type JudgedTexts, rowsOf, toEntries, toQrels } from "./_records.ts";
import type { TablePlaces } from "./_table.ts";

/** A data set of the hub in MTEB's layout. */
export interface MtebRetrievalSpec {
  /** `hf://datasets/OWNER/NAME`. */
  path: string;
  /** What the configurations' names begin with, as in `de-corpus`. */
  config?: string | null;
  split: string;
}

/** Splits that corpus and queries may have instead of the one that is judged. */
const OTHER_SPLITS: readonly string[] = ["corpus", "queries", "test", "dev", "validation", "train"];

/**
 * Reads configurations as MTEB names them: `corpus` (`_id` or `id`, `title`, `text`), `queries`, and judgments in
 * `default` or `qrels`. Corpus and queries may have another split than the judgments.
 */
export async function readMtebRetrieval(spec: MtebRetrievalSpec, places: TablePlaces): Promise<JudgedTexts> {
  const own = { splits: [spec.split], places };
  const shared = { splits: [spec.split, ...OTHER_SPLITS], places };
  const prefix = spec.config ? `${spec.config}-` : "";
  const judged = spec.config ? [`${prefix}qrels`] : ["default", "qrels"];
  const [documents, queries, qrels] = [
    await firstSource(spec.path, [`${prefix}corpus`], shared),
    await firstSource(spec.path, [`${prefix}queries`, `${prefix}query`], shared),
    await firstSource(spec.path, judged, own),
  ];
  return {
    documents: toEntries(await rowsOf(documents), `${spec.path} corpus`),
    queries: toEntries(await rowsOf(queries), `${spec.path} queries`),
    qrels: toQrels(await rowsOf(qrels), `${spec.path} qrels`),
  };
}

/** The candidates of queries, by id, where the data set has the configuration `top_ranked`; else undefined. */
export async function readTopRanked(
  spec: MtebRetrievalSpec,
  places: TablePlaces,
): Promise<Map<string, string[]> | undefined> {
  const config = spec.config ? `${spec.config}-top_ranked` : "top_ranked";
  const source = await firstSource(spec.path, [config], { splits: [spec.split, "top_ranked"], places }).catch(
    missing,
  );
  if (source === undefined) return undefined;
  const candidates = new Map<string, string[]>();
  for (const row of await rowsOf(source)) {
    const ids = row["corpus-ids"];
    if (Array.isArray(ids)) candidates.set(String(row["query-id"]), ids.map(String));
  }
  return candidates;
}

/** The first configuration and split that the data set has; where it has none, the first refusal is thrown. */
async function firstSource(
  path: string,
  configs: readonly string[],
  { splits, places }: { splits: readonly string[]; places: TablePlaces },
): Promise<ResolvedSource> {
  let refusal: RangeError | undefined;
  for (const config of configs) {
    for (const split of splits) {
      try {
        const options: ResolveSourceOptions = { hub: places.hub, config, split };
        return await resolveSource(path, options);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        refusal ??= error;
      }
    }
  }
  throw refusal;
}

function missing(error: unknown): undefined {
  if (error instanceof RangeError) return undefined;
  throw error;
}

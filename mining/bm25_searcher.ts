import { Bm25 } from "../eval/mod.ts";
import { BestDocuments } from "./_best_documents.ts";
import { rankDocuments } from "./_rank_documents.ts";
import type { Anchor, Found, Searcher } from "./searcher.ts";

/**
 * Search by words: BM25 over English, as evaluation has it. Documents that share no word with an anchor are not found.
 * The index takes memory in proportion to the documents' words.
 */
export class Bm25Searcher implements Searcher {
  /** A score grows with the number of shared words. */
  readonly largestScore: number = Infinity;
  /** Few, so that progress is seen. */
  readonly anchorsAtOnce = 64;
  #texts: string[] = [];
  #index: { bm25: Bm25; scores: Float64Array } | undefined;

  /** Takes further documents. */
  add(texts: readonly string[]): Promise<void> {
    for (const text of texts) this.#texts.push(text);
    return Promise.resolve();
  }

  /** Finds the documents with the highest scores. */
  async search(anchors: readonly Anchor[], count: number): Promise<Found[]> {
    this.#index ??= this.#build();
    // Lets a signal or a timer have its turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const { bm25, scores } = this.#index;
    return anchors.map(({ text, positives, excluded }) => {
      bm25.score(text, scores);
      return {
        ...bestOf(scores, excluded, count),
        positives: Float64Array.from(positives, (i) => scores[i]),
      };
    });
  }

  #build(): { bm25: Bm25; scores: Float64Array } {
    const bm25 = new Bm25(this.#texts);
    const scores = new Float64Array(this.#texts.length);
    this.#texts = [];
    return { bm25, scores };
  }
}

function bestOf(
  scores: Float64Array,
  excluded: readonly number[],
  count: number,
): Pick<Found, "documents" | "scores"> {
  const best = new BestDocuments(1, Math.min(count, scores.length));
  for (let document = 0; document < scores.length; document++) {
    const score = scores[document];
    if (score > 0 && score >= best.floors[0] && !excluded.includes(document)) best.push(0, score, document);
  }
  const found = { documents: best.documents(0), scores: best.scores(0) };
  rankDocuments(found.documents, found.scores);
  return found;
}

import { Random } from "../data/mod.ts";
import { chooseNegatives } from "./choose_negatives.ts";
import type { MinedAnchor } from "./mined_anchor.ts";
import { checkChoice, type Choice, type ChoiceOptions } from "./mining_options.ts";
import { MiningTally } from "./_mining_tally.ts";
import type { MiningReport } from "./mining_report.ts";
import { PairIndex } from "./_pair_index.ts";
import { rankDocuments } from "./_rank_documents.ts";
import type { Anchor, Found, Scorer, Searcher } from "./searcher.ts";

/** An anchor and one of its positives. */
export interface TextPair {
  /** The text that asks. */
  anchor: string;
  /** The text that is to be found. */
  positive: string;
}

/** What negatives are mined from. */
export interface MiningTexts {
  /** Pairs, some at a time. */
  pairs: AsyncIterable<readonly TextPair[]>;
  /**
   * Documents beside the pairs' positives, some at a time.
   * @default none
   */
  corpus?: AsyncIterable<readonly string[]>;
}

/** How far mining is. */
export interface MiningProgress {
  /** Reading and encoding documents, or searching for anchors. */
  stage: "documents" | "anchors";
  /** How many are done. */
  done: number;
  /** How many there will be, once that is known. */
  total: number | undefined;
}

/** Options of {@linkcode mineNegatives}. */
export interface MineNegativesOptions extends ChoiceOptions {
  /** What finds documents. */
  searcher: Searcher;
  /**
   * Scores what was found again: its scores order, limit and are kept; the searcher's decide the ranks that are looked at.
   * @default the searcher's scores
   */
  scorer?: Scorer;
  /** Seed of random sampling. */
  seed: number;
  /** Start of the paths of files that texts beyond 64 MiB go to; they are removed at the end. */
  scratch: string;
  /** Takes the result anchor by anchor, in the order in which anchors first occur. */
  onMined: (mined: MinedAnchor) => void;
  /** Hears how far the work is. */
  onProgress?: (progress: MiningProgress) => void;
}

/** Documents that are encoded at once. */
const DOCUMENTS_AT_ONCE = 2048;

/**
 * Finds hard negatives for the anchors of pairs: documents that score high and are none of the anchor's positives in all of
 * the data, nor have its own text. Texts that occur several times are one anchor or one document.
 *
 * Source: `mine_hard_negatives` of Sentence Transformers; the margins: de Souza P. Moreira et al. 2024, "NV-Retriever".
 *
 * @param texts the data
 * @param options {@linkcode MineNegativesOptions}
 * @returns what was found, in numbers
 * @throws {RangeError} if an option is out of its range, there are no pairs, or fewer documents than are asked for
 */
export async function mineNegatives(
  texts: MiningTexts,
  options: MineNegativesOptions,
): Promise<MiningReport> {
  const { searcher, scorer } = options;
  const choice = checkChoice(options, (scorer ?? searcher).largestScore);
  const index = new PairIndex(options.scratch);
  try {
    await readTexts(texts, index, options);
    checkCounts(index, choice);
    const tally = new MiningTally(index.anchors, choice.negatives);
    const random = new Random(options.seed).fork("mining");
    for (let start = 0; start < index.anchors; start += searcher.anchorsAtOnce) {
      const end = Math.min(index.anchors, start + searcher.anchorsAtOnce);
      const anchors = Array.from({ length: end - start }, (_, i) => index.anchor(start + i));
      const found = await candidatesOf(anchors, { choice, searcher, scorer });
      found.forEach(({ positives, ...candidates }, i) => {
        const chosen = chooseNegatives(candidates, positives, { choice, random: random.fork(start + i) });
        const mined = {
          anchor: anchors[i].text,
          positives: scoredTexts(anchors[i].positives, positives, index),
          negatives: scoredTexts(chosen.documents, chosen.scores, index),
        };
        tally.add(mined, chosen.dropped);
        options.onMined(mined);
      });
      options.onProgress?.({ stage: "anchors", done: end, total: index.anchors });
    }
    return tally.report({ pairs: index.pairs, documents: index.documents, choice });
  } finally {
    index.close();
  }
}

async function readTexts(
  { pairs, corpus }: MiningTexts,
  index: PairIndex,
  { searcher, scorer, onProgress }: MineNegativesOptions,
): Promise<void> {
  let fresh: string[] = [];
  const encode = async (): Promise<void> => {
    await searcher.add(fresh);
    await scorer?.add(fresh);
    fresh = [];
    onProgress?.({ stage: "documents", done: index.documents, total: undefined });
  };
  const take = async (text: string, isNew: boolean): Promise<void> => {
    if (isNew && fresh.push(text) === DOCUMENTS_AT_ONCE) await encode();
  };
  for await (const some of pairs) {
    for (const { anchor, positive } of some) await take(positive, index.addPair(anchor, positive));
  }
  if (index.pairs === 0) {
    throw new RangeError(
      "Cannot mine: there are no pairs of an anchor and a positive; give data that has some",
    );
  }
  for await (const some of corpus ?? []) {
    for (const text of some) await take(text, index.addDocument(text));
  }
  await encode();
}

function checkCounts({ documents }: PairIndex, { negatives, rangeMin }: Choice): void {
  const number = (value: number): string => value.toLocaleString("en-US");
  const refuse = (asked: string, cure: string): never => {
    const fault = documents === 1
      ? "but all pairs have the same positive; give"
      : `but there are ${number(documents)} different documents, one of them the positive; ${cure}, or give`;
    throw new RangeError(`Cannot mine: ${asked}, ${fault} more documents by a corpus`);
  };
  if (rangeMin > 0 && rangeMin >= documents - 1) {
    refuse(`the first rank is ${number(rangeMin)}`, "begin earlier");
  }
  if (negatives > documents - 1) refuse(`${number(negatives)} negatives are asked for`, "ask for fewer");
}

/** The documents of the ranks that are looked at, with the scores that count. */
async function candidatesOf(
  anchors: readonly Anchor[],
  { choice, searcher, scorer }: { choice: Choice; searcher: Searcher; scorer: Scorer | undefined },
): Promise<Found[]> {
  const found = (await searcher.search(anchors, choice.rangeMax)).map((each) => ({
    ...each,
    documents: each.documents.subarray(choice.rangeMin),
    scores: each.scores.subarray(choice.rangeMin),
  }));
  if (scorer === undefined) return found;
  const numbers = found.map(({ documents }, i) => [...documents, ...anchors[i].positives]);
  const scores = await scorer.score(anchors.map(({ text }) => text), numbers);
  return found.map(({ documents }, i) => rescored(documents, scores[i]));
}

/** Candidates in the order of other scores, which the positives' follow. */
function rescored(candidates: Int32Array, all: Float64Array): Found {
  const documents = candidates.slice();
  const scores = all.slice(0, documents.length);
  rankDocuments(documents, scores);
  return { documents, scores, positives: all.subarray(documents.length) };
}

function scoredTexts(
  numbers: readonly number[],
  scores: ArrayLike<number>,
  index: PairIndex,
): MinedAnchor["negatives"] {
  return numbers.map((number, i) => ({ text: index.document(number), score: scores[i] }));
}

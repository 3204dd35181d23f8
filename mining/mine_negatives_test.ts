import assert from "node:assert/strict";
import { Runtime } from "../runtime/mod.ts";
import { Bm25Searcher } from "./bm25_searcher.ts";
import { EncoderSearcher } from "./encoder_searcher.ts";
import { mineNegatives, type MineNegativesOptions, type MiningTexts } from "./mine_negatives.ts";
import type { MinedAnchor } from "./mined_anchor.ts";
import type { MiningReport } from "./mining_report.ts";
import { inParts, NUMBERS, pairsOf } from "./_test_texts.ts";

type Options = Partial<MineNegativesOptions>;

async function mine(
  texts: MiningTexts,
  options: Options,
): Promise<{ mined: MinedAnchor[]; report: MiningReport }> {
  using runtime = Runtime.open();
  const searcher = new EncoderSearcher({ encoder: NUMBERS, runtime, blockRows: 32 });
  const folder = await Deno.makeTempDir();
  try {
    const mined: MinedAnchor[] = [];
    const report = await mineNegatives(texts, {
      searcher,
      seed: 12,
      scratch: `${folder}/texts`,
      onMined: (each) => mined.push(each),
      ...options,
    });
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    return { mined, report };
  } finally {
    searcher.dispose();
    await Deno.remove(folder, { recursive: true });
  }
}

/** What was mined, as texts. */
function textsOf(mined: readonly MinedAnchor[]): [string, string[], string[]][] {
  return mined.map(({ anchor, positives, negatives }) => [
    anchor,
    positives.map(({ text }) => text),
    negatives.map(({ text }) => text),
  ]);
}

Deno.test("mineNegatives() never gives a positive of the same anchor, a copy of one, or the anchor's own text", async () => {
  const pairs = pairsOf(
    ["1 0", "9 1"],
    ["0 1", "1 9"],
    ["1 0", "8 2"], // a second positive, far from the first in the data
    ["1 0", "9 1"], // a copy
    ["5 5", "1 0"], // its positive is another anchor's own text
    ["0 1", "1 8"],
  );
  const { mined, report } = await mine({ pairs: inParts(pairs, 2) }, { negatives: 2 });
  assert.deepEqual(textsOf(mined), [
    ["1 0", ["9 1", "8 2"], ["1 8", "1 9"]],
    ["0 1", ["1 9", "1 8"], ["8 2", "9 1"]],
    ["5 5", ["1 0"], ["8 2", "1 8"]],
  ]);
  assert.deepEqual([report.pairs, report.anchors, report.documents], [5, 3, 5]);
  assert.deepEqual([report.negatives, report.anchorsByNegatives], [6, [0, 0, 3]]);
  assert.equal(report.positiveScores.count, 5);
  // The cosine of (1, 0) and (9, 1), rounded once to float32.
  assert.ok(Math.abs(mined[0].positives[0].score - 9 / Math.sqrt(82)) < 1e-7);
});

Deno.test("mineNegatives() takes documents of a corpus, counts ranks before it looks at limits, and keeps what is left", async () => {
  const texts = (): MiningTexts => ({
    pairs: inParts(pairsOf(["1 0", "1 0.5"])),
    corpus: inParts(["1 0.1", "1 0.2", "1 0.3", "1 0.4", "1 0.5", "1 2"]),
  });
  const all = await mine(texts(), { negatives: 2, rangeMin: 1 });
  assert.deepEqual(textsOf(all.mined)[0][2], ["1 0.2", "1 0.3"]);
  assert.equal(all.report.documents, 6);
  const { mined, report } = await mine(texts(), { negatives: 2, rangeMin: 1, rangeMax: 5, margin: 0 });
  assert.deepEqual(textsOf(mined)[0][2], ["1 2"]);
  assert.deepEqual([report.dropped.margin, report.anchorsByNegatives], [3, [0, 1, 0]]);
});

Deno.test("mineNegatives() orders, limits and keeps by the scorer's scores, at the searcher's ranks", async () => {
  using runtime = Runtime.open();
  // The scorer sees the second number only: its cosines are 1 or -1 by sign.
  const scorer = new EncoderSearcher({
    encoder: async (texts) => {
      const { data, rows } = await NUMBERS(texts);
      return { data: data.filter((_, i) => i % 2 === 1), rows, columns: 1 };
    },
    runtime,
  });
  const texts = (): MiningTexts => ({
    pairs: inParts(pairsOf(["1 0.01", "1 0.1"])),
    corpus: inParts(["1 -0.2", "1 0.3", "1 -0.4", "1 0.5"]),
  });
  const { mined } = await mine(texts(), { scorer, negatives: 3, rangeMax: 3 });
  assert.deepEqual(mined[0].negatives.map(({ text, score }) => [text, score]), [
    ["1 0.3", 1],
    ["1 -0.2", -1],
    ["1 -0.4", -1],
  ]);
  assert.equal(mined[0].positives[0].score, 1);
  scorer.dispose();
});

Deno.test("mineNegatives() draws the same at random whatever the parts, and otherwise by another seed", async () => {
  const pairs = pairsOf(
    ...Array.from({ length: 40 }, (_, i): [string, string] => [`1 ${i / 40}`, `1 ${i / 41}`]),
  );
  const draw = async (size: number, seed: number): Promise<unknown> => {
    return textsOf((await mine({ pairs: inParts(pairs, size) }, { sampling: "random", seed })).mined);
  };
  const first = await draw(3, 12);
  assert.deepEqual(await draw(40, 12), first);
  assert.notDeepEqual(await draw(3, 13), first);
});

Deno.test("mineNegatives() by BM25 finds documents that share a word, with their scores", async () => {
  const pairs = pairsOf(["red car", "a red car drives"], ["blue boat", "the blue boat sails"], [
    "zebra",
    "stripes",
  ]);
  const { mined } = await mine({
    pairs: inParts(pairs),
    corpus: inParts(["red paint", "car park car", "green grass"]),
  }, { searcher: new Bm25Searcher(), negatives: 2, rangeMax: 5 });
  assert.deepEqual(textsOf(mined).map(([, , negatives]) => negatives), [
    ["car park car", "red paint"],
    [],
    [],
  ]);
  assert.ok(mined[0].positives[0].score > mined[0].negatives[0].score);
  assert.equal(mined[2].positives[0].score, 0);
});

Deno.test("mineNegatives() refuses data without pairs, too few documents, and ranks beyond them", async () => {
  const pairs = (): MiningTexts => ({ pairs: inParts(pairsOf(["1 0", "1 1"], ["0 1", "1 2"])) });
  const refused: [MiningTexts, Options, RegExp][] = [
    [
      { pairs: inParts([]) },
      {},
      /^Cannot mine: there are no pairs of an anchor and a positive; give data that has some$/,
    ],
    [
      pairs(),
      {},
      /^Cannot mine: 3 negatives are asked for, but there are 2 different documents, one of them the positive; ask for fewer, or give more documents by a corpus$/,
    ],
    [
      pairs(),
      { negatives: 1, rangeMin: 1 },
      /^Cannot mine: the first rank is 1, but there are 2 different documents/,
    ],
    [
      { pairs: inParts(pairsOf(["1 0", "0 1"], ["1 1", "0 1"])) },
      { negatives: 1 },
      /^Cannot mine: 1 negatives are asked for, but all pairs have the same positive; give more documents by a corpus$/,
    ],
    [pairs(), { margin: 3 }, /^Cannot mine: the margin is 3/],
  ];
  for (const [texts, options, message] of refused) {
    await assert.rejects(mine(texts, options), { name: "RangeError", message });
  }
});

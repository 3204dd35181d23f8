import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { chooseNegatives } from "./choose_negatives.ts";
import { checkChoice, type ChoiceOptions } from "./mining_options.ts";

const CANDIDATES = { documents: [10, 11, 12, 13, 14], scores: [0.9, 0.8, 0.7, 0.6, 0.2] };

function choose(
  options: ChoiceOptions,
  positives = [0.8],
  seed = 1,
): { documents: number[]; dropped: object } {
  const choice = checkChoice({ negatives: 9, ...options }, 1);
  const { documents, dropped } = chooseNegatives(CANDIDATES, positives, { choice, random: new Random(seed) });
  return { documents, dropped };
}

Deno.test("chooseNegatives() takes the best that keep to every limit, and says what each took away", () => {
  const none = { margin: 0, relativeMargin: 0, maxScore: 0, minScore: 0 };
  assert.deepEqual(choose({}), { documents: [10, 11, 12, 13, 14], dropped: none });
  assert.deepEqual(choose({ negatives: 2 }).documents, [10, 11]);
  // As in Sentence Transformers, a score equal to the limit stays: 0.8 - 0 is not above 0.8.
  assert.deepEqual(choose({ margin: 0 }), { documents: [11, 12, 13, 14], dropped: { ...none, margin: 1 } });
  assert.deepEqual(choose({ margin: 0.15 }).documents, [13, 14]);
  assert.deepEqual(choose({ relativeMargin: 0.05 }).documents, [12, 13, 14]);
  assert.deepEqual(choose({ relativeMargin: 1 }).documents, []);
  assert.deepEqual(choose({ maxScore: 0.7, minScore: 0.6 }), {
    documents: [12, 13],
    dropped: { ...none, maxScore: 2, minScore: 1 },
  });
  assert.deepEqual(choose({ margin: 0.15, maxScore: 0.65 }).dropped, { ...none, margin: 3 });
});

Deno.test("chooseNegatives() takes the margin from the lowest positive, and below a negative score", () => {
  assert.deepEqual(choose({ margin: 0 }, [0.95, 0.65]).documents, [13, 14]);
  const negative = { documents: [1, 2], scores: [-0.205, -0.3] };
  const choice = checkChoice({ relativeMargin: 0.05 }, 1);
  const { documents } = chooseNegatives(negative, [-0.2], { choice, random: new Random(1) });
  assert.deepEqual(documents, [2]);
});

Deno.test("chooseNegatives() draws at random by the seed, every document in time, in the order of their scores", () => {
  const draw = (seed: number): number[] =>
    choose({ negatives: 2, sampling: "random", minScore: 0.5 }, [0.8], seed).documents;
  assert.deepEqual(draw(3), draw(3));
  const drawn = Array.from({ length: 100 }, (_, seed) => draw(seed));
  for (const [a, b] of drawn) assert.ok(a < b && b < 14);
  // Each of four documents is in half of the draws: 100 fair coins fall outside 30 to 70 once in 25,000 times.
  for (const document of [10, 11, 12, 13]) {
    const times = drawn.filter((each) => each.includes(document)).length;
    assert.ok(times > 30 && times < 70, `${document}: ${times}`);
  }
});

Deno.test("checkChoice() looks at ten times as many documents where some will not do, as Sentence Transformers does", () => {
  assert.equal(checkChoice({}, 1).rangeMax, 3);
  assert.equal(checkChoice({ rangeMin: 10, negatives: 5 }, 1).rangeMax, 15);
  assert.equal(checkChoice({ rangeMin: 10, negatives: 5, margin: 0 }, 1).rangeMax, 60);
  assert.equal(checkChoice({ sampling: "random" }, 1).rangeMax, 30);
});

Deno.test("checkChoice() refuses what cannot be", () => {
  const refused: [ChoiceOptions, RegExp][] = [
    [{ negatives: 0 }, /0 negatives are asked for; ask for a whole number from 1$/],
    [{ rangeMin: -1 }, /the first rank is -1; give a whole number from 0$/],
    [
      { rangeMin: 10, rangeMax: 12 },
      /ranks 10 to 12 are fewer than 3 negatives; let the ranks end at 13 or later$/,
    ],
    [{ maxScore: 1.5 }, /the highest score is 1.5, but scores are from -1 to 1; give such a score$/],
    [{ maxScore: 0.1, minScore: 0.2 }, /no score is from 0.2 to 0.1; /],
    [{ margin: -0.1 }, /the margin is -0.1; give a number from 0 to 2$/],
    [{ margin: 2.1 }, /give a number from 0 to 2$/],
    [{ margin: NaN }, /the margin is NaN/],
    [{ relativeMargin: 1.01 }, /the relative margin is 1.01; give a share from 0 to 1$/],
  ];
  for (const [options, message] of refused) {
    assert.throws(() => checkChoice(options, 1), { name: "RangeError", message });
  }
  // Scores of BM25 have no end.
  assert.equal(checkChoice({ maxScore: 30, margin: 5 }, Infinity).maxScore, 30);
  assert.throws(() => checkChoice({ margin: Infinity }, Infinity), /give a number from 0$/);
});

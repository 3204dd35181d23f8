import type { ExportedModel } from "./exported_model.ts";

/** Words of the test's vocabulary; ids are their places. */
export const TEST_WORDS: readonly string[] = [
  "[UNK]",
  "cat",
  "dog",
  "bird",
  "fish",
  "tree",
  "house",
  "river",
];

/** For tests: a model of eight words and five columns, whose numbers are spread over -1 to 1 by a fixed pattern. */
export function testParts(changes: Partial<ExportedModel> = {}): ExportedModel {
  const rows = changes.rows ?? TEST_WORDS.length;
  const table = Float32Array.from({ length: rows * 5 }, (_, i) => Math.sin(1 + 7 * i));
  const tokenizerJson = JSON.stringify({
    version: "1.0",
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      unk_token: "[UNK]",
      vocab: Object.fromEntries(TEST_WORDS.map((word, id) => [word, id])),
    },
  });
  return { table, rows, dim: 5, tokenizerJson, normalize: false, dropUnknown: false, ...changes };
}

/** For tests: a model like a vocabulary-quantised one: three rows for eight words, with factors. */
export function quantizedParts(changes: Partial<ExportedModel> = {}): ExportedModel {
  return testParts({
    rows: 3,
    mapping: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1),
    weights: Float64Array.of(0.5, 1, 1.5, 2, 0.25, 0.75, 1.25, 3),
    ...changes,
  });
}

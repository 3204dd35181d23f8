import assert from "node:assert/strict";
import { join } from "node:path";
import { hashText, type RowWindow } from "../data/mod.ts";
import { StaticModel } from "../model/mod.ts";
import { buildWordPieceTokenizer, loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { GuideMargins } from "./_guide_margins.ts";
import { datasetOf } from "./_test_datasets.ts";

const DIM = 8;
const DIGITS = "0123456789";

/** Runs a test with a saved model whose table is the sines of its places, times a factor for the last token. */
async function withGuide(
  last: number,
  use: (guide: GuideMargins, parts: { tokenizer: Tokenizer; model: StaticModel }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const tokenizer = await loadTokenizer(
    buildWordPieceTokenizer([[...DIGITS].join(" ")], { vocabSize: 200 }),
    "test",
  );
  const length = tokenizer.vocabSize * DIM;
  const table = Float32Array.from({ length }, (_, i) => Math.sin(i) * (i >= length - DIM ? last : 1));
  const model = StaticModel.create({ table, dim: DIM, tokenizer });
  try {
    await model.save(join(folder, "guide"));
    using guide = await GuideMargins.load(join(folder, "guide"), { tokenizer, threads: 1 });
    await use(guide, { tokenizer, model });
  } finally {
    tokenizer.dispose();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Row i is the number i and its mirror image, digit by digit. */
function windowOf(rows: number, tokenizer: Tokenizer): RowWindow {
  const texts = [0, 1].map((column) =>
    Array.from({ length: rows }, (_, i) => {
      const digits = [...String(i)];
      return (column === 0 ? digits : digits.toReversed()).join(" ") + (column === 0 ? "" : " 7 7");
    })
  );
  const hashes = texts.map((column) => {
    const out = new Uint32Array(2 * rows);
    column.forEach((text, i) => hashText(text, out, 2 * i));
    return out;
  });
  return { rowCount: rows, columns: texts.map((column) => tokenizer.encodeAll(column)), hashes };
}

Deno.test("GuideMargins gives minus the margin of every row of a window among the rows of its block", () =>
  withGuide(1, async (guide, { tokenizer, model }) => {
    const difficulty = guide.difficultyOf(datasetOf("pairs", [[[1]], [[2]]]));
    assert.ok(difficulty.kind === "score");
    for (const rows of [0, 1, 5, 1020]) {
      const window = windowOf(rows, tokenizer);
      const found = await difficulty.score(window);
      assert.equal(found.length, rows);
      // 1,020 rows are two blocks of 510.
      const block = Math.min(510, Math.max(1, rows));
      const cosines = (from: number): Float32Array => {
        const [a, b] = window.columns.map(({ ids, offsets }) =>
          model.pool({ ids, offsets: offsets.subarray(from, from + block + 1) })
        );
        return model.similarity(a, b).data;
      };
      for (let from = 0; from < rows; from += block) {
        const all = cosines(from);
        for (let i = 0; i < block; i += 17) {
          const others = [...all.subarray(i * block, (i + 1) * block)];
          const [own] = others.splice(i, 1);
          // Float32 sums of few numbers.
          assert.ok(
            Math.abs(found[from + i] - (Math.max(-1, ...others) - own)) < 1e-6,
            `${rows}: ${from + i}`,
          );
        }
      }
    }
  }));

Deno.test("GuideMargins has another key for another guide, the same for the same, and refuses one column", async () => {
  const keys: string[] = [];
  for (const last of [1, 1, 1.001]) {
    await withGuide(last, (guide) => {
      const difficulty = guide.difficultyOf(datasetOf("pairs", [[[1]], [[2]]]));
      keys.push(difficulty.kind === "score" ? difficulty.key : "");
      assert.throws(() => guide.difficultyOf(datasetOf("texts", [[[1]]])), {
        name: "RangeError",
        message: "Cannot rank texts by a guide: it has one column of texts (anchor) and no positives; " +
          "rank by length or a column",
      });
      return Promise.resolve();
    });
  }
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[0], keys[2]);
});

import { Hub } from "../hub/mod.ts";
import assert from "node:assert/strict";
import { testMirror } from "../model/_mirror.ts";
import { searchTerms } from "./_search_terms.ts";
import { Bm25 } from "./bm25.ts";
import { judge } from "./judgments.ts";
import { loadNanoBeir } from "./load_nano_beir.ts";
import { scoreRankings } from "./score_rankings.ts";

Deno.test("searchTerms: lower case, two characters up, no stop words, stemmed, any script", () => {
  assert.deepEqual(searchTerms("The Cats, a DOG's life: running IN x_1 (2024)!"), [
    "cat",
    "dog",
    "life",
    "run",
    "x_1",
    "2024",
  ]);
  assert.deepEqual(searchTerms("Größe 東京タワー"), ["größe", "東京タワー"]);
  assert.deepEqual(searchTerms("a . 東"), []);
});

Deno.test("Bm25: Lucene's formula, terms of the query counted as often as they stand there", () => {
  const bm25 = new Bm25(["red red tree", "red cat", "dog", ""]);
  const [ranking] = bm25.rank(["red tree red"], { k: 10 });
  const idf = (df: number) => Math.log(1 + (4 - df + 0.5) / (df + 0.5));
  const share = (tf: number, length: number) => tf / (tf + 1.5 * (0.25 + 0.75 * length / 1.5));
  assert.deepEqual([...ranking.documents], [0, 1]);
  const expected = [2 * idf(2) * share(2, 3) + idf(1) * share(1, 3), 2 * idf(2) * share(1, 2)];
  // A few roundings of float64.
  ranking.scores.forEach((score, i) => assert.ok(Math.abs(score - expected[i]) < 1e-14));
});

Deno.test("Bm25: ties in the order of the documents, k, excluded documents, unknown terms", () => {
  const bm25 = new Bm25(["cat", "dog", "cat", "cat"]);
  const documents = (query: string, options: { k: number; excluded?: Int32Array }) => [
    ...bm25.rank([query], options)[0].documents,
  ];
  assert.deepEqual(documents("cat", { k: 2 }), [0, 2]);
  assert.deepEqual(documents("cat", { k: 2, excluded: Int32Array.of(0) }), [2, 3]);
  assert.deepEqual(documents("zebra", { k: 2 }), []);
  assert.deepEqual(new Bm25([]).rank(["cat"], { k: 3 })[0].documents.length, 0);
});

const mirror = testMirror();
// bm25s 0.2 with Snowball's `english` stemmer on the same files; ours is Porter's, hence the 0.01 of the issue.
const EXPECTED: Record<string, number> = { NanoSciFact: 0.677, NanoCranfield: 0.389 };

for (const [name, expected] of Object.entries(EXPECTED)) {
  Deno.test({
    name: `Bm25 scores as the reference implementation on ${name}`,
    ignore: mirror === undefined,
    fn: async () => {
      const source = "hf://datasets/lathe-data/NanoBEIR-mini";
      const [collection] = await loadNanoBeir({ kind: "nanoBeir", source, collections: [name] }, {
        hub: new Hub({ mirror }),
      });
      const rankings = new Bm25(collection.documentTexts).rank(collection.queryTexts, { k: 100 });
      const { metrics } = scoreRankings(rankings, judge(collection), { prefix: "bm25" });
      const score = metrics["bm25_ndcg@10"]!;
      assert.ok(Math.abs(score - expected) <= 0.01, `NDCG@10 ${score}`);
    },
  });
}

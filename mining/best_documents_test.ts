import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { BestDocuments } from "./_best_documents.ts";
import { rankDocuments } from "./_rank_documents.ts";

Deno.test("BestDocuments keeps the best, of equal scores the lower numbers, whatever comes", () => {
  const random = new Random(5);
  for (const [kept, documents] of [[1, 40], [7, 500], [64, 3000], [50, 20]]) {
    const best = new BestDocuments(2, kept);
    // Eight different scores: most are equal to others.
    const scores = Array.from({ length: documents }, () => random.below(8));
    scores.forEach((score, document) => {
      if (score >= best.floors[1]) best.push(1, score, document);
    });
    const found = { documents: best.documents(1), scores: best.scores(1) };
    rankDocuments(found.documents, found.scores);
    const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b).slice(0, kept);
    assert.deepEqual([...found.documents], order);
    assert.deepEqual([...found.scores], order.map((i) => scores[i]));
    assert.equal(best.isFull(1), documents >= kept);
    assert.equal(best.documents(0).length, 0);
  }
});

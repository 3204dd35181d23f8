import assert from "node:assert/strict";
import { sequence } from "./_lcg.ts";
import { TopK } from "./_top_k.ts";

Deno.test("TopK keeps what sorting would keep, ties by number, whatever the order of arrival", () => {
  for (let seed = 0; seed < 200; seed++) {
    const next = sequence(seed);
    const count = Math.floor(next() * 40);
    const k = 1 + Math.floor(next() * 12);
    // Ten different scores: many ties.
    const all = Array.from(
      { length: count },
      (_, document) => ({ document, score: Math.floor(next() * 10), at: next() }),
    );
    const best = new TopK(k);
    for (const { score, document } of all.toSorted((a, b) => a.at - b.at)) {
      if (score >= best.threshold) best.push(score, document);
    }
    const expected = all.toSorted((a, b) => b.score - a.score || a.document - b.document).slice(0, k);
    const { documents, scores } = best.ranking();
    assert.deepEqual([...documents], expected.map(({ document }) => document), `seed ${seed}`);
    assert.deepEqual([...scores], expected.map(({ score }) => score));
  }
});

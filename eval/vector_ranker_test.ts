import assert from "node:assert/strict";
import { matrixFromRows } from "../model/mod.ts";
import { randomMatrix } from "./_lcg.ts";
import { VectorRanker, type VectorRankerOptions } from "./vector_ranker.ts";

function rank(
  queries: ReturnType<typeof randomMatrix>,
  chunks: ReturnType<typeof randomMatrix>[],
  options: VectorRankerOptions,
) {
  const ranker = new VectorRanker(queries, options);
  for (const chunk of chunks) ranker.add(chunk);
  return ranker.rankings();
}

function part(matrix: ReturnType<typeof randomMatrix>, start: number, end: number) {
  const { columns } = matrix;
  return { data: matrix.data.slice(start * columns, end * columns), rows: end - start, columns };
}

Deno.test("VectorRanker: every size is exactly what the vectors cut to it give, and chunks do not matter", () => {
  const queries = randomMatrix(70, 24, 3);
  const documents = randomMatrix(150, 24, 4);
  const chunks = [part(documents, 0, 1), part(documents, 1, 101), part(documents, 101, 150)];
  const together = rank(queries, chunks, { sizes: [5, 8, 24], k: 7 });
  [5, 8, 24].forEach((size, s) => {
    const cut = (matrix: typeof queries) =>
      matrixFromRows(
        Array.from({ length: matrix.rows }, (_, i) => matrix.data.subarray(i * 24, i * 24 + size)),
      );
    assert.deepEqual(together[s], rank(cut(queries), [cut(documents)], { sizes: [size], k: 7 })[0]);
  });
});

Deno.test("VectorRanker: cosine forgets lengths, dot does not; the cosine with a zero vector is 0", () => {
  const queries = matrixFromRows([[2, 0]]);
  const documents = matrixFromRows([[9, 9], [1, 0], [0, 0], [-1, 0]]);
  const [[cosine]] = rank(queries, [documents], { sizes: [2], k: 4 });
  assert.deepEqual([...cosine.documents], [1, 0, 2, 3]);
  assert.deepEqual(
    [...cosine.scores],
    [1, Math.SQRT1_2, 0, -1].map((x, i) => i === 1 ? 18 / (2 * Math.sqrt(162)) : x),
  );
  const [[dot]] = rank(queries, [documents], { sizes: [2], k: 2, similarity: "dot" });
  assert.deepEqual([...dot.documents], [0, 1]);
  assert.deepEqual([...dot.scores], [18, 2]);
});

Deno.test("VectorRanker: equal scores rank in the order of the documents, an excluded document is not found", () => {
  const queries = matrixFromRows([[1], [1]]);
  const documents = matrixFromRows([[2], [1], [3], [-1]]);
  const [[first, second]] = rank(queries, [documents], { sizes: [1], k: 2, excluded: Int32Array.of(-1, 0) });
  assert.deepEqual([...first.documents], [0, 1]);
  assert.deepEqual([...second.documents], [1, 2]);
});

Deno.test("VectorRanker names the document that is not finite by its place in the whole collection", () => {
  const ranker = new VectorRanker(matrixFromRows([[1, 1]]), { sizes: [2], k: 1 });
  ranker.add(matrixFromRows([[1, 1], [1, 1]]));
  assert.throws(() => ranker.add(matrixFromRows([[1, 1], [NaN, 1]])), /vector of document 3 holds/);
  assert.throws(() => ranker.add(matrixFromRows([[1]])), /queries have 2 columns and documents 1/);
});

import assert from "node:assert/strict";
import { Kernels } from "../kernels/mod.ts";
import { matrixFromRows } from "../model/mod.ts";
import { randomMatrix } from "./_lcg.ts";
import { kernelArithmetic } from "./arithmetic.ts";
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

Deno.test("VectorRanker: kernels give exactly what plain arithmetic gives, ties and chunks included", async () => {
  using kernels = await Kernels.start({ threads: 2 });
  const queries = randomMatrix(21, 40, 5);
  const documents = randomMatrix(300, 40, 6);
  // Every document twice: all scores are ties.
  const twice = { data: Float32Array.of(...documents.data, ...documents.data), rows: 600, columns: 40 };
  for (const similarity of ["cosine", "dot"] as const) {
    const options = { sizes: [3, 32, 40], k: 11, similarity };
    const plain = rank(queries, [twice], options);
    assert.deepEqual(rank(queries, [twice], { ...options, arithmetic: kernelArithmetic(kernels) }), plain);
  }
});

Deno.test("VectorRanker finds neighbours that float32 cannot tell apart", async () => {
  using kernels = await Kernels.start({ threads: 1 });
  // Angles that differ by 1e-4: their cosines by 5e-9, less than a rounding of float32.
  const angles = [2e-4, 1e-4, 0, 3e-4];
  const documents = matrixFromRows(angles.map((angle) => [Math.cos(angle), Math.sin(angle)]));
  const options = { sizes: [2], k: 2, arithmetic: kernelArithmetic(kernels) };
  const [[{ documents: found }]] = rank(matrixFromRows([[1, 0]]), [documents], options);
  assert.deepEqual([...found], [2, 1]);
});

Deno.test("VectorRanker: equal scores rank by the tie order that is given", () => {
  const documents = matrixFromRows([[1], [1], [2], [1]]);
  const options: VectorRankerOptions = {
    sizes: [1],
    k: 3,
    similarity: "dot",
    tieOrder: Int32Array.of(3, 1, 2, 0),
  };
  const [[{ documents: found }]] = rank(matrixFromRows([[1]]), [documents], options);
  assert.deepEqual([...found], [2, 3, 1]);
});

Deno.test("VectorRanker: rescoring ranks the best few again by the other queries", () => {
  const documents = matrixFromRows([[1, 0], [2, 0], [3, 1], [4, -9], [0, 99]]);
  const options: VectorRankerOptions = {
    sizes: [2],
    k: 2,
    similarity: "dot",
    rescoring: { queries: matrixFromRows([[0, 1]]) },
  };
  const ranker = new VectorRanker(matrixFromRows([[1, 0]]), options);
  ranker.add(documents);
  assert.deepEqual([...ranker.rankings()[0][0].documents], [3, 2]);
  // Of the four best by the first column, the best two by the second; document 4 was never among them.
  const [[{ documents: found, scores }]] = ranker.rescoredRankings();
  assert.deepEqual([[...found], [...scores]], [[2, 0], [1, 0]]);
});

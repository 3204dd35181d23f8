import assert from "node:assert/strict";
import { join } from "node:path";
import { type PreparedDataset, TEACHER_KEYS, VectorParquetWriter } from "../data/mod.ts";
import { loadEvaluations, teacherVectors } from "../eval/mod.ts";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { checkScoredTeachers, checkTeachers } from "./_teachers.ts";
import { heldOutVectors } from "./prepare_datasets.ts";
import { resolveRecipe } from "./resolve.ts";

async function writeShard(path: string, teacher: string): Promise<void> {
  const parts: BlobPart[] = [];
  const column = { name: "vector", type: "float16", width: 2 } as const;
  const write = (bytes: Uint8Array): void => void parts.push(bytes.slice());
  const writer = VectorParquetWriter.of([{ name: "text", type: "STRING" }], write, column);
  writer.writeGroup([["one"]]);
  writer.appendVectors(Float16Array.of(1, 2));
  writer.finish({ [TEACHER_KEYS.header]: JSON.stringify({ teacher: "t", checksum: teacher }) });
  await Deno.writeFile(path, await new Blob(parts).bytes());
}

Deno.test("a recipe's data sets of teacher vectors, and what it is scored on, must have one teacher", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [first, second] = ["a", "b"].map((name) => join(folder, `${name}.parquet`));
    await writeShard(first, "one");
    await writeShard(second, "two");
    const recipe = (datasets: Record<string, unknown>, loss: unknown = { kind: "mse" }) =>
      resolveRecipe({ ...minimalRecipe(), loss, datasets });
    const teacher = await checkTeachers(recipe({ a: { source: first } }), {});
    assert.deepEqual([teacher?.name, teacher?.header?.checksum], ["a", "one"]);
    await assert.rejects(
      checkTeachers(recipe({ a: { source: first }, b: { source: second } }), {}),
      /^RangeError: Cannot use the vectors of a and b together: .*\(checksum "one" and "two"\)/,
    );
    await assert.rejects(checkTeachers(recipe({ a: { source: join(folder, "*.parquet") } }), {}), /together/);
    const ranking = recipe({ a: { source: first }, b: { source: second } }, {
      kind: "multipleNegativesRanking",
    });
    assert.equal(await checkTeachers(ranking, {}), undefined);
    const scored = await loadEvaluations([teacherVectors({ source: second, name: "scored" })]);
    checkScoredTeachers(undefined, scored);
    assert.throws(() => checkScoredTeachers(teacher, scored), /the vectors of a and scored together/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("heldOutVectors() gives every text its vector, of one for all columns or one for each", () => {
  const recipe = resolveRecipe({
    ...minimalRecipe(),
    model: { dim: 2 },
    loss: { kind: "mse" },
    datasets: { v: { source: "v.parquet", heldOut: 2 } },
  });
  const rows = (labels: number[], labelWidth: number, ...texts: string[][]): PreparedDataset[] =>
    [{ name: "v", labelWidth, heldOut: { texts, labels: Float32Array.from(labels) } }] as PreparedDataset[];
  const found = (datasets: PreparedDataset[]) =>
    heldOutVectors(datasets, recipe).map(({ texts, vectors }) => [texts, [...vectors.data]]);
  assert.deepEqual(found(rows([1, 2, 3, 4], 2, ["a", "b"])), [[["a", "b"], [1, 2, 3, 4]]]);
  assert.deepEqual(found(rows([1, 2, 3, 4], 2, ["a", "b"], ["c", "d"])), [
    [["a", "b", "c", "d"], [1, 2, 3, 4, 1, 2, 3, 4]],
  ]);
  assert.deepEqual(found(rows([1, 2, 3, 4], 4, ["a"], ["c"])), [[["a", "c"], [1, 2, 3, 4]]]);
  assert.deepEqual(found(rows([], 2, [])), []);
});

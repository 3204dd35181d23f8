import { matrixFromRows } from "../model/mod.ts";
import { readTable, tableNames, type TablePlaces, textOf } from "./_table.ts";
import type { TeacherVectors } from "./collection.ts";
import type { TeacherVectorsSpec } from "./evaluation_spec.ts";

/**
 * Loads texts with the vectors of a teacher: columns `text`, `vector` (or `embedding`), lists of numbers of one length.
 *
 * @param spec which data set, configuration and split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when something is missing; TypeError when a vector is no list of numbers, or they differ in length
 */
export async function loadTeacherVectors(
  spec: TeacherVectorsSpec,
  places: TablePlaces = {},
): Promise<TeacherVectors> {
  const roles = { text: ["text", "sentence"], vector: ["vector", "embedding", "embeddings"] };
  const table = await readTable(spec, roles, { ...places, lists: true });
  const { source: name } = spec;
  return {
    kind: "mse",
    ...tableNames(spec),
    texts: table.text.map((value, number) => textOf(value, { name, number })),
    vectors: matrixFromRows(table.vector.map((value, number) => vectorOf(value, { name, number }))),
  };
}

function vectorOf(value: unknown, { name, number }: { name: string; number: number }): ArrayLike<number> {
  if (value instanceof Float32Array || value instanceof Float64Array) return value;
  if (Array.isArray(value) && value.every((each) => typeof each === "number")) return value;
  throw new TypeError(
    `Cannot read ${name}: row ${number + 1} has no list of numbers as its vector; give one`,
  );
}

import { matrixFromRows } from "../model/mod.ts";
import { checkOneTeacher, checkSameTeacher, type TeacherHeader } from "../data/mod.ts";
import { readTable, tableNames, type TablePlaces, tableSources, textOf } from "./_table.ts";
import type { TeacherVectors } from "./collection.ts";
import type { TeacherVectorsSpec } from "./evaluation_spec.ts";

/**
 * Loads texts with the vectors of a teacher: columns `text`, `vector` (or `embedding`), lists of numbers of one length.
 *
 * @param spec which data set, configuration and split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when something is missing, or the files hold vectors of several teachers; TypeError when a vector is
 * no list of numbers, or they differ in length
 */
export async function loadTeacherVectors(
  spec: TeacherVectorsSpec,
  places: TablePlaces = {},
): Promise<TeacherVectors> {
  const roles = { text: ["text", "sentence"], vector: ["vector", "embedding", "embeddings"] };
  const teacher = await teacherOf(spec, places);
  const table = await readTable(spec, roles, { ...places, lists: true });
  const { source: name } = spec;
  return {
    kind: "mse",
    ...tableNames(spec),
    ...teacher === undefined ? {} : { teacher },
    texts: table.text.map((value, number) => textOf(value, { name, number })),
    vectors: matrixFromRows(table.vector.map((value, number) => vectorOf(value, { name, number }))),
  };
}

async function teacherOf(spec: TeacherVectorsSpec, places: TablePlaces): Promise<TeacherHeader | undefined> {
  const sources = await tableSources(spec, places);
  const headers = await Promise.all(sources.map((source) => checkOneTeacher(source, places)));
  headers.forEach((header, i) => {
    checkSameTeacher({ name: sources[0].name, header: headers[0] }, { name: sources[i].name, header });
  });
  return headers[0];
}

function vectorOf(value: unknown, { name, number }: { name: string; number: number }): ArrayLike<number> {
  if (value instanceof Float32Array || value instanceof Float64Array) return value;
  if (Array.isArray(value) && value.every((each) => typeof each === "number")) return value;
  throw new TypeError(
    `Cannot read ${name}: row ${number + 1} has no list of numbers as its vector; give one`,
  );
}

import { checkOneTeacher, checkSameTeacher, type NamedTeacher, resolveSource } from "../data/mod.ts";
import type { EvaluationCollection } from "../eval/mod.ts";
import { lossRequirements } from "../train/mod.ts";
import type { RecipePlaces } from "./_tokenizer.ts";
import { datasetSpecOf } from "./prepare_datasets.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/**
 * Checks that the data sets whose loss reads teacher vectors hold those of one teacher, made in one way: their files say
 * so. What was written by other programs has no header and is taken as it is, but not together with what has one.
 *
 * @returns the teacher; undefined if the recipe has no such data set
 * @throws {RangeError} if two differ
 */
export async function checkTeachers(
  { datasets, loss }: ResolvedRecipe,
  { hub }: RecipePlaces,
): Promise<NamedTeacher | undefined> {
  let first: NamedTeacher | undefined;
  for (const [name, dataset] of Object.entries(datasets)) {
    if (lossRequirements(dataset.loss ?? loss).labelKind !== "vector") continue;
    const { source, config, revision, split } = datasetSpecOf(dataset);
    const files = await resolveSource(source, { hub, split, config, revision });
    const header = await checkOneTeacher(files, { hub });
    first ??= { name, header };
    checkSameTeacher(first, { name, header });
  }
  return first;
}

/**
 * Checks that a student is scored by its own teacher.
 *
 * @param teacher whose vectors are trained on; undefined if none are
 * @param collections what the student is scored on
 * @throws {RangeError} if a collection holds vectors of another one, or in another projection
 */
export function checkScoredTeachers(
  teacher: NamedTeacher | undefined,
  collections: readonly EvaluationCollection[],
): void {
  for (const collection of collections) {
    if (teacher?.header === undefined || collection.kind !== "mse" || collection.teacher === undefined) {
      continue;
    }
    checkSameTeacher(teacher, { name: collection.name, header: collection.teacher });
  }
}

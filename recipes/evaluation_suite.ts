import type { EvaluationSpec } from "../eval/mod.ts";
import { field, must, record, text } from "./_fields.ts";
import { jsonFault } from "./_json_fault.ts";
import { v } from "./_valibot.ts";
import { EVALUATION_SCHEMA } from "./evaluation_schema.ts";
import { recipeError } from "./recipe_error.ts";

const SUITE_SCHEMA = record({
  name: field(text("a name"), "What the suite is called."),
  evaluation: field(
    v.pipe(
      v.array(EVALUATION_SCHEMA, must("a list of evaluations")),
      v.minLength(1, must("a list of one evaluation or more")),
    ),
    "What is scored, in the order of the report.",
  ),
});

/**
 * Loads a suite: a JSON file with a `name` and the records of an `evaluation`, as a recipe has them. Relative paths
 * inside start at the current folder, as in recipes.
 *
 * @param path The file.
 * @returns The records with every default filled in.
 * @throws {SyntaxError} If it is not JSON.
 * @throws {RangeError | TypeError} If there is no such file, or a field is missing, unknown, or of the wrong kind.
 */
export async function loadSuite(path: string): Promise<EvaluationSpec[]> {
  const result = v.safeParse(SUITE_SCHEMA, await readSuite(path));
  if (!result.success) throw recipeError(path, result.issues, "suite");
  return result.output.evaluation;
}

async function readSuite(path: string): Promise<unknown> {
  const bytes = await Deno.readTextFile(path).catch((cause) => {
    throw new RangeError(`Cannot read suite ${path}: there is no such file; check the path`, { cause });
  });
  const json = bytes.replace(/^\uFEFF/, "");
  try {
    return JSON.parse(json);
  } catch (error) {
    const { what, line, column } = jsonFault(json, error as SyntaxError);
    throw new SyntaxError(
      `Cannot read suite ${path}: ${what} at line ${line}, column ${column}; correct the JSON`,
    );
  }
}

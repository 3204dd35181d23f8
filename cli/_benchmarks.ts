import { BENCHMARKS, detectEvaluation, type EvaluationSpec } from "../eval/mod.ts";
import { loadSuite } from "../recipes/mod.ts";
import { UsageError } from "./_args.ts";
import { openHub } from "./_environment.ts";
import { suggest } from "./_suggest.ts";

/**
 * What a benchmark on the command line stands for: a suite file (`.json`), a public benchmark or task (`STS`, in some
 * languages `STS:en,de`), a folder or file of data, or a data set of the hub.
 *
 * @param name What the command line says.
 * @returns Plain data, as a recipe has it.
 * @throws {UsageError} If it is none of these.
 */
export async function benchmark(name: string): Promise<EvaluationSpec[]> {
  if (/\.json$/i.test(name)) return await loadSuite(name);
  try {
    return await detectEvaluation(name, { hub: openHub() });
  } catch (error) {
    if (!(error instanceof RangeError) || !error.message.startsWith("Cannot find benchmark")) throw error;
    const cure = await suggest(name, Object.keys(BENCHMARKS));
    throw new UsageError(
      `Cannot find benchmark ${name}: it is no folder, no file, no hf://datasets/OWNER/NAME and no known name; ${cure}`,
    );
  }
}

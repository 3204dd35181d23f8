import { beir, type EvaluationSpec, nanoBeir } from "../eval/mod.ts";
import { UsageError } from "./_args.ts";
import { suggest } from "./_suggest.ts";

/** Benchmarks by the names they have on the command line. */
const BENCHMARKS: Record<string, EvaluationSpec> = {
  nanobeir: nanoBeir(),
};

/**
 * What a benchmark on the command line stands for.
 *
 * @param name A known name, a data set like NanoBEIR (`hf://datasets/OWNER/NAME`), or a BEIR folder.
 * @returns Plain data, as a recipe has it.
 * @throws {UsageError} If it is none of the three.
 */
export async function benchmark(name: string): Promise<EvaluationSpec> {
  if (name.startsWith("hf://")) return nanoBeir({ source: name });
  if (Object.hasOwn(BENCHMARKS, name.toLowerCase())) return BENCHMARKS[name.toLowerCase()];
  const found = await Deno.stat(name).catch(() => undefined);
  if (found?.isDirectory) return beir({ path: name });
  const cure = await suggest(name, Object.keys(BENCHMARKS));
  throw new UsageError(
    `Cannot find benchmark ${name}: it is no folder, no hf://datasets/OWNER/NAME and no known name; ${cure}`,
  );
}

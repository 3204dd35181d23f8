import { OnnxRuntimeError, shortReason } from "../runtime/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import { frameTexts } from "./_framed_texts.ts";
import type { TeacherConfig } from "./_teacher_config.ts";
import type { Transformer, TransformerOutput } from "./_transformer.ts";

/** What a teacher is checked by. */
export interface CheckedTeacher {
  /** What it is called in messages. */
  name: string;
  /** What its folder says. */
  config: TeacherConfig;
  /** Its tokenizer. */
  tokenizer: Tokenizer;
  /** Its graph. */
  transformer: Transformer;
}

/**
 * Runs the token with the largest id alone: the graph must have a row for it, and show what its output is.
 *
 * @returns the size of a vector
 * @throws {RangeError} if the graph does not run
 * @throws {TypeError} if its output is no vectors, or a module is missing
 */
export async function probeTeacher(
  { name, config, tokenizer, transformer }: CheckedTeacher,
): Promise<number> {
  const last = tokenizer.vocabSize - 1;
  const bags = { ids: Int32Array.of(last), offsets: Int32Array.of(0, 1) };
  const { maxLength } = config;
  const { ids, types } = frameTexts(bags, { special: config.special, maxLength });
  let output: TransformerOutput;
  try {
    output = await transformer.run({ ids, types, padId: 0 });
  } catch (error) {
    if (!(error instanceof OnnxRuntimeError)) throw error;
    const problem = /indices element out of data bounds/.test(error.detail)
      ? `its tokenizer has ids up to ${last} and its graph fewer rows`
      : `its graph does not run (${shortReason(error)})`;
    throw new RangeError(
      `Cannot load the teacher ${name}: ${problem}; give a graph and the tokenizer that belongs to it`,
      { cause: error },
    );
  }
  const { shape } = output;
  if (shape.length === 2 || (shape.length === 3 && shape[1] === ids[0].length)) {
    if (shape.length === 3 && config.otherModules.length > 0) {
      throw unknownModule(name, config.otherModules[0]);
    }
    return shape.at(-1)! * (shape.length === 3 ? config.poolings.length : 1);
  }
  throw new TypeError(
    `Cannot load the teacher ${name}: its output ${transformer.output} has the shape [${shape}] for one text of ` +
      `${ids[0].length} tokens; export it for feature extraction`,
  );
}

function unknownModule(name: string, module: string): TypeError {
  return new TypeError(
    `Cannot load the teacher ${name}: its modules.json has ${module}, which Lathe does not run; ` +
      "export it with that module inside the graph, with the output sentence_embedding",
  );
}

/**
 * What can be told before anything runs: not every device complains about a row that is not there.
 *
 * @throws {RangeError} if the tokenizer is not the one that the folder speaks of
 */
export function checkTokenizer(
  name: string,
  { namedTokens, vocabSize }: TeacherConfig,
  tokenizer: Tokenizer,
): void {
  const refuse = (reason: string): never => {
    throw new RangeError(`Cannot load the teacher ${name}: ${reason}; give the tokenizer that belongs to it`);
  };
  const stranger = namedTokens.find((token) => tokenizer.idOf(token) === undefined);
  if (stranger !== undefined) {
    refuse(`tokenizer_config.json names the token ${stranger}, which tokenizer.json does not have`);
  }
  if (vocabSize !== undefined && tokenizer.vocabSize > vocabSize) {
    refuse(`its tokenizer has ids up to ${tokenizer.vocabSize - 1} and config.json says ${vocabSize} rows`);
  }
}

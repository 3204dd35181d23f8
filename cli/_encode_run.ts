import { type CalibrationRanges, calibrationRanges, type Matrix, type StaticModel } from "../model/mod.ts";
import { Progress } from "./_progress.ts";
import { endedBySignal } from "./_signals.ts";
import { readInputs, type ReadInputsOptions, type TextInputs } from "./_text_inputs.ts";
import { BLOCK_TEXTS, type TextBlock } from "./_text_block.ts";
import { codeWidth, needsRanges, vectorCodes, type VectorPrecision } from "./_vector_codes.ts";
import { openVectorOutput, outputFormat, type VectorOutput } from "./_vector_output.ts";
import type { Shard } from "./_shard.ts";

/** Characters after which further threads are started, which takes as long as to encode so many. */
const WORTH_THREADS = 1 << 19;

/** What is encoded, and how. */
export interface EncodeRun {
  /** The texts. */
  inputs: TextInputs;
  /** A part of them. */
  shard?: Shard;
  /** Numbers of a vector to keep. */
  truncate?: number;
  /** Whether vectors get length 1; the model's own way if undefined. */
  normalize?: boolean;
  /** How numbers are written. */
  precision: VectorPrecision;
  /** Texts whose vectors tell the ranges of int8 and uint8; those that are encoded if undefined. */
  calibration?: TextInputs;
  /** The file to write; standard output if undefined. */
  output?: string;
  /** Whether an existing file is replaced. */
  force: boolean;
  /** Threads that encode. */
  threads: number;
}

/**
 * Encodes texts, in order and in bounded memory, and writes their vectors.
 *
 * @param model The model.
 * @param run What to do.
 * @throws {RangeError | TypeError | SyntaxError} If something cannot be read, encoded or written.
 */
export async function encodeTexts(model: StaticModel, run: EncodeRun): Promise<void> {
  const { truncate = model.dim, precision, inputs, output, force } = run;
  await model.encode([], { truncate }); // refuses a size that the model does not have before a file is opened
  const encoder = new BlockEncoder(model, run);
  const ranges = needsRanges(precision) ? await calibrate(encoder, run) : undefined;
  const width = codeWidth(precision, truncate);
  const target = await openVectorOutput(output, { width, precision, force, inputs });
  const work = async (): Promise<void> => {
    for await (const { block, vectors } of encoder.encode(inputs, readingFor(run))) {
      await target.write(block, vectorCodes(vectors, precision, ranges));
    }
    target.close();
  };
  await orTakeBack(work, target);
}

async function orTakeBack(work: () => Promise<void>, target: VectorOutput): Promise<void> {
  try {
    await endedBySignal(work, () => target.abort());
  } catch (error) {
    target.abort();
    throw error;
  }
}

function readingFor({ shard, output, inputs }: EncodeRun): ReadInputsOptions {
  const format = outputFormat(output);
  // Of a Parquet file that becomes one, the other columns are copied as they are, without being read.
  const withRecords = format === "jsonl" || format === "parquet" && inputs.format !== "parquet";
  return { shard, withRecords, joinsVector: format !== "npy" };
}

/** All texts count, also with a shard: every shard must write the same codes. */
async function calibrate(
  encoder: BlockEncoder,
  { calibration, inputs }: EncodeRun,
): Promise<CalibrationRanges | undefined> {
  let ranges: CalibrationRanges | undefined;
  const reading = { withRecords: false, joinsVector: false };
  for await (const { vectors } of encoder.encode(calibration ?? inputs, reading)) {
    ranges = calibrationRanges(vectors, ranges);
  }
  return ranges;
}

/** Encodes block after block into the same memory. */
class BlockEncoder {
  readonly #model: StaticModel;
  readonly #run: EncodeRun;
  readonly #out: Float32Array;
  #charactersAlone = 0;

  constructor(model: StaticModel, run: EncodeRun) {
    this.#model = model;
    this.#run = run;
    this.#out = new Float32Array(BLOCK_TEXTS * (run.truncate ?? model.dim));
  }

  /** Blocks of texts and their vectors, which are valid until the next block is asked for. */
  async *encode(
    inputs: TextInputs,
    reading: ReadInputsOptions,
  ): AsyncGenerator<{ block: TextBlock; vectors: Matrix }> {
    const { truncate, normalize, output } = this.#run;
    const progress = new Progress({
      unit: "texts",
      shown: Deno.stderr.isTerminal() && (output !== undefined || !Deno.stdout.isTerminal()),
    });
    let done = 0;
    try {
      for await (const block of readInputs(inputs, reading)) {
        await this.#startThreads(block.texts);
        const vectors = await this.#model.encode(block.texts, { truncate, normalize, out: this.#out });
        assertFinite(vectors, done, inputs.name);
        yield { block, vectors };
        progress.update(done += block.texts.length);
      }
    } finally {
      progress.finish();
    }
  }

  async #startThreads(texts: readonly string[]): Promise<void> {
    if (this.#charactersAlone === Infinity) return;
    for (const text of texts) this.#charactersAlone += text.length;
    if (this.#charactersAlone < WORTH_THREADS) return;
    this.#charactersAlone = Infinity;
    await this.#model.useThreads(this.#run.threads);
  }
}

/** JSON has no NaN, and no distance to it means anything. */
function assertFinite({ data, columns }: Matrix, done: number, name: string): void {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] * 0; // NaN as soon as a number is not finite
  if (sum === 0) return;
  const text = done + Math.floor(data.findIndex((value) => !Number.isFinite(value)) / columns) + 1;
  throw new RangeError(
    `Cannot encode ${name}: the vector of text ${text} holds a number that is not finite; ` +
      "look for a training run that diverged, or for a damaged table",
  );
}

import { StaticModel } from "../model/mod.ts";
import { parseSizes, UsageError } from "./_args.ts";
import { oneOf } from "./_choice.ts";
import { type Arguments, defineCommand, type Options } from "./_command.ts";
import { type EncodeRun, encodeTexts } from "./_encode_run.ts";
import { parseShard } from "./_shard.ts";
import { findInputs } from "./_text_inputs.ts";
import { needsRanges, PRECISIONS } from "./_vector_codes.ts";
import { outputFormat } from "./_vector_output.ts";

const OPTIONS = {
  field: {
    type: "string",
    placeholder: "NAME",
    description: "Field of JSON lines, or column of Parquet, that holds the text",
  },
  output: {
    type: "string",
    short: "o",
    placeholder: "FILE",
    description: "Write .npy, .parquet or .jsonl instead of JSON lines on standard output",
  },
  force: { type: "boolean", description: "Replace the output file if it exists" },
  truncate: { type: "string", placeholder: "N", description: "Keep the first N dimensions" },
  normalize: { type: "boolean", description: "Scale every vector to length 1" },
  precision: {
    type: "string",
    placeholder: "NAME",
    description: `How numbers are written: ${PRECISIONS.join(", ")}`,
    default: "float32",
  },
  calibrate: {
    type: "string",
    placeholder: "FILE",
    description: "Take the ranges of int8 and uint8 from these texts, not from all that are encoded",
  },
  shard: { type: "string", placeholder: "I/N", description: "Encode part I of N equal parts of the files" },
  threads: { type: "string", placeholder: "N", description: "Threads; one a core if not given" },
} as const satisfies Options;

/**
 * `encode MODEL [INPUT...]`: texts to vectors, as a filter or into a file. Memory does not grow with the input.
 */
export const encodeCommand = defineCommand({
  name: "encode",
  summary: "Turn texts into vectors",
  positionals: [
    { name: "MODEL", required: true, description: "a model folder, or hf://models/OWNER/NAME" },
    {
      name: "INPUT",
      required: false,
      repeats: true,
      description: "files or globs: lines, JSON lines (.jsonl), or Parquet; without any, standard input",
    },
  ],
  options: OPTIONS,
  examples: [
    {
      command: "deno task encode runs/quickstart questions.txt --output questions.npy",
      does: "One row a line, for numpy.load",
    },
    {
      command:
        "cat docs.jsonl | deno task encode runs/quickstart --field body --truncate 256 --normalize > vectors.jsonl",
      does: "As a filter: every JSON line comes back with its vector in `embedding`",
    },
    {
      command: "deno task encode runs/quickstart 'docs/*.parquet' --shard 3/8 -o vectors-3.parquet",
      does: "One of eight parts: the columns as they are, and the vectors beside them",
    },
  ],
  async run(args) {
    const run = await readRun(args);
    const model = await StaticModel.load(await modelFolder(args.positionals[0]));
    try {
      await encodeTexts(model, run);
    } finally {
      model.dispose();
    }
  },
});

async function readRun({ options, positionals }: Arguments<typeof OPTIONS>): Promise<EncodeRun> {
  const { field, output, force, truncate, normalize, calibrate, shard, threads } = options;
  const precision = oneOf(options.precision, PRECISIONS, "precision");
  outputFormat(output); // a name that says no format is refused before anything is read
  const inputs = await findInputs(positionals.slice(1), field);
  if (inputs.paths === undefined && shard !== undefined) {
    throw new UsageError("Cannot take a --shard of standard input: it can be read once; name files");
  }
  if (inputs.paths === undefined && needsRanges(precision) && calibrate === undefined) {
    throw new UsageError(
      `Cannot write ${precision} from standard input: its ranges are known at its end only; ` +
        "give texts like it by --calibrate",
    );
  }
  return {
    inputs,
    shard: shard === undefined ? undefined : parseShard(shard),
    truncate: truncate === undefined ? undefined : oneSize(truncate, "truncate"),
    normalize: normalize ? true : undefined,
    precision,
    calibration: calibrate === undefined ? undefined : await findInputs([calibrate], field),
    output,
    force,
    threads: threads === undefined ? navigator.hardwareConcurrency : oneSize(threads, "threads"),
  };
}

/** The hub's libraries are loaded for its addresses only. */
async function modelFolder(spec: string): Promise<string> {
  if (!spec.startsWith("hf://")) return spec;
  const { resolveModelPath } = await import("../hub/mod.ts");
  const { openHub } = await import("./_environment.ts");
  return await resolveModelPath(spec, { hub: openHub() });
}

function oneSize(text: string, option: string): number {
  const sizes = parseSizes(text, option);
  if (sizes.length === 1) return sizes[0];
  throw new UsageError(
    `Cannot read --${option} ${text}: encode takes one number; write --${option} ${sizes[0]}`,
  );
}

import { resolveModelPath } from "../hub/mod.ts";
import { type Matrix, StaticModel } from "../model/mod.ts";
import { openHub } from "./_environment.ts";
import { parseSizes, UsageError } from "./_args.ts";
import { defineCommand } from "./_command.ts";
import { printError } from "./_output.ts";
import { Progress } from "./_progress.ts";
import { endedBySignal } from "./_signals.ts";
import { readTexts, type ReadTextsOptions } from "./_texts.ts";
import { openVectorOutput, type VectorOutput } from "./_vector_output.ts";

/**
 * `encode MODEL [INPUT]`: texts to vectors, as a filter or into a file. Memory does not grow with the input.
 */
export const encodeCommand = defineCommand({
  name: "encode",
  summary: "Turn texts into vectors",
  positionals: [
    { name: "MODEL", required: true, description: "a model folder" },
    {
      name: "INPUT",
      required: false,
      description: "a file of lines, or of JSON lines if it ends in .jsonl; without it, standard input",
    },
  ],
  options: {
    field: {
      type: "string",
      placeholder: "NAME",
      description: "Read JSON lines, and the text from this field",
    },
    output: {
      type: "string",
      short: "o",
      placeholder: "FILE",
      description: "Write .npy (float32) or .jsonl instead of JSON lines on standard output",
    },
    force: { type: "boolean", description: "Replace the output file if it exists" },
    truncate: { type: "string", placeholder: "N", description: "Keep the first N dimensions" },
    normalize: { type: "boolean", description: "Scale every vector to length 1" },
  },
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
  ],
  async run({ options, positionals: [folder, input = "-"] }) {
    const truncate = options.truncate === undefined ? undefined : oneSize(options.truncate);
    const isJson = options.field !== undefined || /\.(jsonl|ndjson)$/i.test(input);
    const name = input === "-" ? "standard input" : input;
    const source = { name, field: isJson ? options.field ?? "text" : undefined };
    await assertReadable(input);
    const model = await StaticModel.load(await resolveModelPath(folder, { hub: openHub() }));
    try {
      await encodeStream(model, {
        ...source,
        input,
        truncate,
        normalize: options.normalize ? true : undefined,
        output: options.output,
        force: options.force,
      });
    } finally {
      model.dispose();
    }
  },
});

interface EncodeStreamOptions extends ReadTextsOptions {
  input: string;
  truncate?: number;
  normalize?: boolean;
  output?: string;
  force: boolean;
}

async function encodeStream(model: StaticModel, options: EncodeStreamOptions): Promise<void> {
  const { truncate, output, force } = options;
  await model.encode([], { truncate }); // refuses a size that the model does not have before a file is opened
  const target = openVectorOutput(output, { columns: truncate ?? model.dim, force });
  try {
    await endedBySignal(() => writeVectors(model, target, options), () => target.abort());
  } catch (error) {
    target.abort();
    throw error;
  }
}

async function writeVectors(
  model: StaticModel,
  target: VectorOutput,
  options: EncodeStreamOptions,
): Promise<void> {
  const { name, field, input, truncate, normalize, output } = options;
  const joinsVector = output === undefined || !/\.npy$/i.test(output);
  const progress = new Progress({
    unit: "texts",
    shown: Deno.stderr.isTerminal() && (output !== undefined || !Deno.stdout.isTerminal()),
  });
  let done = 0;
  try {
    for await (const rows of readTexts(await openInput(input), { name, field, joinsVector })) {
      const vectors = await model.encode(rows.map(({ text }) => text), { truncate, normalize });
      assertFinite(vectors, done, name);
      target.write(rows, vectors);
      progress.update(done += rows.length);
    }
    target.close();
  } finally {
    progress.finish();
  }
}

/** JSON has no NaN: it would silently become null. */
function assertFinite({ data, columns }: Matrix, done: number, name: string): void {
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  const text = done + Math.floor(wrong / columns) + 1;
  throw new RangeError(
    `Cannot encode ${name}: the vector of text ${text} holds a number that is not finite; ` +
      "look for a training run that diverged, or for a damaged table",
  );
}

async function openInput(input: string): Promise<ReadableStream<Uint8Array>> {
  if (input !== "-") return (await Deno.open(input)).readable;
  if (Deno.stdin.isTerminal()) printError("Type texts, one a line; end with Ctrl-D.\n");
  return Deno.stdin.readable;
}

async function assertReadable(input: string): Promise<void> {
  if (input === "-") return;
  const found = await Deno.stat(input).catch(() => undefined);
  if (found === undefined) {
    throw new RangeError(`Cannot read ${input}: there is no such file; check the path`);
  }
  if (found.isDirectory) throw new RangeError(`Cannot read ${input}: it is a folder; name a file`);
}

function oneSize(text: string): number {
  const sizes = parseSizes(text, "truncate");
  if (sizes.length === 1) return sizes[0];
  throw new UsageError(
    `Cannot read --truncate ${text}: encode writes one size; write --truncate ${sizes[0]}`,
  );
}

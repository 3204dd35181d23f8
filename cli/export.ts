import { basename, resolve } from "node:path";
import {
  assertAbsent,
  EXPORT_FORMATS,
  type ExportedModel,
  exportModel,
  modelCard,
  PRECISIONS,
  quantizeVocabulary,
  truncateModel,
} from "../export/mod.ts";
import { resolveModelPath } from "../hub/mod.ts";
import { loadModel } from "../model/mod.ts";
import { parseSizes, UsageError } from "./_args.ts";
import { cardInterval } from "./_card_interval.ts";
import { readCardRecords } from "./_card_records.ts";
import { defineCommand } from "./_command.ts";
import { openHub } from "./_environment.ts";
import { printError } from "./_output.ts";
import { Progress } from "./_progress.ts";

/** `export MODEL --to FORMAT -o DIR`: a model for other libraries. */
export const exportCommand = defineCommand({
  name: "export",
  summary: "Write a model for other libraries, with its model card",
  positionals: [{ name: "MODEL", required: true, description: "a model folder, or hf://models/OWNER/NAME" }],
  options: {
    to: {
      type: "string",
      placeholder: "FORMAT",
      description: EXPORT_FORMATS.join(", "),
    },
    output: {
      type: "string",
      short: "o",
      placeholder: "DIR",
      description: "The new folder; it must not exist",
    },
    precision: {
      type: "string",
      placeholder: "NAME",
      description: "How the table is stored: " + PRECISIONS.join(", "),
      default: "float32",
    },
    truncate: { type: "string", placeholder: "N", description: "Keep the first N dimensions" },
    vocabulary: {
      type: "string",
      placeholder: "N",
      description: "Keep N rows and let tokens share them; not for Sentence Transformers",
    },
    name: {
      type: "string",
      placeholder: "NAME",
      description: "The model's name in its card; the folder's by default",
    },
    watts: {
      type: "string",
      placeholder: "N",
      description: "Power drawn while training, for the card's estimate of energy",
    },
  },
  examples: [
    {
      command: "deno task export runs/quickstart --to sentence-transformers -o shipped/quickstart",
      does: "For Sentence Transformers, Model2Vec and Lathe",
    },
    {
      command:
        "deno task export runs/quickstart --to transformersjs --precision int8 --truncate 128 -o shipped/web",
      does: "For browsers: an eighth of the bytes",
    },
  ],
  async run({ options, positionals: [spec] }) {
    const format = choiceOf(options.to, "to", EXPORT_FORMATS);
    const precision = choiceOf(options.precision, "precision", PRECISIONS);
    if (options.output === undefined) {
      throw new UsageError("Cannot run export: --output is missing; name the new folder: -o DIR");
    }
    const output = resolve(options.output);
    const watts = wattsOf(options.watts);
    const truncate = sizeOf(options.truncate, "truncate");
    const rows = sizeOf(options.vocabulary, "vocabulary");
    const folder = await resolveModelPath(spec, { hub: openHub() });
    await assertAbsent(output); // before the work, and once more at its end
    const loaded = await loadModel(folder);
    const cut = truncateModel(loaded, truncate ?? loaded.dim);
    const parts = rows === undefined ? cut : await shareRows(cut, rows);
    const card = modelCard({
      name: options.name ?? basename(output),
      format,
      precision,
      dim: parts.dim,
      fullDim: loaded.dim,
      vocabSize: parts.mapping?.length ?? parts.rows,
      rows: parts.rows,
      normalize: parts.normalize,
      dropUnknown: parts.dropUnknown,
      records: await readCardRecords(folder),
      interval: cardInterval,
      watts,
    });
    await exportModel(parts, output, { format, precision, card });
    printError(`Wrote ${options.output}: ${format}, ${precision}, ${parts.dim} dimensions\n`);
  },
});

function choiceOf<T extends string>(text: string | undefined, option: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const what = text === undefined ? `--${option} is missing` : `--${option} ${text} is not known`;
  throw new UsageError(`Cannot run export: ${what}; choose one of ${choices.join(", ")}`);
}

function sizeOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const [size, ...more] = parseSizes(text, option);
  if (more.length === 0) return size;
  throw new UsageError(`Cannot read --${option} ${text}: an export has one size; give one number`);
}

async function shareRows(parts: ExportedModel, rows: number): Promise<ExportedModel> {
  const progress = new Progress({ unit: "rounds" });
  try {
    return await quantizeVocabulary(parts, rows, {
      onRound: (round, changed) => progress.update(round, { note: `${changed} tokens moved` }),
    });
  } finally {
    progress.finish();
  }
}

function wattsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const watts = Number(text);
  if (watts > 0 && Number.isFinite(watts)) return watts;
  throw new UsageError(`Cannot read --watts ${text}: it is no number above 0; write 65`);
}

import { basename } from "node:path";
import {
  checkNewFolder,
  distill,
  type Distillation,
  type DistillProgress,
  frequentWords,
  loadVocabularyTeacher,
  saveNewModel,
  type VocabularyTeacher,
} from "../distill/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { defineCommand } from "./_command.ts";
import { corpus, readWords } from "./_corpus.ts";
import { parseDeviceChoice } from "./_device_choice.ts";
import {
  DISTILL_OPTIONS,
  type DistillArguments,
  type DistillSettings,
  readSettings,
} from "./_distill_settings.ts";
import { openHub } from "./_environment.ts";
import { freshRunFolder } from "./_latest_run.ts";
import { print } from "./_output.ts";
import { formatSeconds, Progress } from "./_progress.ts";
import { removeQuietly } from "./_remove_quietly.ts";
import { endedBySignal } from "./_signals.ts";

/** `distill TEACHER`: a static model from a transformer's vocabulary, by Model2Vec's method. */
export const distillCommand = defineCommand({
  name: "distill",
  summary: "Make a static model of a transformer, without any training",
  positionals: [{
    name: "TEACHER",
    required: true,
    description:
      "a folder with onnx/model.onnx or model.onnx, or of a static model; or hf://models/OWNER/NAME",
  }],
  options: DISTILL_OPTIONS,
  examples: [
    {
      command: "deno task distill hf://models/BAAI/bge-base-en-v1.5 --output runs/bge-static",
      does: "256 dimensions, weighted by the tokens' rank, as Model2Vec does",
    },
    {
      command: "deno task distill teachers/gte --pca 0.95 --recipe retrieval-en --add-words 20000",
      does: "Weights and 20,000 further words from the texts that will be trained on",
    },
    {
      command: "deno task distill teachers/gte --quantize-vocabulary 8192 --type int8 -o runs/tiny",
      does: "As small as it gets: 8,192 rows of int8",
    },
  ],
  async run({ options, positionals: [spec] }) {
    const hub = openHub();
    const settings = readSettings(options);
    const folder = options.output ?? await freshRunFolder(`${nameOf(spec)}-distilled`);
    await checkNewFolder(folder);
    const start = performance.now();
    const result = await withTeacher(spec, { options, hub }, (teacher) => {
      return distillWith(teacher, { options, settings, hub });
    });
    const { parts, config, report } = result;
    await endedBySignal(
      () => {
        return saveNewModel(folder, parts, {
          type: settings.type,
          config,
          files: { "distill.json": JSON.stringify(report, null, 2) + "\n" },
        });
      },
      () => removeQuietly(`${folder}.new`),
    );
    print(options.json ? JSON.stringify({ folder, ...report }, null, 2) + "\n" : summary(folder, result));
    if (!options.json) print(`in ${formatSeconds((performance.now() - start) / 1000)}\n`);
  },
});

async function withTeacher<T>(
  spec: string,
  { options, hub }: { options: DistillArguments; hub: Hub },
  work: (teacher: VocabularyTeacher) => Promise<T>,
): Promise<T> {
  using runtime = Runtime.open(await parseDeviceChoice(options.device, options["device-option"]));
  const output = options.pooling === "pooler" ? "pooler_output" : undefined;
  const teacher = await loadVocabularyTeacher(spec, { hub, runtime, onnxFile: options.onnx, output });
  try {
    return await work(teacher);
  } finally {
    teacher.dispose();
  }
}

async function distillWith(
  teacher: VocabularyTeacher,
  { options, settings, hub }: { options: DistillArguments; settings: DistillSettings; hub: Hub },
): Promise<Distillation> {
  const texts = corpus(options);
  const words = options.words === undefined ? [] : await readWords(options.words);
  const { addWords: most } = settings;
  if (most > 0) words.push(...await frequentWords(texts!(hub), teacher.tokenizer, { most }));
  const asked = options.words !== undefined || most > 0;
  const progress = new StageProgress();
  try {
    return await distill(teacher, {
      ...settings,
      words: asked ? words : undefined,
      texts: texts?.(hub),
      onProgress: (done) => progress.update(done),
    });
  } finally {
    progress.finish();
  }
}

/** A line for each stage, one after the other. */
class StageProgress {
  #stage = "";
  #progress = new Progress({ unit: "" });

  update({ stage, done, total }: DistillProgress): void {
    if (stage !== this.#stage) {
      this.finish();
      this.#stage = stage;
      this.#progress = new Progress({ unit: stage === "clusters" ? "passes" : stage, total });
    }
    this.#progress.update(done, { total });
  }

  finish(): void {
    this.#progress.finish();
  }
}

function summary(folder: string, { report }: Distillation): string {
  const { dimensions, tokens, explainedVariance, skippedWords, rows, frequencies } = report;
  const number = (value: number): string => value.toLocaleString("en-US");
  const lines = [
    `${folder}: ${number(tokens.kept)} tokens, ${dimensions.model} of ${dimensions.teacher} dimensions`,
    `${number(tokens.removed)} tokens left out, ${number(tokens.added)} put in`,
  ];
  if (skippedWords.length > 0) {
    const [{ word, reason }] = skippedWords;
    lines.push(`${number(skippedWords.length)} words not put in, such as ${JSON.stringify(word)}: ${reason}`);
  }
  if (rows < tokens.kept) lines.push(`${number(rows)} rows for all tokens`);
  if (explainedVariance !== null) {
    const share = explainedVariance.reduce((sum, part) => sum + part, 0);
    lines.push(`${(100 * share).toFixed(1)} % of the variance kept`);
  }
  if (frequencies !== null) {
    lines.push(`weighted by ${frequencies === "rank" ? "the tokens' rank" : "counts in the texts"}`);
  }
  return lines.join("\n") + "\n";
}

/** The last part of a path or address, as a folder may be called. */
function nameOf(spec: string): string {
  return basename(spec).replace(/@.*$/, "").toLowerCase().replaceAll(/[^a-z0-9.-]+/g, "-") || "teacher";
}

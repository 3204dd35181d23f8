import {
  checkNewFolder,
  type CurvePoint,
  type GreedySoup,
  greedySoup,
  type Ingredient,
  interpolationCurve,
  loadIngredient,
  mixModels,
  saveNewModel,
} from "../distill/mod.ts";
import { resolveModelPath } from "../hub/mod.ts";
import { UsageError } from "./_args.ts";
import { type Arguments, defineCommand, type Options } from "./_command.ts";
import { openHub } from "./_environment.ts";
import { freshRunFolder } from "./_latest_run.ts";
import { print, printError } from "./_output.ts";
import { modelScore } from "./_soup_scores.ts";

const OPTIONS = {
  output: {
    type: "string",
    short: "o",
    placeholder: "DIR",
    description: "Folder of the mixture, which must be empty; runs/soup if not given",
  },
  greedy: { type: "boolean", description: "Take a model only if the mixture's score does not fall" },
  curve: {
    type: "string",
    placeholder: "N",
    description: "Score N mixtures on the line between two models, and save none",
  },
  shares: {
    type: "string",
    placeholder: "A,B,...",
    description: "One number a model: how much of each goes in; all alike if not given",
  },
  benchmark: {
    type: "string",
    short: "b",
    multiple: true,
    placeholder: "NAME|DIR",
    description: "What mixtures are scored on; the evaluation of the first model's recipe if not given",
  },
  metric: {
    type: "string",
    placeholder: "NAME",
    description: "The score that counts, such as cosine_ndcg@10; each collection's main one if not given",
  },
  json: { type: "boolean", description: "Print what was done as JSON" },
} as const satisfies Options;

type SoupArguments = Arguments<typeof OPTIONS>["options"];

/** `soup MODEL...`: the mean of several models' tables. */
export const soupCommand = defineCommand({
  name: "soup",
  summary: "Mix models that have the same tokenizer into one",
  positionals: [{
    name: "MODEL",
    required: true,
    repeats: true,
    description: "model folders, or checkpoints as runs/NAME/checkpoints/step-00001000; two or more",
  }],
  options: OPTIONS,
  examples: [
    {
      command: "deno task soup runs/seed-12 runs/seed-13 runs/seed-14 --output runs/soup",
      does: "A uniform soup: the mean of three models",
    },
    {
      command: "deno task soup runs/a runs/b runs/c --greedy --benchmark data/dev -o runs/best",
      does: "From the best one down, each is taken if the score on data/dev does not fall",
    },
    {
      command: "deno task soup runs/a runs/b --curve 11 --benchmark nanobeir",
      does: "Eleven points of the line between two models, scored",
    },
  ],
  async run({ options, positionals }) {
    checkUsage(options, positionals);
    const hub = openHub();
    const folder = options.output ?? await freshRunFolder("soup");
    if (options.curve === undefined) await checkNewFolder(folder);
    const ingredients: Ingredient[] = [];
    for (const spec of positionals) ingredients.push(await loadIngredient(spec, { hub }));
    const scored = async () => {
      const first = await resolveModelPath(positionals[0], { hub });
      const score = await modelScore({
        benchmarks: options.benchmark,
        metric: options.metric,
        hub,
        folder: first,
      });
      const onScore = (name: string, value: number): void => {
        if (!options.json) printError(`${value.toFixed(4)}  ${name}\n`);
      };
      return { score, onScore };
    };
    if (options.curve !== undefined) {
      const points = Number(options.curve);
      const curve = await interpolationCurve([ingredients[0], ingredients[1]], { ...await scored(), points });
      return print(
        options.json ? JSON.stringify({ models: positionals, curve }, null, 2) + "\n" : table(curve),
      );
    }
    const soup = options.greedy ? await greedySoup(ingredients, await scored()) : undefined;
    const shares = options.shares?.split(",").map(Number);
    const parts = soup?.parts ?? mixModels(ingredients, shares);
    const record = { models: positionals, shares: shares ?? null, ...recordOf(soup) };
    await saveNewModel(folder, parts, { files: { "soup.json": JSON.stringify(record, null, 2) + "\n" } });
    print(
      options.json
        ? JSON.stringify({ folder, ...record }, null, 2) + "\n"
        : summary(folder, positionals, soup),
    );
  },
});

function checkUsage({ curve, greedy, shares }: SoupArguments, models: readonly string[]): void {
  const refuse = (reason: string, cure: string): never => {
    throw new UsageError(`Cannot mix models: ${reason}; ${cure}`);
  };
  if (models.length < 2) refuse("one is named", "name two or more");
  if (curve !== undefined && models.length !== 2) {
    refuse(`a line has two ends, not ${models.length}`, "name two");
  }
  if (curve !== undefined && greedy) refuse("--curve saves nothing", "leave --greedy out");
  if (greedy && shares !== undefined) refuse("a greedy soup chooses its shares", "leave --shares out");
}

function recordOf(soup: GreedySoup | undefined): Record<string, unknown> {
  return soup === undefined ? { kind: "uniform" } : { kind: "greedy", score: soup.score, tried: soup.tried };
}

function table(curve: readonly CurvePoint[]): string {
  const rows = curve.map(({ share, score }) => `${share.toFixed(2).padStart(6)}  ${score.toFixed(4)}`);
  return ["second   score", ...rows].join("\n") + "\n";
}

function summary(folder: string, models: readonly string[], soup: GreedySoup | undefined): string {
  if (soup === undefined) return `${folder}: the mean of ${models.length} models\n`;
  const rows = soup.tried.map(({ name, alone, mixed, taken }) =>
    `  ${taken ? "taken" : "left "}  alone ${alone.toFixed(4)}  mixed ${mixed.toFixed(4)}  ${name}`
  );
  return [`${folder}: score ${soup.score.toFixed(4)}`, ...rows].join("\n") + "\n";
}

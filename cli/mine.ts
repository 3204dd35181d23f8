import { loadRecipe, nearest, type ResolvedRecipe } from "../recipes/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { defineCommand } from "./_command.ts";
import { parseDeviceChoice } from "./_device_choice.ts";
import { openHub } from "./_environment.ts";
import { freshRunFolder } from "./_latest_run.ts";
import { mineRecipe } from "./_mining_run.ts";
import { MINING_OPTIONS, readMiningSettings } from "./_mining_settings.ts";
import { miningText } from "./_mining_text.ts";
import { print } from "./_output.ts";
import { formatSeconds } from "./_progress.ts";
import { removeQuietly } from "./_remove_quietly.ts";
import { endedBySignal } from "./_signals.ts";

/** What was done, beside the files. */
const RECORD = "mining.json";

/** `mine RECIPE`: hard negatives for the pairs of a recipe's data sets. */
export const mineCommand = defineCommand({
  name: "mine",
  summary: "Find hard negatives for the pairs of a recipe, and write them as a data set",
  positionals: [
    { name: "RECIPE", required: true, description: "a .ts, .js or .json file, or a shipped recipe's name" },
  ],
  options: MINING_OPTIONS,
  examples: [
    {
      command: "deno task mine questions.ts --model runs/questions --relative-margin 0.05 --to runs/mined",
      does: "The three hardest documents of every anchor that score at most 95% of its positive",
    },
    {
      command: "deno task mine questions.ts --bm25 --rescore runs/questions --margin 0.1 --format n-tuple",
      does: "Found by words, judged by a model, three in a row",
    },
    {
      command:
        "deno task mine questions.ts -m runs/questions --range-min 10 --range-max 50 --sampling random --negatives 5",
      does: "Any five of the documents at ranks 10 to 49",
    },
  ],
  async run({ options, positionals: [named] }) {
    const settings = readMiningSettings(options);
    const recipe = await loadRecipe(named, options.set);
    const datasets = datasetsOf(recipe, options.dataset);
    const folder = (options.to ?? await freshRunFolder(`${recipe.name}-mined`)).replace(/(?<=.)\/+$/, "");
    await checkFolder(folder);
    using runtime = Runtime.open(await parseDeviceChoice(options.device, options["device-option"]));
    const start = performance.now();
    const partial = `${folder}.new`;
    const mined = await endedBySignal(async () => {
      await Deno.remove(partial, { recursive: true }).catch(ignoreMissing);
      await Deno.mkdir(partial, { recursive: true });
      try {
        const places = { hub: openHub(), runtime, folder: partial, options, settings, datasets };
        const found = await mineRecipe(recipe, places);
        const record = {
          recipe: recipe.name,
          model: settings.model ?? "bm25",
          rescore: options.rescore ?? null,
        };
        const text = JSON.stringify({ ...record, format: settings.format, datasets: found }, null, 2) + "\n";
        await Deno.writeTextFile(`${partial}/${RECORD}`, text);
        await Deno.remove(folder).catch(ignoreMissing);
        await Deno.rename(partial, folder);
        return found;
      } catch (error) {
        removeQuietly(partial);
        throw error;
      }
    }, () => removeQuietly(partial));
    if (options.json) return print(JSON.stringify({ folder, datasets: mined }, null, 2) + "\n");
    for (const each of mined) print(miningText({ ...each, file: `${folder}/${each.file}` }) + "\n");
    print(`in ${formatSeconds((performance.now() - start) / 1000)}\n`);
  },
});

async function checkFolder(folder: string): Promise<void> {
  const refuse = (reason: string): never => {
    throw new RangeError(`Cannot write negatives to ${folder}: ${reason}; name another --to`);
  };
  try {
    for await (const { name } of Deno.readDir(folder)) refuse(`it is not empty (${name})`);
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) refuse("it is no folder");
    ignoreMissing(error);
  }
}

/** Names of the data sets that are asked for. */
function datasetsOf(recipe: ResolvedRecipe, names: readonly string[]): string[] {
  const there = Object.keys(recipe.datasets);
  if (names.length === 0) return there;
  for (const name of names) {
    if (there.includes(name)) continue;
    const meant = nearest(name, there);
    const cure = meant === undefined ? `choose from ${there.join(", ")}` : `did you mean ${meant}?`;
    throw new RangeError(`Cannot mine ${name}: recipe ${recipe.name} has no data set of that name; ${cure}`);
  }
  return [...new Set(names)];
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

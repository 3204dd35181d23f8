/**
 * What each way to a better model brings on the hub mirror's data: every method with three seeds, scored on NanoSciFact and
 * NanoCranfield, beside the reference recipe. Models are kept under runs/quality, and a second run goes on with them.
 *
 * ```sh
 * LATHE_HUB_MIRROR=../shared/hub deno task bench quality                                # all: an hour on two cores
 * LATHE_HUB_MIRROR=../shared/hub deno task bench quality "reference;weighted" 12  # these methods, this seed
 * ```
 *
 * @module
 */
import {
  drawScore,
  evaluateSuite,
  type EvaluationCollection,
  leaderboard,
  type LeaderboardRun,
  loadEvaluations,
} from "../eval/mod.ts";
import { Hub } from "../hub/mod.ts";
import { StaticModel } from "../model/mod.ts";
import { METHODS, modelOf } from "./_quality_models.ts";

const SEEDS = "12,13,14";
const REFERENCE = "reference";
/** What the methods are chosen by: other queries than those of the table. */
const CHOSEN_BY = { kind: "beir", path: "hf://datasets/lathe-data/scifact", split: "train" } as const;
const SCORED_ON = { kind: "nanoBeir", source: "hf://datasets/lathe-data/NanoBEIR-mini" } as const;

interface Scored {
  /** The mean of the two collections, drawn anew. */
  run: LeaderboardRun;
  /** NDCG@10 of every collection, and of the queries that methods are chosen by. */
  values: number[];
}

/** Trains what is missing, and prints the table. */
export async function main(
  [names = Object.keys(METHODS).join(";"), seeds = SEEDS]: readonly string[],
): Promise<void> {
  const hub = new Hub({ mirror: Deno.env.get("LATHE_HUB_MIRROR") ?? "../shared/hub" });
  const collections = await loadEvaluations([{ ...SCORED_ON }], { hub });
  const chosenBy = await loadEvaluations([{ ...CHOSEN_BY }], { hub });
  const heads = [...collections, ...chosenBy].map(({ name }) => name);
  const methods = [...new Set([REFERENCE, ...names.split(";")])];
  let reference: Scored[] = [];
  const lines: string[] = [];
  for (const name of methods) {
    const scored: Scored[] = [];
    for (const seed of seeds.split(",").map(Number)) {
      scored.push(await score(name, seed, collections, chosenBy));
    }
    if (name === REFERENCE) reference = scored;
    lines.push(lineOf(name, scored, reference));
  }
  console.log(`\n| method | ${heads.join(" | ")} | mean of the first two | more than the reference | s |`);
  console.log(`|---|${"---|".repeat(heads.length + 3)}`);
  console.log(lines.join("\n"));
}

async function score(
  name: string,
  seed: number,
  collections: readonly EvaluationCollection[],
  chosenBy: readonly EvaluationCollection[],
): Promise<Scored> {
  const { folder, seconds } = await modelOf(METHODS[name], seed);
  const model = await StaticModel.load(folder);
  try {
    const subject = { name, encoder: model.encoder() };
    const report = await evaluateSuite(subject, collections, { perItem: true });
    const chosen = await evaluateSuite(subject, chosenBy);
    const values = [...report.collections, ...chosen.collections].map(({ mainMetric, sizes }) => {
      return sizes.at(-1)!.metrics[mainMetric]!;
    });
    const done = { state: "finished", share: 1, steps: null, pairsPerSecond: null, message: null } as const;
    const run = { name: `${name} ${seed}`, folder, fields: { method: name }, seed, seconds };
    return { run: { ...run, ...done, score: drawScore(report) }, values };
  } finally {
    model.dispose();
  }
}

function lineOf(name: string, scored: readonly Scored[], reference: readonly Scored[]): string {
  const seconds = Math.min(...scored.map(({ run }) => run.seconds!)).toFixed(0); // others may use the machine
  const columns = scored[0].values.map((_, i) => mean(scored.map(({ values }) => values[i])).toFixed(4));
  const both = leaderboard(
    { title: "", metric: null, size: null, fields: ["method"] },
    [...scored, ...(name === REFERENCE ? [] : reference)].map(({ run }) => run),
  );
  const own = both.entries.find(({ fields }) => fields.method === name)!;
  return `| ${
    [name, ...columns, own.score!.value!.toFixed(4), differenceOf(both, own), seconds].join(" | ")
  } |`;
}

/** The difference from the reference with its intervals over queries and over seeds. */
function differenceOf(
  { entries: [first, second] }: ReturnType<typeof leaderboard>,
  own: ReturnType<typeof leaderboard>["entries"][number],
): string {
  if (second?.difference == null) return "";
  const sign = own === first ? -1 : 1; // the leaderboard gives the second's difference from the first
  const { items, seeds } = second.difference;
  const ends = ({ low, high }: { low: number | null; high: number | null }): string => {
    if (low === null || high === null) return "unknown";
    return [sign * low, sign * high].sort((a, b) => a - b).map(signed).join(" to ");
  };
  return `${signed(sign * items.value!)} (queries ${ends(items)}${
    seeds === null ? "" : `, seeds ${ends(seeds)}`
  })`;
}

function signed(value: number): string {
  return (value < 0 ? "-" : "+") + Math.abs(value).toFixed(4);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

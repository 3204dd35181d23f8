import { lathe } from "./_lathe_command.ts";

/** A model, and the seconds that training it took, with all that had to be trained before. */
export interface Trained {
  /** Its folder. */
  folder: string;
  /** Seconds of training steps. */
  seconds: number;
}

/** What a method changes in the reference recipe. */
interface Method {
  /** Rows weighted by frequency to begin with, and a lower learning rate. */
  weighted?: boolean;
  /** Small data sets more often, in as many steps. */
  balanced?: boolean;
  /** Negatives left out that a model trained without a guide takes for positives. */
  guided?: boolean;
  /** A negative in every row of the questions and answers, mined by a model trained without. */
  mined?: boolean;
  /** The mean of models from one start over batches in another order. */
  soup?: boolean;
  /** Batches of 16,384. */
  large?: boolean;
  /** The dimensions of the mirror's teacher. */
  small?: boolean;
  /** A table distilled from it to begin with. */
  distilled?: boolean;
}

/** What is compared, by name. */
export const METHODS: Readonly<Record<string, Method>> = {
  "reference": {},
  "batch 16,384": { large: true },
  "guided": { guided: true },
  "mined": { mined: true },
  "soup": { soup: true },
  "balanced": { balanced: true },
  "weighted": { weighted: true },
  "weighted, guided": { weighted: true, guided: true },
  "weighted, mined": { weighted: true, mined: true },
  "weighted, soup": { weighted: true, soup: true },
  "weighted, balanced": { weighted: true, balanced: true },
  "weighted, balanced, mined": { weighted: true, balanced: true, mined: true },
  "weighted, balanced, soup": { weighted: true, balanced: true, soup: true },
  "weighted, balanced, mined, soup": { weighted: true, balanced: true, mined: true, soup: true },
  "all": { weighted: true, balanced: true, guided: true, mined: true, soup: true },
  "128 dimensions": { small: true },
  "128 dimensions, distilled": { small: true, distilled: true },
};

const ROOT = "runs/quality";
const RECIPES = "bench/recipes";
const TEACHER = "hf://models/lathe-data/tiny-teacher";
/** Models of a soup. */
const SOUP = 2;
/** Seeds of a soup's models lie so far apart. */
const SEED_STRIDE = 100;
/** Steps of an epoch of the reference recipe: balanced data has no epoch of its own. */
const EPOCH_STEPS = 93;

/** Trains a method's model from a seed, or takes what an earlier call has left. */
export async function modelOf(method: Method, seed: number): Promise<Trained> {
  const { guided, mined, soup, ...plain } = method;
  // The guide and the miner are the model that is trained without either.
  const before = guided || mined ? await modelOf(plain, seed) : undefined;
  const fields = [
    ...(guided ? [guidedLoss(before!.folder)] : []),
    ...(mined ? await minedData(plain, before!.folder, seed) : []),
  ];
  const model = soup
    ? await soupOf(method, fields, seed)
    : await train(plain, nameOf(method, seed), [`seed=${seed}`, ...fields]);
  return { ...model, seconds: model.seconds + (before?.seconds ?? 0) };
}

function nameOf(method: Method, seed: number): string {
  const parts = Object.keys(method);
  return `${ROOT}/${[...(parts.length > 0 ? parts : ["reference"]), seed].join("-")}`;
}

async function train(method: Method, folder: string, fields: readonly string[]): Promise<Trained> {
  if (!(await isThere(`${folder}/run.json`))) {
    await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
    const set = [...fieldsOf(method), ...fields, "evaluation=[]"].flatMap((field) => ["--set", field]);
    await lathe("train", recipeOf(method), ...set, "--output", folder);
  }
  const { trainSeconds } = JSON.parse(await Deno.readTextFile(`${folder}/run.json`));
  return { folder, seconds: trainSeconds };
}

function recipeOf({ weighted, large }: Method): string {
  return `${RECIPES}/${weighted ? "weighted-en" : large ? "large-batch-en" : "reference-en"}.ts`;
}

function fieldsOf({ balanced, small, distilled }: Method): string[] {
  const mixing = 'training.mixing={"kind":"weighted","temperature":2}';
  const init = `model.init={"distill":"${TEACHER}"}`;
  return [
    ...(balanced ? [mixing, `training.maxSteps=${EPOCH_STEPS}`] : []),
    ...(small ? ["model.dim=128", "loss.dims=[32,64,128]"] : []),
    ...(distilled ? [init, "training.learningRate=0.05"] : []),
  ];
}

function guidedLoss(guide: string): string {
  const loss = { kind: "gist", guide, temperature: 0.05 };
  return `loss=${JSON.stringify({ kind: "matryoshka", loss, dims: [32, 64, 128, 256, 512, 1024] })}`;
}

async function minedData(method: Method, miner: string, seed: number): Promise<string[]> {
  const folder = `${nameOf(method, seed)}-negatives`;
  if (!(await isThere(folder))) {
    const options = "--dataset medquad --dataset squad --negatives 1 --relative-margin 0.05 --format n-tuple";
    await lathe("mine", recipeOf(method), "--model", miner, ...options.split(" "), "--to", folder);
  }
  return ["medquad", "squad"].flatMap((dataset) => [
    `datasets.${dataset}.source=${folder}/${dataset}.parquet`,
    `datasets.${dataset}.columns=["anchor","positive","negative_1"]`,
  ]);
}

async function soupOf(method: Method, fields: readonly string[], seed: number): Promise<Trained> {
  const folder = nameOf(method, seed);
  const start = await train(method, `${folder}-start`, [`seed=${seed}`, "training.maxSteps=0"]);
  const models: Trained[] = [];
  for (let i = 0; i < SOUP; i++) {
    const own = [`seed=${seed + i * SEED_STRIDE}`, `model.init={"from":"${start.folder}"}`, ...fields];
    models.push(await train(method, `${folder}-part-${i + 1}`, own));
  }
  const parts = models.map((model) => model.folder);
  if (!(await isThere(folder))) await lathe("soup", ...parts, "--output", folder);
  return { folder, seconds: models.reduce((sum, { seconds }) => sum + seconds, 0) };
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

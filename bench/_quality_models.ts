import { lathe } from "./_lathe_command.ts";

/** A model, and the seconds that training it took, with all that had to be trained before. */
export interface Trained {
  /** Its folder. */
  folder: string;
  /** Seconds of training steps. */
  seconds: number;
}

/** A way to train a model from a seed. */
export type Method = (seed: number) => Promise<Trained>;

const ROOT = "runs/quality";
const RECIPES = "bench/recipes";

/** Dimensions of the teacher in the mirror: a distilled table has no more. */
const TEACHER_DIM = 128;
const SMALL = [`model.dim=${TEACHER_DIM}`, `loss.dims=[32,64,${TEACHER_DIM}]`];
const TEACHER = "hf://models/lathe-data/tiny-teacher";
/** Models of a soup: the same start, other batches. */
const SOUP = 2;
/** Seeds of a soup's models lie so far apart. */
const SEED_STRIDE = 100;

/** What is compared, by name. */
export const METHODS: Readonly<Record<string, Method>> = {
  "reference": (seed) => trained("reference", "reference-en", seed),
  "batch 16,384": (seed) => trained("large-batch", "large-batch-en", seed),
  "guided negatives": (seed) => guided("guided", METHODS.reference, seed),
  "mined negatives": (seed) => mined("mined", METHODS.reference, seed),
  "soup": (seed) => soup("soup", "reference-en", seed),
  "weighted start": weighted,
  "weighted, guided": (seed) => guided("weighted-guided", weighted, seed),
  "weighted, mined": (seed) => mined("weighted-mined", weighted, seed),
  "weighted, soup": (seed) => soup("weighted-soup", "weighted-en", seed),
  "weighted, guided, soup": (seed) => soup("all", "weighted-en", seed, weighted),
  "weighted, batch 16,384": (seed) => largeWeighted(seed),
  "128 dimensions": (seed) => trained("small", "reference-en", seed, SMALL),
  "128, distilled start": (seed) => {
    const init = `model.init={"distill":"${TEACHER}"}`;
    return trained("distilled", "reference-en", seed, [...SMALL, init, "training.learningRate=0.05"]);
  },
};

function weighted(seed: number): Promise<Trained> {
  return trained("weighted", "weighted-en", seed);
}

function largeWeighted(seed: number): Promise<Trained> {
  const init = 'model.init={"draw":"normal","sifCoefficient":0.001}';
  return trained("weighted-large-batch", "large-batch-en", seed, [init, "training.learningRate=0.05"]);
}

/** Trains a recipe, or takes the model that an earlier call has left. */
async function trained(
  name: string,
  recipe: string,
  seed: number,
  fields: readonly string[] = [],
): Promise<Trained> {
  const folder = `${ROOT}/${name}-${seed}`;
  if (!(await isThere(`${folder}/run.json`))) {
    const all = [`seed=${seed}`, ...fields, "evaluation=[]"];
    await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
    await lathe(
      "train",
      `${RECIPES}/${recipe}.ts`,
      ...all.flatMap((field) => ["--set", field]),
      "-o",
      folder,
    );
  }
  const { trainSeconds } = JSON.parse(await Deno.readTextFile(`${folder}/run.json`));
  return { folder, seconds: trainSeconds };
}

/** The loss that leaves out negatives which a guide takes for positives. */
function guidedLoss({ folder }: Trained): string {
  const gist = { kind: "gist", guide: folder, temperature: 0.05 };
  return `loss=${JSON.stringify({ kind: "matryoshka", loss: gist, dims: [32, 64, 128, 256, 512, 1024] })}`;
}

async function guided(name: string, method: Method, seed: number): Promise<Trained> {
  const guide = await method(seed);
  const recipe = method === weighted ? "weighted-en" : "reference-en";
  const model = await trained(name, recipe, seed, [guidedLoss(guide)]);
  return { ...model, seconds: guide.seconds + model.seconds };
}

/** One mined negative in every row of the two sets of questions and answers. */
async function mined(name: string, method: Method, seed: number): Promise<Trained> {
  const miner = await method(seed);
  const recipe = method === weighted ? "weighted-en" : "reference-en";
  const folder = `${ROOT}/${name}-rows-${seed}`;
  if (!(await isThere(folder))) {
    const options = "--dataset medquad --dataset squad --negatives 1 --relative-margin 0.05 --format n-tuple";
    await lathe(
      "mine",
      `${RECIPES}/${recipe}.ts`,
      "--model",
      miner.folder,
      ...options.split(" "),
      "--to",
      folder,
    );
  }
  const fields = ["medquad", "squad"].flatMap((dataset) => [
    `datasets.${dataset}.source=${folder}/${dataset}.parquet`,
    `datasets.${dataset}.columns=["anchor","positive","negative_1"]`,
  ]);
  const model = await trained(name, recipe, seed, fields);
  return { ...model, seconds: miner.seconds + model.seconds };
}

/** The mean of models that begin with one table and see other batches. */
async function soup(name: string, recipe: string, seed: number, guide?: Method): Promise<Trained> {
  const start = await trained(`${name}-start`, recipe, seed, ["training.maxSteps=0"]);
  const guiding = await guide?.(seed);
  const fields = [`model.init={"from":"${start.folder}"}`, ...(guiding ? [guidedLoss(guiding)] : [])];
  const models: Trained[] = [];
  for (let i = 0; i < SOUP; i++) {
    models.push(await trained(`${name}-${seed}-of`, recipe, seed + i * SEED_STRIDE, fields));
  }
  const folder = `${ROOT}/${name}-${seed}`;
  if (!(await isThere(folder))) await lathe("soup", ...models.map((model) => model.folder), "-o", folder);
  const seconds = models.reduce((sum, model) => sum + model.seconds, guiding?.seconds ?? 0);
  return { folder, seconds };
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

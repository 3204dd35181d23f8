import { type ModelParts, StaticModel } from "../model/mod.ts";
import { loadTokenizer } from "../text/mod.ts";
import type { Ingredient } from "./ingredient.ts";

/** Scores a model on what it was not trained on; larger is better. */
export type ScoreModel = (model: StaticModel) => Promise<number>;

/** Options of {@linkcode greedySoup} and {@linkcode interpolationCurve}. */
export interface SoupOptions {
  /** Scores a mixture. */
  score: ScoreModel;
  /** Called with the name of each mixture and its score. */
  onScore?: (name: string, score: number) => void;
}

/** What {@linkcode greedySoup} gives. */
export interface GreedySoup {
  /** The mixture. */
  parts: ModelParts;
  /** Its score. */
  score: number;
  /** Every model from the best one down: its own score, that of the mixture with it, and whether it was taken. */
  tried: { name: string; alone: number; mixed: number; taken: boolean }[];
}

/** One mixture of two models. */
export interface CurvePoint {
  /** Share of the second model, 0 to 1. */
  share: number;
  /** Score of the mixture. */
  score: number;
}

/**
 * Mixes models by adding their tables up: a uniform soup (Wortsman et al. 2022) where no shares are given. Works for
 * models that have one start in common: checkpoints of a run, seeds or data mixtures from the same saved model.
 *
 * @param ingredients two models or more with the same tokenizer and dimension
 * @param shares one number a model; they need not add up to 1, and all count alike if left out
 * @throws {RangeError} if the models do not fit together
 */
export function mixModels(ingredients: readonly Ingredient[], shares?: readonly number[]): ModelParts {
  checkIngredients(ingredients);
  const factors = shares ?? ingredients.map(() => 1);
  const total = factors.reduce((sum, share) => sum + share, 0);
  if (factors.length !== ingredients.length || !(total > 0) || factors.some((share) => !(share >= 0))) {
    throw new RangeError(
      `Cannot mix ${ingredients.length} models by the shares ${factors.join(", ")}: ` +
        "give one number from 0 for each, not all 0",
    );
  }
  const [{ parts }] = ingredients;
  const table = new Float32Array(parts.table.length);
  for (let i = 0; i < table.length; i++) {
    let sum = 0;
    for (let k = 0; k < factors.length; k++) sum += factors[k] * ingredients[k].parts.table[i];
    table[i] = sum / total;
  }
  return { ...parts, table };
}

/**
 * A greedy soup (Wortsman et al. 2022): begins with the model that scores best and takes each further one, in the order of
 * their scores, if the mixture's score does not fall.
 *
 * @param ingredients two models or more with the same tokenizer and dimension
 * @param options {@linkcode SoupOptions}
 * @throws {RangeError} if the models do not fit together
 */
export async function greedySoup(
  ingredients: readonly Ingredient[],
  { score, onScore }: SoupOptions,
): Promise<GreedySoup> {
  checkIngredients(ingredients);
  return await withScores(ingredients[0], score, async (scoreOf) => {
    const alone = [];
    for (const ingredient of ingredients) {
      const value = await scoreOf(ingredient.parts);
      onScore?.(ingredient.name, value);
      alone.push({ ingredient, value });
    }
    alone.sort((a, b) => b.value - a.value);
    const [first, ...others] = alone;
    const taken = [first.ingredient];
    const tried = [{ name: first.ingredient.name, alone: first.value, mixed: first.value, taken: true }];
    let soup = { parts: first.ingredient.parts, score: first.value };
    for (const { ingredient, value } of others) {
      const parts = mixModels([...taken, ingredient]);
      const mixed = await scoreOf(parts);
      onScore?.([...taken, ingredient].map(({ name }) => name).join(" + "), mixed);
      const isTaken = mixed >= soup.score;
      tried.push({ name: ingredient.name, alone: value, mixed, taken: isTaken });
      if (!isTaken) continue;
      taken.push(ingredient);
      soup = { parts, score: mixed };
    }
    return { ...soup, tried };
  });
}

/**
 * Scores of the mixtures on the line between two models.
 *
 * @param pair the models; share 0 is the first alone, share 1 the second
 * @param options {@linkcode SoupOptions} and the number of `points`, both ends included, from 2
 * @throws {RangeError} if the models do not fit together
 */
export async function interpolationCurve(
  pair: readonly [Ingredient, Ingredient],
  { score, onScore, points }: SoupOptions & { points: number },
): Promise<CurvePoint[]> {
  checkIngredients(pair);
  if (!Number.isInteger(points) || points < 2) {
    throw new RangeError(
      `Cannot score ${points} points of a line: its two ends are the least; give 2 or more`,
    );
  }
  return await withScores(pair[0], score, async (scoreOf) => {
    const curve: CurvePoint[] = [];
    for (let point = 0; point < points; point++) {
      const share = point / (points - 1);
      const value = await scoreOf(mixModels(pair, [1 - share, share]));
      onScore?.(share.toFixed(2), value);
      curve.push({ share, score: value });
    }
    return curve;
  });
}

/** Lends one tokenizer to all mixtures. */
async function withScores<T>(
  { parts: { tokenizerJson } }: Ingredient,
  score: ScoreModel,
  work: (scoreOf: (parts: ModelParts) => Promise<number>) => Promise<T>,
): Promise<T> {
  const tokenizer = await loadTokenizer(tokenizerJson, "the tokenizer of the models");
  try {
    return await work((parts) => score(StaticModel.create({ ...parts, tokenizer })));
  } finally {
    tokenizer.dispose();
  }
}

function checkIngredients(ingredients: readonly Ingredient[]): void {
  const [first, ...others] = ingredients;
  if (first === undefined || others.length === 0) {
    throw new RangeError(`Cannot mix ${ingredients.length} models: a mixture takes two; name more`);
  }
  for (const other of others) {
    const reason = mismatch(first.parts, other.parts);
    if (reason === undefined) continue;
    throw new RangeError(
      `Cannot mix ${first.name} and ${other.name}: ${reason}; mix models that were trained from one start`,
    );
  }
}

function mismatch(a: ModelParts, b: ModelParts): string | undefined {
  if (a.dim !== b.dim) return `they have ${a.dim} and ${b.dim} dimensions`;
  if (a.tokenizerJson !== b.tokenizerJson && bare(a.tokenizerJson) !== bare(b.tokenizerJson)) {
    return "their tokenizers differ";
  }
  if (a.rows !== b.rows) return `their tables have ${a.rows} and ${b.rows} rows`;
  if (a.normalize !== b.normalize) return "one scales its vectors to length 1 and the other does not";
  return undefined;
}

/** A tokenizer without what Lathe never uses, in one spelling. */
function bare(json: string): string {
  return JSON.stringify({ ...JSON.parse(json), truncation: null, padding: null, post_processor: null });
}

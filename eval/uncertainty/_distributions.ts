import { pnorm, qnorm, qt } from "lib-r-math.js";

/**
 * The number that a standard normal variable stays below with a probability.
 *
 * @param probability 0 to 1
 * @returns -Infinity for 0, Infinity for 1
 */
export function normalQuantile(probability: number): number {
  return qnorm(probability);
}

/**
 * The probability that a standard normal variable stays below a number.
 *
 * @param value any number
 */
export function normalProbability(value: number): number {
  return pnorm(value);
}

/**
 * The number that a variable with Student's t distribution stays below with a probability.
 *
 * @param probability 0 to 1
 * @param degrees degrees of freedom, above 0
 */
export function studentQuantile(probability: number, degrees: number): number {
  return qt(probability, degrees);
}

/**
 * Weight of each token by its frequency, a / (a + p): smooth inverse frequency (Arora, Liang and Ma 2017, "A simple but
 * tough-to-beat baseline for sentence embeddings").
 *
 * @param frequencies share of each token in the texts; any scale, the sum counts as 1
 * @param coefficient a, from 0 to below 1; the smaller, the more frequent tokens are held down
 * @returns float64, one weight a token, from 0 to 1; 1 for a token that never occurs
 * @throws {RangeError} if the coefficient is out of range, or nothing was counted
 */
export function sifWeights(frequencies: ArrayLike<number>, coefficient: number): Float64Array {
  if (!(coefficient > 0 && coefficient < 1)) {
    throw new RangeError(
      `Cannot weight tokens with the coefficient ${coefficient}: it is not above 0 and below 1; try 1e-4`,
    );
  }
  const weights = Float64Array.from(frequencies);
  const total = weights.reduce((sum, frequency) => sum + frequency, 0);
  if (!(total > 0)) {
    throw new RangeError("Cannot weight tokens: none was counted; give texts that the tokenizer knows");
  }
  return weights.map((frequency) => coefficient / (coefficient + frequency / total));
}

/**
 * Frequencies by Zipf's law, 1 / (i + 2) for token i: vocabularies that were trained on texts have frequent tokens first.
 *
 * @param tokens how many there are
 */
export function zipfFrequencies(tokens: number): Float64Array {
  return Float64Array.from({ length: tokens }, (_, i) => 1 / (i + 2));
}

import { type Matrix, rowOf, type StaticModel } from "../../model/mod.ts";

/** A text that was found. */
export interface Hit {
  /** The text. */
  text: string;
  /** Cosine with the query. */
  score: number;
}

/** Texts that can be searched. */
export class TextIndex {
  /** The texts. */
  readonly texts: readonly string[];
  readonly #model: StaticModel;
  readonly #vectors: Matrix;

  private constructor(model: StaticModel, texts: readonly string[], vectors: Matrix) {
    this.#model = model;
    this.texts = texts;
    this.#vectors = vectors;
  }

  /**
   * Encodes texts.
   *
   * @param model encodes texts and queries
   * @param texts the texts
   */
  static async of(model: StaticModel, texts: readonly string[]): Promise<TextIndex> {
    return new TextIndex(model, texts, await model.encode(texts, { normalize: true }));
  }

  /**
   * Finds the texts that are nearest to a query, best first; of equally near ones the earlier first.
   *
   * @param query a text; nothing is near one without any known word
   * @param count how many to give at most
   */
  async search(query: string, count: number): Promise<Hit[]> {
    const vector = (await this.#model.encode([query], { normalize: true })).data;
    if (vector.every((value) => value === 0)) return [];
    const scores = Float32Array.from(this.texts, (_, row) => dot(vector, rowOf(this.#vectors, row)));
    return best(scores, count).map((row) => ({ text: this.texts[row], score: scores[row] }));
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Places of the largest numbers, largest first: most numbers are compared once, with the last of those kept. */
function best(scores: Float32Array, count: number): number[] {
  const kept: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if (kept.length === count && scores[row] <= scores[kept[count - 1]]) continue;
    let place = kept.length;
    while (place > 0 && scores[kept[place - 1]] < scores[row]) place--;
    kept.splice(place, 0, row);
    if (kept.length > count) kept.pop();
  }
  return kept;
}

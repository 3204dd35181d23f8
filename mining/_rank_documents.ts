/** Distances of Ciura's shell sort; further ones grow by 2.25. */
const GAPS = [1, 4, 10, 23, 57, 132, 301, 701];

/**
 * Sorts documents by their scores, best first, of equal ones the lower number first. Both arrays are sorted where they
 * lie, without a callback: it runs for every anchor.
 *
 * Source: Ciura 2001, "Best Increments for the Average Case of Shellsort".
 */
export function rankDocuments(outDocuments: Int32Array, outScores: Float64Array): void {
  for (const gap of gapsBelow(outScores.length)) {
    for (let i = gap; i < outScores.length; i++) {
      const score = outScores[i];
      const document = outDocuments[i];
      let place = i;
      while (place >= gap) {
        const other = outScores[place - gap];
        if (other > score || (other === score && outDocuments[place - gap] < document)) break;
        outScores[place] = other;
        outDocuments[place] = outDocuments[place - gap];
        place -= gap;
      }
      outScores[place] = score;
      outDocuments[place] = document;
    }
  }
}

function gapsBelow(length: number): number[] {
  const gaps = [...GAPS];
  for (let gap = gaps.at(-1)!; gap < length;) gaps.push(gap = Math.floor(2.25 * gap));
  return gaps.filter((gap) => gap < length).reverse();
}

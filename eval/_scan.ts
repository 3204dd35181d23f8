/** Where a vector begins. */
interface Place {
  data: Float32Array;
  start: number;
}

/** Product of the first columns of two vectors, in four float64 sums that do not wait for each other. */
export function dotProduct({ data: x, start: p }: Place, { data: y, start: q }: Place, size: number): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  let c = 0;
  for (; c + 4 <= size; c += 4) {
    s0 += x[p + c] * y[q + c];
    s1 += x[p + c + 1] * y[q + c + 1];
    s2 += x[p + c + 2] * y[q + c + 2];
    s3 += x[p + c + 3] * y[q + c + 3];
  }
  for (; c < size; c++) s0 += x[p + c] * y[q + c];
  return s0 + s1 + (s2 + s3);
}

/** A line over the lengths of documents. */
export interface Bar {
  slope: number;
  base: number;
}

/** Products of one query with the documents of a block, and the lengths of these. */
export interface Run {
  dots: Float64Array;
  at: number;
  lengths: Float64Array;
  first: number;
  count: number;
}

/** The next place whose product reaches the bar. Nearly every document is passed over here. */
export function nextAbove(
  { dots, at, lengths, first, count }: Run,
  { slope, base }: Bar,
  from: number,
): number {
  let j = from;
  while (j < count && dots[at + j] < slope * lengths[first + j] + base) j++;
  return j;
}

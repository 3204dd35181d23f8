import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { needsRowCount, parseSplit, rangeOf } from "./_split_name.ts";

/** Slices of 15 rows, and whether their number must be known. */
const SLICES: [text: string, start: number, end: number, needsCount: boolean][] = [
  ["train", 0, Infinity, false],
  ["train[:5]", 0, 5, false],
  ["train[5:]", 5, Infinity, false],
  ["train[5:7]", 5, 7, false],
  ["train[7:5]", 7, 7, false],
  ["train[:0]", 0, 0, false],
  ["train[:]", 0, Infinity, false],
  ["train[-5:]", 10, Infinity, true],
  ["train[-50:]", 0, Infinity, true],
  ["train[:-5]", 0, 10, true],
  ["train[:20%]", 0, 3, true],
  ["train[20%:100%]", 3, 15, true],
  // 1.5 and 4.5 rows: halves go to the even number, as in Python.
  ["train[10%:30%]", 2, 4, true],
  ["train[-20%:]", 12, Infinity, true],
  ["train[2:50%]", 2, 8, true],
];

Deno.test("parseSplit() reads slices by rows, percent, and from the end", () => {
  for (const [text, start, end, needsCount] of SLICES) {
    const slice = parseSplit(text);
    strictEqual(slice.split, "train");
    strictEqual(needsRowCount(slice), needsCount, text);
    deepStrictEqual(rangeOf(slice, 15), { start, end }, text);
  }
});

Deno.test("parseSplit() refuses what is no slice", () => {
  for (
    const text of ["", "train[", "train[5]", "train[a:b]", "train[1.5:]", "train[:5]x", "[:5]", "train[::2]"]
  ) {
    throws(
      () => parseSplit(text),
      /it is no split or slice; write it as train, train\[0:5000\] or train\[:10%\]$/,
    );
  }
  throws(() => parseSplit("train[:110%]"), /it is more than 100 %; write it/);
});

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Random } from "./mod.ts";
import { EMPTY, RowHeaps } from "./_row_heaps.ts";

/** Takes all rows of a heap away; gives them in that order. */
function drain(heaps: RowHeaps, heap: number): number[] {
  const rows: number[] = [];
  for (; heap !== EMPTY; heap = heaps.removeFirst(heap)) rows.push(heaps.rows[heap]);
  return rows;
}

Deno.test("RowHeaps gives the rows of several heaps by position, whatever is added and taken in between", () => {
  const random = new Random(1);
  const heaps = new RowHeaps();
  const tops = [EMPTY, EMPTY, EMPTY];
  const expected: number[][] = [[], [], []];
  for (let position = 0; position < 5000; position++) {
    const heap = random.below(3);
    if (random.below(3) > 0) {
      const place = random.below(100_000);
      tops[heap] = heaps.add(tops[heap], place + 7, place);
      expected[heap].push(place);
      expected[heap].sort((a, b) => a - b);
    } else if (tops[heap] !== EMPTY) {
      const first = expected[heap].shift()!;
      deepStrictEqual([heaps.positions[tops[heap]], heaps.rows[tops[heap]]], [first, first + 7]);
      tops[heap] = heaps.removeFirst(tops[heap]);
    }
    strictEqual(heaps.count, expected.flat().length);
  }
  tops.forEach((top, heap) => deepStrictEqual(drain(heaps, top), expected[heap].map((place) => place + 7)));
});

Deno.test("RowHeaps.keepFirst() leaves the first rows and gives the nodes of the others back", () => {
  const heaps = new RowHeaps();
  let heap: number = EMPTY;
  const positions = Uint32Array.from({ length: 200 }, (_, i) => i);
  new Random(2).shuffle(positions);
  for (const position of positions) heap = heaps.add(heap, position, position);
  heap = heaps.keepFirst(heap, 300);
  strictEqual(heaps.count, 200);
  heap = heaps.keepFirst(heap, 31);
  strictEqual(heaps.count, 31);
  deepStrictEqual(drain(heaps, heap), Array.from({ length: 31 }, (_, i) => i));
});

Deno.test("RowHeaps.renumber() numbers all rows anew and tells which they were", () => {
  const heaps = new RowHeaps();
  let [first, second] = [EMPTY, EMPTY];
  for (const row of [40, 30, 20, 10]) first = heaps.add(first, row, row);
  for (const row of [50, 60]) second = heaps.add(second, row, row);
  first = heaps.removeFirst(first);
  const old = heaps.renumber(5);
  deepStrictEqual([...old].sort(), [20, 30, 40, 50, 60]);
  deepStrictEqual(drain(heaps, first).map((row) => old[row - 5]), [20, 30, 40]);
  deepStrictEqual(drain(heaps, second).map((row) => old[row - 5]), [50, 60]);
});

import assert from "node:assert/strict";
import { KernelMemory } from "../kernels/mod.ts";
import { ModelTable } from "./_model_table.ts";
import { placeTable } from "./_placed_table.ts";
import { normalizePooled, poolMean } from "./_pool.ts";
import { rowBags } from "./_row_bags.ts";
import { TablePooler } from "./_table_pooler.ts";
import type { EmbeddingTable } from "./embedding_table.ts";

const DIM = 135;
const ROWS = 97;
/** Widths that take every path: single columns, and blocks of 8, 32 and 64. */
const WIDTHS = [1, 3, 8, 13, 31, 32, 33, 64, 70, 128, DIM];
/** Numbers of tokens around the tiles of 12 and 128 rows. */
const COUNTS = [0, 1, 2, 5, 11, 12, 13, 24, 25, 127, 128, 129, 300];
const DROPPED = 3;

/** A fixed sequence of numbers between -1 and 1 that are not exact in float32 sums. */
function numbers(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898));
}

/** Random-like numbers of every exponent that float16 has, subnormal ones included. */
function halves(length: number): Float16Array {
  return Float16Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 2 ** (i % 40 - 25));
}

const TABLES: Record<string, EmbeddingTable> = {
  float32: numbers(ROWS * DIM),
  float16: halves(ROWS * DIM),
  int8: Int8Array.from({ length: ROWS * DIM }, (_, i) => Math.round(127.5 * Math.sin(i * 12.9898) - 0.5)),
};

const BAGS = {
  ids: Int32Array.from({ length: COUNTS.reduce((a, b) => a + b) }, (_, i) => (i * 31) % ROWS),
  offsets: Int32Array.from([0, ...COUNTS.map((_, i) => COUNTS.slice(0, i + 1).reduce((a, b) => a + b))]),
};

const RULES = {
  "plain": {},
  "mapped": { mapping: Int32Array.from({ length: ROWS }, (_, id) => (id * 7) % 50) },
  "weighted": { weights: Float64Array.from({ length: ROWS }, (_, id) => id / 3) },
  "mapped, weighted and dropped": {
    mapping: Int32Array.from({ length: ROWS }, (_, id) => (id * 7) % 50),
    weights: Float64Array.from({ length: ROWS }, (_, id) => Math.sqrt(id)),
    dropped: DROPPED,
  },
};

for (const [kind, table] of Object.entries(TABLES)) {
  for (const [what, { dropped, ...rules }] of Object.entries<Rules>(RULES)) {
    Deno.test(`TablePooler gives the bits of the plain loops: ${kind}, ${what}`, () => {
      const placed = placeTable({ ...rules, table, dim: DIM })!;
      assert.equal(placed.kind, kind);
      const pooler = new TablePooler(placed, dropped);
      for (const columns of WIDTHS) {
        for (const normalize of [false, true]) {
          const [found, expected] = [0, 0].map(() => new Float32Array(COUNTS.length * columns).fill(NaN));
          pooler.pool(BAGS, { columns, normalize }, found);
          poolMean(rowBags(BAGS, { ...rules, dropped }), { table, dim: DIM, columns, out: expected });
          if (normalize) normalizePooled(expected, columns);
          assert.deepEqual(found, expected, `${columns} columns`);
        }
      }
    });
  }
}

interface Rules {
  mapping?: Int32Array;
  weights?: Float64Array;
  dropped?: number;
}

Deno.test("TablePooler: texts of many tokens and many texts are pooled in portions, with the same bits", () => {
  const table = TABLES.float32;
  const pooler = new TablePooler(placeTable({ table, dim: DIM })!, undefined);
  const counts = [70_000, 1, 0, 65_536, 3, ...Array(3000).fill(2)];
  const offsets = new Int32Array(counts.length + 1);
  counts.forEach((count, i) => offsets[i + 1] = offsets[i] + count);
  const ids = Int32Array.from({ length: offsets.at(-1)! }, (_, i) => (i * 31) % ROWS);
  const [found, expected] = [0, 0].map(() => new Float32Array(counts.length * DIM).fill(NaN));
  pooler.pool({ ids, offsets }, { columns: DIM, normalize: false }, found);
  poolMean({ rows: ids, offsets }, { table, dim: DIM, columns: DIM, out: expected });
  assert.deepEqual(found, expected);
});

/** More than 2^24 tokens, from where on a single float32 sum stands still. */
const SATURATING = 18_000_000;

Deno.test("TablePooler: means of a text of 18 million tokens are right", () => {
  const ids = Int32Array.from({ length: SATURATING }, (_, i) => i & 1);
  const bags = { ids, offsets: Int32Array.of(0, SATURATING) };
  const columns = 67;
  const rows = Array.from({ length: 2 * columns }, (_, i) => i < columns ? 0.1 : 0.7);
  const codes = rows.map((value) => Math.round(181 * value)); // 18 and 127, sums beyond 2^24
  for (const table of [Float32Array.from(rows), Float16Array.from(rows), Int8Array.from(codes)]) {
    const out = new Float32Array(columns);
    new TablePooler(placeTable({ table, dim: columns })!, undefined).pool(bags, {
      columns,
      normalize: false,
    }, out);
    const expected = (table[0] + table[columns]) / 2;
    // Sums of 8,192 numbers in float32 are off by 8,192 * 2^-25 = 2.5e-4 of them at most, typically by a tenth of that.
    for (const value of out) assert.ok(Math.abs(value - expected) <= 2.5e-4 * expected, `${value}`);
  }
});

Deno.test("float16 with infinite numbers is widened, so that they stay infinite", () => {
  const table = Float16Array.of(1, Infinity, 2, NaN);
  const placed = placeTable({ table, dim: 2 })!;
  assert.equal(placed.kind, "float32");
  const out = new Float32Array(2);
  const bags = { ids: Int32Array.of(0, 1), offsets: Int32Array.of(0, 2) };
  new TablePooler(placed, undefined).pool(bags, { columns: 2, normalize: false }, out);
  assert.deepEqual(out, Float32Array.of(1.5, NaN));
});

Deno.test("ModelTable uses a table on kernel memory where it lies, and leaves the memory as it was", () => {
  const memory = new KernelMemory();
  const table = memory.float32(8).fill(1);
  const model = new ModelTable({ table, dim: 4 }, undefined);
  const bags = { ids: Int32Array.of(1), offsets: Int32Array.of(0, 1) };
  const out = new Float32Array(4);
  const pool = (): number[] => {
    model.pool(bags, { columns: 4, normalize: false }, out);
    return [...out];
  };
  assert.deepEqual(pool(), [1, 1, 1, 1]);
  const mark = memory.mark();
  table.fill(2, 4);
  assert.deepEqual(pool(), [2, 2, 2, 2]);
  assert.equal(memory.mark(), mark);
  assert.deepEqual(model.float32, table);
});

Deno.test("ModelTable copies another table when it is first needed, and keeps its type", () => {
  const table = Int8Array.of(1, 2, 3, 4);
  const model = new ModelTable({ table, dim: 2 }, undefined);
  assert.equal(model.stored, table);
  const out = new Float32Array(2);
  model.pool(
    { ids: Int32Array.of(0, 1), offsets: Int32Array.of(0, 2) },
    { columns: 2, normalize: false },
    out,
  );
  assert.deepEqual(out, Float32Array.of(2, 3));
  table.fill(0);
  assert.deepEqual([...model.stored], [1, 2, 3, 4]);
  assert.deepEqual(model.float32, Float32Array.of(1, 2, 3, 4));
});

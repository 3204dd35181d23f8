import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { hashesOf, numberOf, sourceOf } from "./_test_source.ts";
import { admittedRows, BatchSequence, type Curriculum, Random, type RowSource } from "./mod.ts";

const ROWS = 400;
const BATCH = 10;

/** Ranks in an order that has nothing to do with the rows' places. */
const RANKS = Uint32Array.from({ length: ROWS }, (_, i) => i);
new Random(5).shuffle(RANKS);

const LINEAR: Curriculum = {
  pacing: { kind: "linear", start: 0.2, until: 0.5 },
  order: "easyFirst",
  weightPower: null,
  epochs: 1,
};

/** Rows in groups of 20, one column, one text in so many repeated. */
function source({ name = "a", repeated = 0 }: { name?: string; repeated?: number } = {}): RowSource {
  const texts = Array.from({ length: ROWS }, (_, row) => row % 100 < repeated ? 0 : row);
  return sourceOf([hashesOf(texts)], {
    name,
    groupRows: new Array<number>(ROWS / 20).fill(20),
    ranks: RANKS,
  });
}

interface Plan {
  curriculum?: Curriculum | null;
  sources?: readonly RowSource[];
  epochs?: number;
  seed?: number;
  memory?: number;
  batchSampler?: "noDuplicates" | "batch";
}

interface Numbered {
  dataset: number;
  pass: number;
  numbers: number[];
  unusedRows?: number;
}

function sequenceOf({ sources = [source()], curriculum = LINEAR, ...options }: Plan): BatchSequence {
  const all = { batchSize: BATCH, seed: 12, epochs: curriculum?.epochs ?? 1, curriculum, ...options };
  return new BatchSequence(sources, all);
}

function batches(plan: Plan, fromStep = 0): Numbered[] {
  const iterated = sequenceOf(plan).iterate(plan.sources ?? [source()], fromStep);
  return Array.from(iterated, ({ window, rows, dataset, pass, unusedRows }) => {
    const numbers = Array.from(rows, (row) => numberOf(window, row));
    return unusedRows === undefined ? { dataset, pass, numbers } : { dataset, pass, numbers, unusedRows };
  });
}

/** Where a row comes in an order: 0 is the first one to be admitted. */
function placeOf(row: number, order: Curriculum["order"]): number {
  return order === "easyFirst" ? RANKS[row] : ROWS - 1 - RANKS[row];
}

for (const kind of ["linear", "root", "exponential", "step"] as const) {
  for (const order of ["easyFirst", "hardFirst"] as const) {
    for (const batchSampler of ["noDuplicates", "batch"] as const) {
      for (const memory of [1000, 90]) {
        const name = `${kind}, ${order}, ${batchSampler}, ${memory} bytes`;
        Deno.test(`BatchSequence draws no row before its time and all admitted ones evenly: ${name}`, () => {
          const curriculum: Curriculum = { ...LINEAR, pacing: { ...LINEAR.pacing, kind }, order, epochs: 2 };
          const sources = [source({ repeated: 2 })];
          const total = sequenceOf({ curriculum, sources }).totalSteps;
          // Of rows below the median of those admitted half are to be drawn, at every batch.
          let [low, drawn] = [0, 0];
          for (let seed = 0; seed < 10; seed++) {
            const all = batches({ curriculum, batchSampler, memory, seed, sources });
            strictEqual(all.length, total);
            all.forEach(({ numbers }, step) => {
              const admitted = admittedRows(
                curriculum.pacing,
                { rowCount: ROWS, batchSize: BATCH },
                step / total,
              );
              ok(numbers.length === BATCH || all[step].unusedRows !== undefined, `step ${step}`);
              for (const row of numbers) {
                const place = placeOf(row, order);
                ok(place < admitted, `step ${step}: place ${place} of ${admitted}`);
                if (place < admitted / 2) low++;
                drawn++;
              }
            });
          }
          // 8,000 draws of probability 1/2: 4 standard deviations are 0.022. Draws without replacement vary less.
          ok(Math.abs(low / drawn - 0.5) < 0.022, `${low} of ${drawn}`);
        });
      }
    }
  }
}

Deno.test("BatchSequence draws rows as often as its documentation says: the sum of batch / admitted rows over the batches", () => {
  const uses = new Float64Array(4);
  const expected = new Float64Array(4);
  const seeds = 100;
  const total = sequenceOf({}).totalSteps;
  for (let step = 0; step < total; step++) {
    const admitted = admittedRows(LINEAR.pacing, { rowCount: ROWS, batchSize: BATCH }, step / total);
    for (let place = 0; place < admitted; place++) expected[Math.floor(4 * place / ROWS)] += BATCH / admitted;
  }
  for (let seed = 0; seed < seeds; seed++) {
    for (const { numbers } of batches({ seed, batchSampler: "batch", memory: 90 })) {
      for (const row of numbers) uses[Math.floor(4 * RANKS[row] / ROWS)]++;
    }
  }
  // 100 seeds of 36 to 152 draws: 4 standard deviations of the smallest sum are 7 in 100.
  uses.forEach((count, quarter) => {
    ok(
      Math.abs(count / seeds / expected[quarter] - 1) < 0.07,
      `${quarter}: ${count} for ${expected[quarter]}`,
    );
  });
  ok(expected[0] > 1.3 * ROWS / 4 && expected[3] < 0.7 * ROWS / 4);
});

Deno.test("BatchSequence gives what it gives without a curriculum in passes that begin when all rows are admitted", () => {
  for (const batchSampler of ["noDuplicates", "batch"] as const) {
    const curriculum: Curriculum = { ...LINEAR, epochs: 3, pacing: { ...LINEAR.pacing, until: 1 / 3 } };
    const paced = batches({ curriculum, batchSampler });
    const plain = batches({ curriculum: null, epochs: 3, batchSampler });
    strictEqual(paced.length, plain.length);
    deepStrictEqual(paced.filter(({ pass }) => pass > 0), plain.filter(({ pass }) => pass > 0));
    notDeepStrictEqual(paced[0], plain[0]);
    const all = { ...LINEAR, epochs: 3, pacing: { ...LINEAR.pacing, start: 1 } };
    deepStrictEqual(batches({ curriculum: all, batchSampler }), plain);
  }
});

Deno.test("BatchSequence.iterate(n) with a curriculum gives what iterate() gives from step n on", () => {
  const sources = [source({ name: "a" }), source({ name: "b", repeated: 5 })];
  for (const batchSampler of ["noDuplicates", "batch"] as const) {
    for (const [memory, weightPower] of [[1000, null], [90, null], [90, 2]] as const) {
      const plan = { sources, batchSampler, memory, curriculum: { ...LINEAR, epochs: 2, weightPower } };
      const all = batches(plan);
      deepStrictEqual(batches(plan), all);
      for (let step = 0; step <= all.length; step += 7) deepStrictEqual(batches(plan, step), all.slice(step));
    }
  }
});

Deno.test("BatchSequence gives no batch a text twice with a curriculum either, and says how many rows it did not use", () => {
  for (const memory of [1000, 90]) {
    const all = batches({ memory, sources: [source({ repeated: 30 })] });
    for (const { numbers } of all) {
      const texts = numbers.map((row) => row % 100 < 30 ? 0 : row);
      strictEqual(new Set(texts).size, texts.length);
    }
    deepStrictEqual(all.slice(0, -1).filter(({ unusedRows }) => unusedRows !== undefined), []);
    strictEqual(all.at(-1)!.unusedRows, ROWS - new Set(all.flatMap(({ numbers }) => numbers)).size);
  }
});

Deno.test("BatchSequence with weightPower draws rows before their time as often as (admitted / place)^power of it", () => {
  const curriculum: Curriculum = {
    ...LINEAR,
    pacing: { kind: "step", start: 0.25, until: 1 },
    weightPower: 1,
  };
  const uses = new Float64Array(4);
  for (let seed = 0; seed < 100; seed++) {
    for (const { numbers } of batches({ curriculum, seed, batchSampler: "batch", memory: 90 })) {
      for (const row of numbers) uses[Math.floor(4 * RANKS[row] / ROWS)]++;
    }
  }
  // The mean of (1/4) / x over the second quarter is ln 2, over the third ln 1.5, over the last ln(4/3).
  [1, Math.log(2), Math.log(1.5), Math.log(4 / 3)].forEach((weight, quarter) => {
    // 100 seeds of 48 to 168 draws: 4 standard deviations of a ratio are 7 in 100.
    ok(Math.abs(uses[quarter] / uses[0] / weight - 1) < 0.07, `${quarter}: ${uses.join()}`);
  });
});

Deno.test("BatchSequence with a curriculum reads ranks of the groups whose rows it reads, and no more at a time", () => {
  const read: string[] = [];
  const plain = source();
  const spied: RowSource = {
    ...plain,
    readGroups(from, to) {
      read.push(`rows ${from} ${to}`);
      ok(to - from <= 4, "a part of 90 bytes has at most 4 groups of 20");
      return plain.readGroups(from, to);
    },
    readRanks(from, to) {
      read.push(`ranks ${from} ${to}`);
      return plain.readRanks!(from, to);
    },
  };
  batches({ memory: 90, sources: [spied] });
  const rangesOf = (what: string): string[] => {
    return read.filter((each) => each.startsWith(what)).map((each) => each.slice(what.length));
  };
  ok(read.length > 20);
  deepStrictEqual(rangesOf("rows"), rangesOf("ranks"));
});

Deno.test("BatchSequence fills a batch also where fewer rows are admitted, and ends where texts are fewer than rows", () => {
  const curriculum: Curriculum = { ...LINEAR, pacing: { kind: "step", start: 0.001, until: 1 } };
  for (const { numbers } of batches({ curriculum })) {
    deepStrictEqual(numbers.map((row) => RANKS[row]).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  const one = sourceOf([hashesOf(new Array<number>(ROWS).fill(7))], { ranks: RANKS });
  deepStrictEqual(
    batches({ curriculum, sources: [one] }).map(({ numbers }) => numbers.length),
    new Array(40).fill(1),
  );
});

Deno.test("BatchSequence refuses a curriculum for rows that are not ranked", () => {
  const plain = sourceOf([hashesOf(Array.from({ length: 20 }, (_, i) => i))], { name: "plain" });
  throws(() => batches({ sources: [plain] }), {
    name: "RangeError",
    message: "Cannot make batches by difficulty: the rows of plain are not ranked; rank them first",
  });
});

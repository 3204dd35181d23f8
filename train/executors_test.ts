/** The two executors carry out the same step: kernels and loss graph against whole graphs. */
import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { countLiveTensors, Runtime } from "../runtime/mod.ts";
import { GUIDE_DIM, testBatch, testProblem, testTable, testTask } from "./_test_problem.ts";
import type { Executor, InitialState, TrainingState } from "./executor.ts";
import { FusedExecutor } from "./fused_executor.ts";
import { GraphExecutor, type GraphExecutorOptions } from "./graph_executor.ts";
import type { LateNumber } from "./late_number.ts";
import type { OptimizerSpec } from "./optimizers/mod.ts";
import type { TrainingProblem } from "./problem.ts";

const STEPS = 4;

interface Outcome {
  losses: number[];
  norms: number[];
  state: TrainingState;
  table: Float32Array;
}

/** Some steps, each on batches of the problem's tasks in turn. */
async function run(executor: Executor, problem: TrainingProblem, batchesPerStep = 1): Promise<Outcome> {
  const random = new Random(5);
  const losses: number[] = [];
  const norms: number[] = [];
  let batches = 0;
  try {
    for (let step = 1; step <= STEPS; step++) {
      for (let i = 0; i < batchesPerStep; i++) {
        const task = ++batches % problem.tasks.length;
        const batch = testBatch(random, { pairs: 2 + random.below(20), task, problem });
        losses.push(await executor.accumulate(executor.prepare(batch)));
      }
      norms.push(await executor.update({ step, learningRate: 0.05 }));
    }
    return { losses, norms, state: await copyState(executor), table: (await executor.readTable()).slice() };
  } finally {
    executor.close();
  }
}

async function copyState(executor: Executor): Promise<TrainingState> {
  const { embeddings, optimizer } = await executor.readState();
  const copies = Object.entries(optimizer).map(([name, values]) => [name, values.slice()]);
  return { embeddings: embeddings.slice(), optimizer: Object.fromEntries(copies) };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

const base = testProblem();
const plain = { kind: "multipleNegativesRanking", scale: 20, partitionMode: "joint" } as const;
const oneWay = { ...plain, directions: ["queryToDoc"] } as const;
const coSent = { kind: "coSent", scale: 20 } as const;
const gist = {
  kind: "gist",
  guide: "a guide",
  temperature: 0.05,
  marginStrategy: "absolute",
  margin: 0,
  contrastAnchors: true,
  contrastPositives: true,
} as const;
const klDiv = {
  kind: "distillKlDiv",
  similarity: "dot",
  studentTemperature: 1,
  teacherTemperature: 1,
} as const;
const drawn = { kind: "matryoshka", loss: oneWay, dims: [3, 6, 12], weights: null, dimsPerStep: 2 } as const;

interface Case {
  problem: TrainingProblem;
  batchesPerStep?: number;
}

const CASES: Record<string, Case> = {
  "pairs, Matryoshka": { problem: base },
  "triplets, Matryoshka": { problem: testProblem({ tasks: [testTask({ columns: 3 })] }) },
  "pairs, triplets and four columns in turn": {
    problem: testProblem({ tasks: [2, 3, 4].map((columns) => testTask({ columns })) }),
  },
  "one size, no clipping": {
    problem: testProblem({ tasks: [testTask({ loss: oneWay })], maxGradNorm: null }),
  },
  "both directions": {
    problem: testProblem({
      tasks: [testTask({ loss: { ...plain, directions: ["queryToDoc", "docToQuery"] } })],
    }),
  },
  "a dimension that is no multiple of 4, a large vocabulary": {
    problem: testProblem({
      vocab: 500,
      dim: 67,
      tasks: [testTask({
        dim: 67,
        loss: { kind: "matryoshka", loss: oneWay, dims: [3, 67], weights: [1, 2] },
      })],
    }),
  },
  "three batches a step": { problem: base, batchesPerStep: 3 },
  "losses with labels, a guide and drawn sizes in turn, two batches a step": {
    problem: testProblem({
      tasks: [
        testTask({ loss: coSent, labels: 1 }),
        testTask({ loss: klDiv, columns: 4, labels: 3 }),
        testTask({ loss: gist, guideDim: GUIDE_DIM }),
        testTask({ loss: drawn }),
      ],
    }),
    batchesPerStep: 2,
  },
  "rows with learning rates of their own": {
    problem: testProblem({ rowScales: Float32Array.from({ length: base.vocab }, (_, i) => 0.5 + i % 3) }),
  },
};

for (const [name, { problem, batchesPerStep }] of Object.entries(CASES)) {
  Deno.test(`FusedExecutor and GraphExecutor agree: ${name}`, async () => {
    const tensors = countLiveTensors();
    using runtime = Runtime.open({ threads: 2 });
    const state: InitialState = { embeddings: testTable(problem, 6) };
    const fused = await run(
      await FusedExecutor.start(problem, runtime, state) as Executor,
      problem,
      batchesPerStep,
    );
    const graph = await run(
      new GraphExecutor(problem, runtime, state) as Executor,
      problem,
      batchesPerStep,
    );
    assert.equal(fused.losses.length, STEPS * (batchesPerStep ?? 1));
    fused.losses.forEach((loss, i) => {
      const expected = graph.losses[i];
      assert.ok(Math.abs(loss - expected) <= 1e-5 * Math.abs(expected), `batch ${i}: ${loss}, ${expected}`);
    });
    for (let i = 0; i < STEPS; i++) {
      const [a, b] = [fused.norms[i], graph.norms[i]];
      // The kernel adds squares of a row in float32, the graph those of the whole gradient: 1e-5 relative.
      assert.ok(Math.abs(a - b) / b < 1e-4, `step ${i}: norm ${a}, ${b}`);
    }
    // Weights move by at most 0.05 a step, divided by a root that magnifies rounding (6e-8) of small gradients by
    // 1 / epsilon = 1e3 at most.
    assert.ok(largestDifference(fused.state.embeddings, graph.state.embeddings) < 2e-5);
    assert.deepEqual(Object.keys(fused.state.optimizer), ["first_moments", "second_moments"]);
    assert.deepEqual(Object.keys(graph.state.optimizer), ["first_moments", "second_moments"]);
    for (const [moments, values] of Object.entries(fused.state.optimizer)) {
      assert.ok(largestDifference(values, graph.state.optimizer[moments]) < 1e-6, moments);
    }
    assert.ok(largestDifference(fused.state.embeddings, state.embeddings) > 0.01, "the table has moved");
    for (const { table, state: { embeddings } } of [fused, graph]) assert.deepEqual(table, embeddings);
    assert.equal(countLiveTensors(), tensors, "every tensor is released");
  });
}

type Start = (problem: TrainingProblem, runtime: Runtime, state?: InitialState) => Promise<Executor>;

const EXECUTORS: Record<string, Start> = {
  FusedExecutor: async (problem, runtime, state = { embeddings: testTable(problem, 6) }) =>
    await FusedExecutor.start(problem, runtime, state) as Executor,
  GraphExecutor: (problem, runtime, state = { embeddings: testTable(problem, 6) }) =>
    Promise.resolve(new GraphExecutor(problem, runtime, state) as Executor),
};

const ADAM = { betas: [0.9, 0.999], epsilon: 1e-3 } as const;

const OPTIMIZERS: readonly OptimizerSpec[] = [
  { kind: "adamw", ...ADAM, weightDecay: 0.01 },
  { kind: "caughtUpAdamw", ...ADAM, weightDecay: 0.01, denseSteps: 1 },
  { kind: "sparseAdam", ...ADAM },
  { kind: "sgd", momentum: 0.9, weightDecay: 0.01 },
  { kind: "rowwiseAdagrad", epsilon: 1e-3 },
];

for (const [name, start] of Object.entries(EXECUTORS)) {
  Deno.test(`${name} gives the same bits again`, async () => {
    using runtime = Runtime.open({ threads: 2 });
    const [first, second] = [
      await run(await start(base, runtime), base),
      await run(await start(base, runtime), base),
    ];
    assert.deepEqual(first, second);
  });

  Deno.test(`${name} moves rows without gradient, as dense AdamW does, only once they have a momentum`, async () => {
    using runtime = Runtime.open({ threads: 1 });
    const problem = testProblem({ optimizer: { kind: "adamw", ...ADAM, weightDecay: 0 } });
    const executor = await start(problem, runtime);
    try {
      const row = async (): Promise<number[]> => [...(await executor.readState()).embeddings.slice(0, 12)];
      const step = async (step: number, first: number): Promise<void> => {
        const columns = [texts(first, 2, 3), texts(4, 5, 6)];
        await executor.accumulate(executor.prepare({ task: 0, columns }));
        await executor.update({ step, learningRate: 0.1 });
      };
      const start = await row();
      await step(1, 1);
      assert.deepEqual(await row(), start, "token 0 was in no batch yet");
      await step(2, 0);
      const moved = await row();
      assert.notDeepEqual(moved, start);
      await step(3, 1);
      assert.notDeepEqual(await row(), moved, "its momentum moves it on");
    } finally {
      executor.close();
    }
  });

  Deno.test(`${name}.evaluate gives the loss that accumulate gives, and moves nothing`, async () => {
    using runtime = Runtime.open({ threads: 2 });
    const [first, second] = [await start(base, runtime), await start(base, runtime)];
    try {
      const batch = testBatch(new Random(1));
      const loss = await first.evaluate(first.prepare(batch));
      assert.equal(await first.accumulate(first.prepare(batch)), loss);
      assert.equal(await second.accumulate(second.prepare(batch)), loss);
      const time = { step: 1, learningRate: 0.05 };
      assert.equal(await first.update(time), await second.update(time));
      assert.deepEqual(await copyState(first), await copyState(second));
    } finally {
      first.close();
      second.close();
    }
  });

  Deno.test(`${name}.load starts anew as a fresh executor does, with every optimizer`, async () => {
    using runtime = Runtime.open({ threads: 2 });
    for (const optimizer of OPTIMIZERS) {
      const problem = testProblem({ optimizer });
      const executor = await start(problem, runtime);
      for (let step = 1; step <= 2; step++) {
        await executor.accumulate(executor.prepare(testBatch(new Random(40 + step))));
        await executor.update({ step, learningRate: 0.1 });
      }
      await executor.accumulate(executor.prepare(testBatch(new Random(50)))); // a step that is given up
      await executor.load({ embeddings: testTable(problem, 6) });
      assert.deepEqual(
        await run(executor, problem),
        await run(await start(problem, runtime), problem),
        optimizer.kind,
      );
    }
  });

  Deno.test(`${name} goes on from a state that was read as if nothing had happened, with every optimizer`, async () => {
    using runtime = Runtime.open({ threads: 2 });
    for (const optimizer of OPTIMIZERS) {
      const problem = testProblem({ optimizer });
      const batches = Array.from({ length: STEPS }, (_, i) => testBatch(new Random(i), { pairs: 2 }));
      const steps = async (executor: Executor, from: number, to: number): Promise<TrainingState> => {
        for (let i = from; i < to; i++) {
          await executor.accumulate(executor.prepare(batches[i]));
          await executor.update({ step: i + 1, learningRate: 0.05 });
        }
        const state = await copyState(executor);
        executor.close();
        return state;
      };
      const whole = await steps(await start(problem, runtime), 0, STEPS);
      const half = await steps(await start(problem, runtime), 0, 2);
      const resumed = await start(problem, runtime, { ...half, step: 2 } as InitialState);
      assert.deepEqual(await steps(resumed, 2, STEPS), whole, optimizer.kind);
    }
  });
}

/** What a {@link GraphExecutor} may do in another way without giving other numbers. */
const SAME_BITS: Record<string, GraphExecutorOptions> = {
  "with the table in blocks of columns": { blockBytes: 4 * 60 * 4 },
  "with batches brought to the device ahead": { uploadAhead: true },
};

for (const [name, options] of Object.entries(SAME_BITS)) {
  Deno.test(`GraphExecutor gives the same bits ${name}, with every optimizer`, async () => {
    const tensors = countLiveTensors();
    using runtime = Runtime.open({ threads: 1 });
    for (const optimizer of OPTIMIZERS) {
      const problem = testProblem({
        optimizer,
        rowScales: Float32Array.from({ length: base.vocab }, (_, i) => 0.5 + i % 3),
      });
      const start = { embeddings: testTable(problem, 6) };
      const expected = await run(new GraphExecutor(problem, runtime, start) as Executor, problem, 2);
      const executor = new GraphExecutor(problem, runtime, { ...start, ...options });
      assert.equal(/, tables in 3 blocks of columns$/.test(executor.description), "blockBytes" in options);
      assert.deepEqual(await run(executor as Executor, problem, 2), expected, optimizer.kind);
    }
    assert.equal(countLiveTensors(), tensors, "every tensor is released");
  });
}

Deno.test("GraphExecutor.submit and submitUpdate give numbers that can be read steps later, or never", async () => {
  const tensors = countLiveTensors();
  using runtime = Runtime.open({ threads: 1 });
  const start = { embeddings: testTable(base, 6) };
  const expected = await run(new GraphExecutor(base, runtime, start) as Executor, base);
  const executor = new GraphExecutor(base, runtime, start);
  const random = new Random(5);
  const late: LateNumber[] = [];
  for (let step = 1; step <= STEPS; step++) {
    late.push(await executor.submit(executor.prepare(testBatch(random, { pairs: 2 + random.below(20) }))));
    late.push(await executor.submitUpdate({ step, learningRate: 0.05 }));
  }
  for (let i = 0; i < STEPS - 1; i++) {
    assert.equal(await late[2 * i].read(), expected.losses[i]);
    assert.equal(await late[2 * i + 1].read(), expected.norms[i]);
    assert.equal(await late[2 * i].read(), expected.losses[i], "as often as asked");
  }
  assert.deepEqual(await executor.readTable(), expected.table);
  executor.close();
  assert.equal(countLiveTensors(), tensors, "also those that were not read are released");
});

Deno.test("GraphExecutor trains with products in float16, which the CPU's runtime computes in float32", async () => {
  using runtime = Runtime.open({ threads: 1 });
  const state = { embeddings: testTable(base, 6) };
  const expected = await run(new GraphExecutor(base, runtime, state) as Executor, base);
  const executor = new GraphExecutor(testProblem({ precision: "float16" }), runtime, state);
  assert.match(executor.description, /, whole graphs, products in float16$/);
  const found = await run(executor as Executor, base);
  found.losses.forEach((loss, i) =>
    assert.ok(Math.abs(loss - expected.losses[i]) < 1e-5 * expected.losses[i])
  );
  assert.ok(largestDifference(found.table, expected.table) < 1e-5);
});

/** Texts of one token each. */
function texts(...ids: number[]): { ids: Int32Array; offsets: Int32Array } {
  return { ids: Int32Array.from(ids), offsets: Int32Array.from({ length: ids.length + 1 }, (_, i) => i) };
}

Deno.test("FusedExecutor.readTable has rows up to date that caught-up AdamW leaves behind; readState does not", async () => {
  using runtime = Runtime.open({ threads: 1 });
  const optimizer = { kind: "caughtUpAdamw", ...ADAM, weightDecay: 0, denseSteps: 0 } as const;
  const executor = await FusedExecutor.start(testProblem({ optimizer }), runtime, {
    embeddings: testTable(base, 6),
  });
  try {
    for (const [i, first] of [0, 1, 1].entries()) {
      const columns = [texts(first, 2, 3), texts(4, 5, 6)];
      await executor.accumulate(executor.prepare({ task: 0, columns }));
      await executor.update({ step: i + 1, learningRate: 0.1 });
    }
    const { embeddings, optimizer: { last_steps: lastSteps } } = await executor.readState();
    assert.deepEqual([...lastSteps.slice(0, 8)], [1, 3, 3, 3, 3, 3, 3, 0]);
    const table = await executor.readTable();
    const row = (values: Float32Array<ArrayBufferLike>, id: number): number[] => [
      ...values.slice(12 * id, 12 * id + 12),
    ];
    assert.ok(largestDifference(row(table, 0), row(embeddings, 0)) > 1e-3, "token 0 has a momentum");
    for (const id of [1, 2, 6, 7]) assert.deepEqual(row(table, id), row(embeddings, id), `token ${id}`);
  } finally {
    executor.close();
  }
});

Deno.test("GraphExecutor refuses a state whose rows wait to be caught up", () => {
  const problem = testProblem({
    optimizer: { kind: "caughtUpAdamw", ...ADAM, weightDecay: 0, denseSteps: 1 },
  });
  using runtime = Runtime.open({ threads: 1 });
  const last_steps = Float32Array.from({ length: problem.vocab }, (_, row) => row % 2);
  assert.throws(
    () =>
      new GraphExecutor(problem, runtime, { embeddings: testTable(problem, 6), optimizer: { last_steps } }),
    { name: "RangeError", message: /some of its rows are behind; resume on the cpu$/ },
  );
});

Deno.test("labels and guides with another number of rows are refused", async () => {
  const problem = testProblem({ tasks: [testTask({ loss: gist, guideDim: GUIDE_DIM })] });
  using runtime = Runtime.open({ threads: 1 });
  const executor = await FusedExecutor.start(problem, runtime, { embeddings: testTable(problem, 6) });
  const batch = testBatch(new Random(3));
  const guides = batch.columns.map(() => new Float32Array(GUIDE_DIM * 8 + 1));
  await assert.rejects(executor.accumulate(executor.prepare({ ...batch, guides })), {
    name: "RangeError",
    message: /^Cannot compute the loss: the guide's vectors are 41 numbers for a batch of 8 rows; /,
  });
  executor.close();
});

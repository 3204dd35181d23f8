import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { countLiveTensors, Runtime } from "../runtime/mod.ts";
import { testBatch, testProblem, testTable } from "./_test_problem.ts";
import type { Executor, PreparedBatch, TrainingBatch, TrainingState } from "./executor.ts";
import { FusedExecutor } from "./fused_executor.ts";
import { GraphExecutor } from "./graph_executor.ts";
import type { LateNumber } from "./late_number.ts";
import type { StepTime } from "./step_time.ts";
import { type LogRecord, NotFiniteError, train, type TrainerOptions } from "./trainer.ts";

const STATE: TrainingState = {
  embeddings: new Float32Array(1),
  optimizer: { first_moments: new Float32Array(1), second_moments: new Float32Array(1) },
};

const TABLE = Float32Array.of(5);

/** A batch that knows its number. */
interface CountedBatch extends PreparedBatch {
  number: number;
}

/** Stands for a device: the loss of batch n is n. */
class CountingExecutor implements Executor<CountedBatch> {
  readonly description = "counts";
  readonly rates: number[] = [];
  /** What happened, in order: batches by number, and updates. */
  readonly calls: string[] = [];
  /** Gradients under way. */
  running = 0;

  prepare({ task: number }: TrainingBatch): CountedBatch {
    return { pairs: 4, tokens: 9, number };
  }

  load(): Promise<void> {
    return Promise.resolve();
  }

  evaluate({ number }: CountedBatch): Promise<number> {
    return Promise.resolve(number);
  }

  async accumulate({ number }: CountedBatch): Promise<number> {
    this.running++;
    this.calls.push(`batch ${number}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.running--;
    return number;
  }

  update({ step, learningRate }: StepTime): Promise<number> {
    this.rates.push(learningRate);
    this.calls.push(`update ${step}`);
    return Promise.resolve(step / 10);
  }

  readState(): Promise<TrainingState> {
    return Promise.resolve(STATE);
  }

  readTable(): Promise<Float32Array<ArrayBufferLike>> {
    return Promise.resolve(TABLE);
  }

  close(): void {}
}

/** Batches without end; the task's place stands for the batch's number, from 1. */
function* endless(from: number): Generator<TrainingBatch> {
  for (let number = from + 1;; number++) yield { task: number, columns: [] };
}

/** Options that write down what happens. */
function recorded(options: Partial<TrainerOptions> = {}): { options: TrainerOptions; events: string[] } {
  const events: string[] = [];
  const note = (text: string): Promise<void> => Promise.resolve(void events.push(text));
  return {
    events,
    options: {
      executor: new CountingExecutor() as Executor,
      batches: endless,
      schedule: { kind: "linear", learningRate: 1, warmupSteps: 0, totalSteps: 10 },
      logSteps: 4,
      onLog: ({ step, loss }: LogRecord) => note(`log ${step} ${loss}`),
      save: ({ step }) => note(`save ${step}`),
      evaluate: (step) => note(`evaluate ${step}`).then(() => true),
      ...options,
    },
  };
}

Deno.test("train logs the mean loss since the last record: first, every n, last", async () => {
  const { options, events } = recorded();
  assert.deepEqual(await train(options), {
    step: 10,
    lossSum: 0,
    lossCount: 0,
    waitedSeconds: 0,
    isEarly: false,
  });
  assert.deepEqual(events, ["log 1 1", "log 4 3", "log 8 6.5", "log 10 9.5"]);
});

Deno.test("train evaluates before it saves, every n steps, and leaves the last step to its caller", async () => {
  const { options, events } = recorded({ evalSteps: 5, saveSteps: 5, logSteps: 100 });
  await train(options);
  assert.deepEqual(events, ["log 1 1", "evaluate 5", "save 5", "log 10 6"]);
});

Deno.test("train gives the rate of each step and reports steps and rows", async () => {
  const executor = new CountingExecutor();
  const steps: number[] = [];
  const { options } = recorded({
    executor: executor as Executor,
    onStep: ({ step, totalSteps, loss, pairs }) => {
      assert.deepEqual([totalSteps, loss, pairs], [10, step, 4]);
      steps.push(step);
    },
  });
  await train(options);
  assert.deepEqual(steps, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  // Step n has the rate (10 - n) / 10 of ten steps, n from 0.
  executor.rates.forEach((rate, i) => assert.ok(Math.abs(rate - (10 - i) / 10) < 1e-15));
});

Deno.test("train ended by its signal saves, and started again there gives the same rates and records", async () => {
  const controller = new AbortController();
  const first = recorded({
    signal: controller.signal,
    onStep: ({ step }) => step === 6 && controller.abort(),
  });
  const stopped = await train(first.options);
  assert.deepEqual(first.events, ["log 1 1", "log 4 3", "log 6 5.5", "save 6"]);
  assert.deepEqual(stopped, { step: 6, lossSum: 0, lossCount: 0, waitedSeconds: 0, isEarly: false });
  const froms: number[] = [];
  const executor = new CountingExecutor();
  const second = recorded({
    executor: executor as Executor,
    start: stopped,
    batches: (from) => {
      froms.push(from);
      return endless(from);
    },
  });
  await train(second.options);
  assert.deepEqual([froms, second.events], [[6], ["log 8 7.5", "log 10 9.5"]]);
  assert.ok(Math.abs(executor.rates[0] - 0.4) < 1e-15);
});

Deno.test("train started at its last step, or interrupted before the first, does nothing", async () => {
  const done = recorded({ start: { step: 10, lossSum: 0, lossCount: 0 } });
  assert.equal((await train(done.options)).step, 10);
  const early = recorded({ signal: AbortSignal.abort() });
  assert.equal((await train(early.options)).step, 0);
  assert.deepEqual([...done.events, ...early.events], []);
});

Deno.test("train takes accumulationSteps batches a step, in order, and counts their mean loss and all their rows", async () => {
  const executor = new CountingExecutor();
  const losses: number[] = [];
  const { options, events } = recorded({
    executor: executor as Executor,
    accumulationSteps: 3,
    batches: (from) => endless(3 * from),
    schedule: { kind: "linear", learningRate: 1, warmupSteps: 0, totalSteps: 4 },
    start: { step: 2, lossSum: 0, lossCount: 0 },
    onStep: ({ loss, pairs }) => {
      assert.equal(pairs, 12);
      losses.push(loss!);
    },
  });
  assert.equal((await train(options)).step, 4);
  const batches = [7, 8, 9, 10, 11, 12].map((number) => `batch ${number}`);
  assert.deepEqual(executor.calls, [...batches.slice(0, 3), "update 3", ...batches.slice(3), "update 4"]);
  // A mean of three is a sum of thirds, which float64 rounds.
  [8, 11].forEach((loss, i) => assert.ok(Math.abs(losses[i] - loss) < 1e-14, `${losses[i]}, not ${loss}`));
  assert.match(events.join(), /^log 4 (9\.5|9\.50000000000000\d|9\.49999999999999\d*)$/);
});

Deno.test("train stops after so many steps at the rates of the whole schedule", async () => {
  const executor = new CountingExecutor();
  const { options, events } = recorded({ executor: executor as Executor, stopAfter: 3 });
  assert.deepEqual(await train(options), {
    step: 3,
    lossSum: 0,
    lossCount: 0,
    waitedSeconds: 0,
    isEarly: false,
  });
  assert.deepEqual(events, ["log 1 1", "log 3 2.5"]);
  [1, 0.9, 0.8].forEach((rate, i) => assert.ok(Math.abs(executor.rates[i] - rate) < 1e-15));
});

Deno.test("train gives evaluate the table with all rows up to date, not that of the state", async () => {
  const tables: unknown[] = [];
  const { options } = recorded({
    evalSteps: 4,
    evaluate: (_, table) => Promise.resolve(tables.push(table) > 0),
  });
  await train(options);
  assert.equal(tables.length, 2);
  for (const table of tables) assert.equal(table, TABLE);
});

Deno.test("train awaits the step under way before it reports what failed meanwhile", async () => {
  const executor = new CountingExecutor();
  const short = recorded({
    executor: executor as Executor,
    batches: () => [1, 2].map((task) => ({ task, columns: [] })),
  });
  await assert.rejects(train(short.options), {
    name: "RangeError",
    message: "Cannot train: the batches ended before the last step; plan as many as there are steps",
  });
  assert.equal(executor.running, 0);
});

/** Batches that come when `come(number)` is settled; says whether the iteration was ended. */
function slowBatches(
  come: (number: number) => Promise<unknown>,
): { batches: TrainerOptions["batches"]; ended: () => boolean } {
  let ended = false;
  return {
    ended: () => ended,
    batches: (from) => {
      let number = from;
      const iterator = {
        async next(): Promise<IteratorResult<TrainingBatch>> {
          await Promise.race([come(++number), ending.promise]);
          return ended
            ? { done: true, value: undefined }
            : { done: false, value: { task: number, columns: [] } };
        },
        return(): Promise<IteratorResult<TrainingBatch>> {
          ended = true;
          ending.resolve();
          return Promise.resolve({ done: true, value: undefined });
        },
      };
      const ending = Promise.withResolvers<void>();
      return { [Symbol.asyncIterator]: () => iterator };
    },
  };
}

Deno.test("train takes batches that come later, and tells how long it waited: per record and in all", async () => {
  let time = 0;
  const records: [number, number][] = [];
  // Batch n takes n ms of the test's clock, of which an executor that waits for a millisecond notices all.
  const { batches, ended } = slowBatches(async (number) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    time += number;
  });
  const { options } = recorded({
    batches,
    clock: () => time,
    onLog: ({ step, waitedSeconds }) => Promise.resolve(void records.push([step, waitedSeconds])),
  });
  const { step, waitedSeconds } = await train(options);
  assert.deepEqual(records, [[1, 0.001], [4, 0.009], [8, 0.026], [10, 0.019]]);
  assert.equal(step, 10);
  assert.ok(Math.abs(waitedSeconds - 0.055) < 1e-12);
  assert.ok(ended());
});

Deno.test("train does not count as waiting what comes while a step runs", async () => {
  let time = 0;
  const { batches } = slowBatches(() => Promise.resolve().then(() => time++));
  const { waitedSeconds } = await train(recorded({ batches, clock: () => time }).options);
  assert.equal(waitedSeconds, 0.001); // the first batch alone
});

Deno.test("train ended by its signal while it waits saves the steps done, and nothing if there are none", async () => {
  for (const steps of [3, 0]) {
    const controller = new AbortController();
    const { batches, ended } = slowBatches((number) => {
      if (number <= steps) return Promise.resolve();
      setTimeout(() => controller.abort(), 5);
      return new Promise(() => {});
    });
    const { options, events } = recorded({ batches, signal: controller.signal, logSteps: 100 });
    const { step, lossSum, lossCount } = await train(options);
    assert.deepEqual([step, lossSum, lossCount], steps === 3 ? [3, 5, 2] : [0, 0, 0]);
    assert.deepEqual(events, steps === 3 ? ["log 1 1", "save 3"] : []);
    assert.ok(ended());
  }
});

Deno.test("train ends the iteration of batches when a step fails, and reports the error of one that comes too late", async () => {
  const failing = slowBatches(() => Promise.resolve());
  const executor = new CountingExecutor();
  executor.update = () => Promise.reject(new Error("no update"));
  await assert.rejects(
    train(recorded({ executor: executor as Executor, batches: failing.batches }).options),
    { message: "no update" },
  );
  assert.ok(failing.ended());
  const { batches } = slowBatches((number) =>
    number < 3 ? Promise.resolve() : Promise.reject(new RangeError("no batch"))
  );
  const { options, events } = recorded({ batches, logSteps: 1 });
  await assert.rejects(train(options), { name: "RangeError", message: "no batch" });
  assert.deepEqual(events, ["log 1 1", "log 2 2"]);
});

Deno.test("train: a loss that overflows stops a real training, and what was saved before is finite", async () => {
  const problem = testProblem({ maxGradNorm: null });
  using runtime = Runtime.open({ threads: 1 });
  const executor = await FusedExecutor.start(problem, runtime, { embeddings: testTable(problem, 1) });
  const saved: number[] = [];
  try {
    const random = new Random(2);
    const running = train({
      executor: executor as Executor,
      batches: function* () {
        for (;;) yield testBatch(random);
      },
      // A step moves weights by up to its rate, so the table overflows while the loss of that step is still finite.
      schedule: { kind: "linear", learningRate: 3e38, warmupSteps: 6, totalSteps: 12 },
      logSteps: 100,
      saveSteps: 1,
      save: ({ step }, { embeddings }) => {
        saved.push(step);
        assert.ok(embeddings.every(Number.isFinite), `the checkpoint of step ${step} is not finite`);
        return Promise.resolve();
      },
    });
    await assert.rejects(running, (error: Error) => {
      assert.ok(error instanceof NotFiniteError);
      assert.match(
        error.message,
        /^Cannot continue at step \d+: [^\n]+; lower training\.learningRate or set training\.maxGradNorm$/,
      );
      const failed = Number(/step (\d+)/.exec(error.message)![1]);
      assert.deepEqual(saved, Array.from({ length: failed - 1 }, (_, i) => i + 1));
      return true;
    });
  } finally {
    executor.close();
  }
});

Deno.test("train stops at a state that is not finite, also after the last step, and never saves it", async () => {
  for (const saveSteps of [3, null]) {
    const state = { ...STATE, optimizer: { second_moments: Float32Array.of(0) } };
    const executor = new CountingExecutor();
    executor.readState = () => Promise.resolve(state);
    const onStep = ({ step }: { step: number }): void => {
      if (step === 6) state.optimizer.second_moments[0] = Infinity;
    };
    const { options, events } = recorded({
      executor: executor as Executor,
      saveSteps,
      logSteps: 100,
      onStep,
    });
    await assert.rejects(train(options), {
      name: "NotFiniteError",
      message: new RegExp(
        `^Cannot continue at step ${saveSteps === 3 ? 6 : 10}: a number of second_moments is not`,
      ),
    });
    assert.deepEqual(events.filter((event) => event.startsWith("save")), saveSteps === 3 ? ["save 3"] : []);
  }
});

for (
  const [loss, gradientNorm, what] of [[NaN, 1, "the loss is NaN"], [
    1,
    Infinity,
    "the gradient's norm is Inf",
  ]]
) {
  Deno.test(`train stops where ${what}`, async () => {
    const executor = new CountingExecutor();
    executor.accumulate = () => Promise.resolve(Number(loss));
    executor.update = () => Promise.resolve(Number(gradientNorm));
    const { options, events } = recorded({ executor: executor as Executor, saveSteps: 1 });
    await assert.rejects(train(options), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot continue at step 1: ${what}`));
      return error instanceof NotFiniteError;
    });
    assert.deepEqual(events, []);
  });
}

/** Stands for a device that is told what to do and asked later: writes down what is read, and when. */
class LateExecutor extends CountingExecutor {
  /** Numbers that were given and not read yet. */
  unread = 0;
  /** The batch whose loss is not a number. @default none */
  bad?: number;

  submit({ number }: CountedBatch): Promise<LateNumber> {
    this.calls.push(`batch ${number}`);
    return this.#late(`loss ${number}`, number === this.bad ? NaN : number);
  }

  submitUpdate({ step }: StepTime): Promise<LateNumber> {
    this.calls.push(`update ${step}`);
    return this.#late(`norm ${step}`, step / 10);
  }

  #late(name: string, value: number): Promise<LateNumber> {
    this.unread++;
    return Promise.resolve({
      read: () => {
        this.unread--;
        this.calls.push(name);
        return Promise.resolve(value);
      },
    });
  }
}

Deno.test("train reads the losses of a device only when a record is due, and logs what it would have", async () => {
  const executor = new LateExecutor();
  const losses: (number | undefined)[] = [];
  const { options, events } = recorded({
    executor: executor as Executor,
    onStep: ({ loss }) => losses.push(loss),
  });
  await train(options);
  assert.deepEqual(events, ["log 1 1", "log 4 3", "log 8 6.5", "log 10 9.5"]);
  assert.deepEqual(losses, new Array(10).fill(undefined));
  assert.deepEqual(executor.calls.slice(4, 14), [
    ...["batch 2", "update 2", "batch 3", "update 3", "batch 4", "update 4"],
    ...["loss 2", "norm 2", "loss 3", "norm 3"],
  ]);
  assert.equal(executor.unread, 0);
});

Deno.test("train reads a device's losses before it saves or scores, and after eight steps at the latest", async () => {
  const seen: number[] = [];
  const executor = new LateExecutor();
  const note = (): Promise<void> => Promise.resolve(void seen.push(executor.unread));
  const { options } = recorded({
    executor: executor as Executor,
    schedule: { kind: "constant", learningRate: 1, warmupSteps: 0, totalSteps: 30 },
    logSteps: 1000,
    saveSteps: 3,
    evalSteps: 5,
    save: note,
    evaluate: () => note().then(() => true),
  });
  await train(options);
  assert.deepEqual(seen, new Array(seen.length).fill(0));
  let most = 0;
  const other = new LateExecutor();
  const onStep = (): void => void (most = Math.max(most, other.unread));
  const { schedule } = options;
  await train(recorded({ executor: other as Executor, schedule, logSteps: 1000, onStep }).options);
  assert.equal(most, 16, "losses and norms of eight steps");
});

Deno.test("train tells the step whose loss on a device was no number, and saves nothing after it", async () => {
  const executor = new LateExecutor();
  executor.bad = 6;
  const { options, events } = recorded({ executor: executor as Executor, saveSteps: 4, logSteps: 100 });
  await assert.rejects(train(options), {
    name: "NotFiniteError",
    message: /^Cannot continue at step 6: the loss is NaN/,
  });
  assert.deepEqual(events, ["log 1 1", "save 4"]);
});

Deno.test("train keeps what it saved before a device is lost in the middle of a step", async () => {
  const executor = new LateExecutor();
  const submit = executor.submit.bind(executor);
  executor.submit = (batch) =>
    batch.number < 7 ? submit(batch) : Promise.reject(new Error("Cannot go on: the device cuda was lost"));
  const { options, events } = recorded({ executor: executor as Executor, saveSteps: 3, logSteps: 100 });
  await assert.rejects(train(options), { message: "Cannot go on: the device cuda was lost" });
  assert.deepEqual(events, ["log 1 1", "save 3", "save 6"]);
});

/** A training whose batches are brought to the device ahead; `spoil` may make its executor fail. */
async function trainAhead(
  options: Partial<TrainerOptions>,
  spoil: (executor: GraphExecutor) => void = () => {},
): Promise<void> {
  const tensors = countLiveTensors();
  using runtime = Runtime.open({ threads: 1 });
  const problem = testProblem();
  const executor = new GraphExecutor(problem, runtime, {
    embeddings: testTable(problem, 6),
    uploadAhead: true,
  });
  spoil(executor);
  const random = new Random(5);
  const batches = function* (): Generator<TrainingBatch> {
    for (;;) yield testBatch(random, { problem });
  };
  try {
    await train(recorded({ executor: executor as Executor, batches, ...options }).options);
  } finally {
    executor.close(); // which is refused as long as a graph runs
    assert.equal(countLiveTensors(), tensors, "every tensor is released");
  }
}

Deno.test("train gives back the batch that was brought to a device ahead when it is stopped", async () => {
  const controller = new AbortController();
  const onStep = ({ step }: { step: number }): void => step === 3 ? controller.abort() : undefined;
  await trainAhead({ signal: controller.signal, onStep });
});

Deno.test("train reports what failed on a device, also while the next batch is brought there", async () => {
  const failing = trainAhead({}, (executor) => {
    executor.submit = async (batch) => {
      await executor.discard(batch);
      throw new Error("the device is lost");
    };
  });
  await assert.rejects(failing, { message: "the device is lost" });
});

/**
 * One training step on a GPU at the size of the reference recipe: pairs a second, where the time goes against the
 * device's measured bandwidth and matrix rate, and beside it Sentence Transformers' own step, if it is installed.
 *
 * `deno task bench gpu [DEVICE [PRECISION]]`; without a GPU it says so, and runs a small step on what there is.
 */
import { measureLimits } from "../cli/_device_limits.ts";
import { checkDevice } from "../cli/_device_report.ts";
import { Random } from "../data/mod.ts";
import { type Graph, graphTraffic, type ProductType } from "../graph/mod.ts";
import { type DeviceName, Runtime } from "../runtime/mod.ts";
import {
  batchExtents,
  batchMemory,
  buildTrainingGraph,
  bytesText,
  type GraphBatch,
  GraphExecutor,
  optimizerOf,
  type TrainingBatch,
} from "../train/mod.ts";
import { BATCHES, drawBatches, type GpuStep, LEARNING_RATE, problemOf } from "./_gpu_step.ts";
import { sentenceTransformersRate } from "./_sentence_transformers.ts";

const FULL: GpuStep = {
  pairs: 2048,
  dim: 1024,
  vocab: 30_522,
  tokens: [12, 70],
  dims: [32, 64, 128, 256, 512, 1024],
  steps: 40,
};

/** What shows that the bench runs where there is no GPU. */
const SMALL: GpuStep = { pairs: 64, dim: 32, vocab: 500, tokens: [3, 8], dims: [16, 32], steps: 3 };

const clock = (): number => performance.now();

/** Milliseconds of the parts of a step, each waited for, and of whole steps in a row as a training does them. */
interface StepTimes {
  arrange: number;
  gradient: number;
  optimizer: number;
  pipelined: number;
}

async function timeSteps(
  executor: GraphExecutor,
  batches: readonly TrainingBatch[],
  steps: number,
): Promise<StepTimes> {
  const sums = { arrange: 0, gradient: 0, optimizer: 0 };
  const part = async <T>(name: keyof typeof sums, work: () => T | Promise<T>): Promise<T> => {
    const start = clock();
    const result = await work();
    sums[name] += (clock() - start) / steps;
    return result;
  };
  for (let step = 0; step < steps; step++) {
    const prepared = await part("arrange", () => executor.prepare(batches[step % BATCHES]));
    await part("gradient", () => executor.accumulate(prepared));
    await part("optimizer", () => executor.update({ step: step + 1, learningRate: LEARNING_RATE }));
  }
  let next = executor.prepare(batches[0]);
  const start = clock();
  for (let step = 1; step <= steps; step++) {
    const running = executor.submit(next);
    next = executor.prepare(batches[step % BATCHES]);
    const loss = await running;
    await executor.submitUpdate({ step: steps + step, learningRate: LEARNING_RATE });
    if (step === steps) await loss.read();
  }
  return { ...sums, pipelined: (clock() - start) / steps };
}

/** What a graph moves and multiplies, and how long that takes at the device's limits. */
function floor(
  graph: Graph,
  extents: Record<string, number>,
): { gigabytes: number; teraflop: number; byOperator: string } {
  const traffic = Object.entries(graphTraffic(graph, extents)).sort(([, a], [, b]) => b.bytes - a.bytes);
  const bytes = traffic.reduce((sum, [, each]) => sum + each.bytes, 0);
  const operations = traffic.reduce((sum, [, each]) => sum + each.operations, 0);
  const byOperator = traffic.slice(0, 6).map(([name, each]) => `${name} ${bytesText(each.bytes)}`).join(", ");
  return { gigabytes: bytes / 1e9, teraflop: operations / 1e12, byOperator };
}

async function benchDevice(device: DeviceName, size: GpuStep, precision: ProductType): Promise<number> {
  const random = new Random(12);
  const problem = problemOf(size, precision);
  const batches = drawBatches(size, random);
  const embeddings = Float32Array.from({ length: size.vocab * size.dim }, () => random.nextFloat() - 0.5);
  using runtime = Runtime.open({ device });
  const executor = new GraphExecutor(problem, runtime, { embeddings });
  try {
    console.log(`\n${executor.description}`);
    const { extents } = executor.prepare(batches[0]) as GraphBatch;
    const warm = executor.prepare(batches[0]);
    await executor.accumulate(warm);
    await executor.update({ step: 1, learningRate: 0 });
    const times = await timeSteps(executor, batches, size.steps);
    const limits = await measureLimits(runtime, clock, size === FULL ? {} : { matrices: 256, factors: 128 });
    const training = buildTrainingGraph(problem.tasks[0], { products: precision });
    const optimizer = optimizerOf(problem.optimizer).buildGraph(problem.optimizer, {
      dim: size.dim,
      maxGradNorm: 1,
      rowScales: false,
    });
    const named = { ...batchExtents(extents), vocab: size.vocab };
    console.log(
      `limits: ${limits.gigabytesPerSecond.toFixed(0)} GB/s by elementwise addition, ${
        limits.teraflops.toPrecision(3)
      } TFLOP/s by float32 products`,
    );
    console.log(`a batch takes about ${bytesText(batchMemory(training, extents).peak)} beside the tables`);
    console.log(row(["part", "ms", "GB", "ms at GB/s", "TFLOP", "ms at TFLOP/s"]));
    for (
      const [name, ms, graph] of [
        ["gradient", times.gradient, training],
        ["optimizer", times.optimizer, optimizer],
      ] as const
    ) {
      const { gigabytes, teraflop, byOperator } = floor(graph, named);
      const atCopy = 1000 * gigabytes / limits.gigabytesPerSecond;
      const atProducts = 1000 * teraflop / limits.teraflops;
      console.log(row([name, ...[ms, gigabytes, atCopy, teraflop, atProducts].map((x) => x.toPrecision(3))]));
      console.log(`  most bytes: ${byOperator}`);
    }
    console.log(row(["arranging", times.arrange.toPrecision(3), "", "", "", ""]) + "  (while a step runs)");
    const rate = 1000 * size.pairs / times.pipelined;
    console.log(
      `steps in a row: ${times.pipelined.toPrecision(3)} ms, ${
        Math.round(rate).toLocaleString("en-US")
      } pairs/s`,
    );
    return rate;
  } finally {
    executor.close();
  }
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => i === 0 ? cell.padEnd(10) : cell.padStart(14)).join("");
}

/** Devices that train, and whether one of them is a GPU: one in software needs more than a tenth of a second a step. */
async function findDevices(): Promise<{ gpu: DeviceName | undefined; others: DeviceName[] }> {
  const SLOW_MILLISECONDS = 100;
  const others: DeviceName[] = [];
  for (const device of ["cuda", "webgpu"] as const) {
    const report = await checkDevice({ device, deviceId: 0, deviceOptions: {} }, clock, { timed: false });
    if (!report.usable) console.log(`${device} cannot be used: ${report.reason}`);
    else if (report.steps[0].milliseconds < SLOW_MILLISECONDS) return { gpu: device, others };
    else {
      console.log(
        `${device} is a GPU in software: ${report.steps[0].milliseconds.toFixed(0)} ms for a tiny step`,
      );
      others.push(device);
    }
  }
  return { gpu: undefined, others: [...others, "cpu"] };
}

/** Prints the figures. */
export async function main([device, precision = "float32"]: readonly string[]): Promise<void> {
  const products = precision as ProductType;
  const found = device === undefined ? await findDevices() : { gpu: device as DeviceName, others: [] };
  if (found.gpu === undefined) {
    console.log("\nno GPU was found: what follows is a small step, which only shows that this bench runs");
    for (const other of found.others) await benchDevice(other, SMALL, "float32");
    return;
  }
  const rate = await benchDevice(found.gpu, FULL, products);
  const theirs = await sentenceTransformersRate(FULL);
  if (typeof theirs === "string") console.log(`Sentence Transformers is not compared: ${theirs}`);
  else {
    console.log(
      `Sentence Transformers on the same GPU: ${Math.round(theirs).toLocaleString("en-US")} pairs/s, ratio ${
        (rate / theirs).toFixed(1)
      }`,
    );
  }
}

if (import.meta.main) await main(Deno.args);

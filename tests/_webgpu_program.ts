/** What tests on WebGPU ask of a process that finds a device: `_webgpu_program.ts QUESTION` prints the answer as JSON. */
import { Random } from "../data/mod.ts";
import { type Graph, serializeGraph } from "../graph/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import {
  BASE_LOSSES,
  buildTrainingGraph,
  checkPrecision,
  GraphExecutor,
  type GraphExecutorOptions,
  optimizerOf,
  type TrainingProblem,
} from "../train/mod.ts";
import { batchOf, DIM, lossOf, OPTIMIZERS, taskOf, VOCAB } from "./_test_losses.ts";

/** Operators that a graph leaves to the CPU, each with how many. */
export type OnCpu = Record<string, Record<string, number>>;

/** What a batch gave. */
export interface BatchOutcome {
  loss: number;
  /** float32 [vocab, dim]. */
  gradients: number[];
}

/** What some steps gave. */
export interface Steps {
  losses: number[];
  norms: number[];
  table: number[];
}

/** What WebGPU and the CPU made of the same steps and the same batch. */
export interface Comparison {
  /** Steps on WebGPU. */
  whole: Steps;
  /** The same with the table in two blocks of columns. */
  blocks: Steps;
  cpu: Steps;
  /** A batch on WebGPU. */
  gradient: BatchOutcome;
  cpuGradient: BatchOutcome;
}

function onCpu(runtime: Runtime, graph: Graph): Record<string, number> {
  using session = runtime.createSession(serializeGraph(graph), { name: graph.name, recordPlacement: true });
  return session.placement().find(({ provider }) => provider === "CPUExecutionProvider")?.operators ?? {};
}

/** Every training graph and every optimizer's. */
function placement(runtime: Runtime): OnCpu {
  const found: OnCpu = {};
  for (const kind of Object.keys(BASE_LOSSES)) {
    for (const inMatryoshka of [false, true]) {
      const name = inMatryoshka ? `${kind} in Matryoshka` : kind;
      found[name] = onCpu(runtime, buildTrainingGraph(taskOf(lossOf(kind, inMatryoshka))));
    }
  }
  for (const optimizer of OPTIMIZERS) {
    const options = { dim: DIM, maxGradNorm: 1, rowScales: false };
    found[optimizer.kind] = onCpu(runtime, optimizerOf(optimizer).buildGraph(optimizer, options));
  }
  return found;
}

const PROBLEM: TrainingProblem = {
  tasks: [taskOf(lossOf("multipleNegativesRanking", true))],
  vocab: VOCAB,
  dim: DIM,
  optimizer: OPTIMIZERS[0],
  maxGradNorm: 1,
  schedule: { kind: "constant", learningRate: 0.05, warmupSteps: 0, totalSteps: 2 },
};

function testTable(random: Random): Float32Array {
  return Float32Array.from({ length: VOCAB * DIM }, () => random.normal());
}

/** Two steps. */
async function steps(runtime: Runtime, options: GraphExecutorOptions = {}): Promise<Steps> {
  const random = new Random(3);
  const executor = new GraphExecutor(PROBLEM, runtime, { embeddings: testTable(random), ...options });
  try {
    const [losses, norms]: number[][] = [[], []];
    for (let step = 1; step <= 2; step++) {
      losses.push(await executor.accumulate(executor.prepare(batchOf(PROBLEM.tasks[0], random))));
      norms.push(await executor.update({ step, learningRate: 0.05 }));
    }
    return { losses, norms, table: [...await executor.readTable()] };
  } finally {
    executor.close();
  }
}

/** The gradient as gradient descent by a rate of 1 shows it: what is taken from the table. */
async function gradientOf(runtime: Runtime): Promise<BatchOutcome> {
  const random = new Random(5);
  const embeddings = testTable(random);
  const problem: TrainingProblem = {
    ...PROBLEM,
    maxGradNorm: null,
    optimizer: { kind: "sgd", momentum: 0, weightDecay: 0 },
  };
  const executor = new GraphExecutor(problem, runtime, { embeddings });
  try {
    const loss = await executor.accumulate(executor.prepare(batchOf(problem.tasks[0], random)));
    await executor.update({ step: 1, learningRate: 1 });
    const table = await executor.readTable();
    return { loss, gradients: [...table].map((x, i) => embeddings[i] - x) };
  } finally {
    executor.close();
  }
}

/** A batch whose matrix of scores is larger than any buffer of a GPU in software. */
async function tooLarge(runtime: Runtime): Promise<string> {
  const embeddings = new Float32Array(VOCAB * DIM).fill(0.5);
  const executor = new GraphExecutor(PROBLEM, runtime, { embeddings });
  const batch = batchOf(PROBLEM.tasks[0], new Random(4), 2 ** 14);
  return await executor.accumulate(executor.prepare(batch)).then(String, ({ message }: Error) => message);
}

/** The same on WebGPU and on the CPU. Asked at once, because kernels that one has compiled the others use again. */
async function compare(runtime: Runtime): Promise<Comparison> {
  using cpu = Runtime.open();
  return {
    whole: await steps(runtime),
    blocks: await steps(runtime, { blockBytes: 4 * VOCAB * DIM / 2 }),
    cpu: await steps(cpu),
    gradient: await gradientOf(runtime),
    cpuGradient: await gradientOf(cpu),
  };
}

const QUESTIONS: Readonly<Record<string, (runtime: Runtime) => unknown>> = {
  placement,
  compare,
  tooLarge,
  float16: (runtime) =>
    checkPrecision(runtime, "float16").then(() => "works", ({ message }: Error) => message),
};

if (import.meta.main) {
  using runtime = Runtime.open({ device: "webgpu" });
  const answer = await QUESTIONS[Deno.args[0]](runtime);
  console.log(JSON.stringify(answer));
}

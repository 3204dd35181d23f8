/**
 * Loss and gradients of one batch for every loss, as a ratio to MultipleNegativesRanking: 2,048 rows of 1,024
 * dimensions from ready embeddings, alone and within Matryoshka 32..1,024. Pooling and optimizer, the same for all, are
 * left out; `step` measures them.
 */
import { Random } from "../data/mod.ts";
import { serializeGraph } from "../graph/mod.ts";
import { Runtime, type Tensor } from "../runtime/mod.ts";
import {
  type BaseLossSpec,
  buildLossGraph,
  columnName,
  type GraphSpec,
  guideName,
  lossRequirements,
  type LossSpec,
} from "../train/mod.ts";

const ROWS = 2048;
const DIM = 1024;
const GUIDE_DIM = 256;
const CLASSES = 100;
const ROUNDS = 3;
const SIZES = [32, 64, 128, 256, 512, 1024];

const RANKING = { scale: 20, directions: ["queryToDoc"], partitionMode: "joint" } as const;
const GUIDED = {
  guide: "random vectors",
  temperature: 0.05,
  marginStrategy: "absolute",
  margin: 0,
  contrastAnchors: true,
  contrastPositives: true,
} as const;

/** Every loss at the defaults of a recipe; those that differ only in what they hold in memory at a time once. */
const LOSSES: readonly BaseLossSpec[] = [
  { kind: "multipleNegativesRanking", ...RANKING },
  { kind: "multipleNegativesSymmetricRanking", scale: 20 },
  { kind: "gist", ...GUIDED },
  { kind: "megaBatchMargin", positiveMargin: 0.8, negativeMargin: 0.3 },
  { kind: "triplet", distance: "euclidean", margin: 5 },
  { kind: "coSent", scale: 20 },
  { kind: "anglE", scale: 20 },
  { kind: "cosineSimilarity" },
  { kind: "contrastive", distance: "cosine", margin: 0.5, reduction: "mean" },
  { kind: "onlineContrastive", distance: "cosine", margin: 0.5 },
  { kind: "batchHardTriplet", distance: "euclidean", margin: 5 },
  { kind: "batchSemiHardTriplet", distance: "euclidean", margin: 5 },
  { kind: "batchAllTriplet", distance: "euclidean", margin: 5 },
  { kind: "marginMse", similarity: "dot" },
  { kind: "distillKlDiv", similarity: "dot", studentTemperature: 1, teacherTemperature: 1 },
  { kind: "mse" },
  { kind: "embedDistill", distance: "cosine" },
  { kind: "globalOrthogonalRegularization", meanWeight: 1, secondMomentWeight: 1, aggregation: "mean" },
];

/** Columns, labels and guide that a loss needs, no more. */
function specOf(loss: LossSpec): GraphSpec {
  const { minColumns, maxColumns, labels, labelKind, guide } = lossRequirements(loss);
  const columns = Math.max(minColumns, Math.min(maxColumns, 2));
  const width = labelKind === "vector" ? DIM : labelKind === "scores" ? columns - 1 : 1;
  return { loss, dim: DIM, columns, labels: labels ? width : 0, guideDim: guide ? GUIDE_DIM : undefined };
}

function inputsOf(spec: GraphSpec, runtime: Runtime, random: Random): Record<string, Tensor> {
  const matrix = (width: number): Tensor => {
    const data = Float32Array.from({ length: ROWS * width }, () => 2 * random.nextFloat() - 1);
    return runtime.tensor(data, [ROWS, width]);
  };
  const inputs: Record<string, Tensor> = {};
  for (let i = 0; i < spec.columns; i++) {
    inputs[columnName(i)] = matrix(DIM);
    if (spec.guideDim !== undefined) inputs[guideName(i)] = matrix(spec.guideDim);
  }
  if (spec.labels === 0) return inputs;
  const classes = lossRequirements(spec.loss).labelKind === "class" ? CLASSES : 2;
  const label = (_: unknown, i: number): number => i % classes;
  inputs.labels = spec.labels === 1
    ? runtime.tensor(Float32Array.from({ length: ROWS }, label))
    : matrix(Number(spec.labels));
  return inputs;
}

async function bestOf(loss: LossSpec, runtime: Runtime, random: Random): Promise<number> {
  const spec = specOf(loss);
  const session = runtime.createSession(serializeGraph(buildLossGraph(spec)), { name: loss.kind });
  const inputs = inputsOf(spec, runtime, random);
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const results = await session.run(inputs);
    best = Math.min(best, performance.now() - start);
    for (const tensor of Object.values(results)) tensor.release();
  }
  for (const tensor of Object.values(inputs)) tensor.release();
  session.release();
  return best;
}

/** Prints milliseconds and ratios. */
export async function main(): Promise<void> {
  const random = new Random(12);
  using runtime = Runtime.open({});
  let unit: number | undefined;
  console.log(`${ROWS} rows, ${DIM} dimensions: milliseconds (ratio), alone and within Matryoshka`);
  for (const loss of LOSSES) {
    const alone = await bestOf(loss, runtime, random);
    const nested = await bestOf({ kind: "matryoshka", loss, dims: SIZES, weights: null }, runtime, random);
    unit ??= alone;
    const show = (time: number): string => `${time.toFixed(0).padStart(6)} (${(time / unit!).toFixed(2)})`;
    console.log(`${loss.kind.padEnd(36)}${show(alone).padEnd(18)}${show(nested)}`);
  }
}

if (import.meta.main) await main();

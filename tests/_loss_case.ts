import { buildLossGraph, columnName, gradientName, guideName, type LossSpec } from "../train/mod.ts";
import { loadGraph, type TestInput, testRandom } from "./_run_graph.ts";

/** Rows of a column. */
export type Rows = readonly (readonly number[])[];

/** What a loss is run on. */
export interface LossCaseInputs {
  /** Embeddings of each text column. */
  columns: readonly Rows[];
  /** Labels of each row. */
  labels?: TestInput;
  /** A guide's embeddings of each text column. */
  guides?: readonly Rows[];
  /** Weights of drawn Matryoshka sizes. */
  sizeWeights?: readonly number[];
}

/** What a loss gives. */
export interface LossCaseResult {
  /** The loss. */
  loss: number;
  /** Gradient of each column, row-major. */
  gradients: number[][];
}

/** Seeded normal numbers as the float32 that a graph reads, so that a float64 yardstick sees the same input. */
export function randomRows(rows: number, columns: number, seed: number): number[][] {
  const random = testRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => Math.fround(normal())));
}

/** Labels of so many texts in so many classes. */
export function classLabels(rows: number, classes: number): number[] {
  return Array.from({ length: rows }, (_, i) => (i * i) % classes);
}

/** Labels as a graph reads them. */
export function labelInput(labels: readonly number[] | Rows | undefined): TestInput | undefined {
  if (labels === undefined) return undefined;
  return Array.isArray(labels[0])
    ? matrixInput(labels as Rows)
    : { data: Float32Array.from(labels as number[]), shape: [labels.length] };
}

/** Rows as a graph reads them. */
export function matrixInput(rows: Rows): TestInput {
  return { data: Float32Array.from(rows.flat()), shape: [rows.length, rows[0].length] };
}

/** A loss loaded into the real runtime; `release` it in the end. */
export function loadLoss(loss: LossSpec, { columns, labels, guides, sizeWeights }: LossCaseInputs): {
  run(columns: readonly Rows[]): Promise<LossCaseResult>;
  release(): void;
} {
  const spec = {
    loss,
    dim: columns[0][0].length,
    columns: columns.length,
    labels: labels === undefined ? 0 : labels.shape[1] ?? 1,
    guideDim: guides?.[0][0].length,
  };
  const graph = loadGraph(buildLossGraph(spec));
  const fixed: Record<string, TestInput> = {};
  if (labels !== undefined) fixed.labels = labels;
  if (sizeWeights !== undefined) {
    fixed.size_weights = { data: Float32Array.from(sizeWeights), shape: [sizeWeights.length] };
  }
  guides?.forEach((rows, i) => fixed[guideName(i)] = matrixInput(rows));
  return {
    async run(moved) {
      const inputs = Object.fromEntries(moved.map((rows, i) => [columnName(i), matrixInput(rows)]));
      const found = await graph.run({ ...fixed, ...inputs });
      return { loss: found.loss[0], gradients: moved.map((_, i) => found[gradientName(i)]) };
    },
    release: () => graph.release(),
  };
}

/** Loss and gradients on some input. */
export async function lossResult(loss: LossSpec, inputs: LossCaseInputs): Promise<LossCaseResult> {
  const loaded = loadLoss(loss, inputs);
  try {
    return await loaded.run(inputs.columns);
  } finally {
    loaded.release();
  }
}

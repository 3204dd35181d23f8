import { gradients, Graph, split, unsqueeze, type Value } from "../graph/mod.ts";
import { checkGraphSpec } from "./check_graph_spec.ts";
import {
  allSizeWeights,
  buildLoss,
  Embedding,
  type LossInputs,
  lossRequirements,
  lossSizes,
  type LossSpec,
} from "./losses/mod.ts";

/** Shape of a training problem, from which its graphs are made. */
export interface GraphSpec {
  /** The loss. */
  loss: LossSpec;
  /** Dimensions of the embeddings. */
  dim: number;
  /** Text columns of a row. */
  columns: number;
  /** Labels of a row: 0 (or false) for none, 1 (or true) for one number, n for a vector. */
  labels: number | boolean;
  /** Dimensions of the guide's vectors, for losses with a guide. @default no guide */
  guideDim?: number;
}

/** Name of the input with the embeddings of a column. */
export function columnName(index: number): string {
  return ["anchor", "positive"][index] ?? (index === 2 ? "negative" : `negative_${index - 1}`);
}

/** Name of the gradient of a column's embeddings. */
export function gradientName(index: number): string {
  return `${columnName(index)}_gradient`;
}

/** Name of the input with a guide's vectors of a column. */
export function guideName(index: number): string {
  return `guide_${columnName(index)}`;
}

/**
 * The loss of a batch from its embeddings, and the gradient of each column's embeddings.
 *
 * Inputs: one float32 [pairs, dim] per column ({@link columnName}), and those of {@link appendLoss}.
 * Outputs: `loss`, and {@link gradientName} float32 [pairs, dim] per column.
 *
 * @throws {RangeError} if loss, columns, labels and guide do not fit together
 */
export function buildLossGraph(spec: GraphSpec): Graph {
  const graph = new Graph("loss_model");
  const inputs = Array.from(
    { length: spec.columns },
    (_, i) => graph.input(columnName(i), "float32", ["pairs", spec.dim]),
  );
  const loss = appendLoss(graph, spec, inputs);
  graph.output("loss", loss);
  gradients(loss, inputs).forEach((gradient, i) => graph.output(gradientName(i), gradient));
  return graph;
}

/**
 * Appends a loss over the embeddings of a batch, with the inputs that it needs besides them: `labels` float32 [pairs],
 * or [pairs, labels] if a row has several; {@link guideName} float32 [pairs, guideDim] per column; `size_weights`
 * float32 [sizes] where Matryoshka draws its sizes (`drawSizeWeights` gives them).
 *
 * @param columns float32 [pairs, dim] each
 * @returns the loss, float32 scalar
 * @throws {RangeError} if loss, columns, labels and guide do not fit together
 */
export function appendLoss(graph: Graph, spec: GraphSpec, columns: readonly Value[]): Value {
  checkGraphSpec(spec);
  const { loss, dim } = spec;
  const sizes = lossSizes(loss, dim);
  const needs = lossRequirements(loss);
  const inputs: LossInputs = { columns: columns.map((value) => Embedding.fromMatrix(value, sizes)) };
  const width = Number(spec.labels);
  if (width > 0) {
    inputs.labels = graph.input("labels", "float32", width === 1 ? ["pairs"] : ["pairs", width]);
    if (needs.labelKind === "vector") inputs.teachers = teachersOf(inputs.labels, spec, sizes);
  }
  if (needs.guide) {
    inputs.guides = columns.map((_, i) =>
      new Embedding([graph.input(guideName(i), "float32", ["pairs", spec.guideDim!])])
    );
  }
  const weights = allSizeWeights(loss);
  if (weights !== undefined) inputs.sizeWeights = graph.input("size_weights", "float32", [weights.length]);
  return buildLoss(loss, inputs);
}

/** Teacher vectors as embeddings: one for all columns, or one for each. */
function teachersOf(labels: Value, { columns, dim }: GraphSpec, sizes: readonly number[]): Embedding[] {
  const matrix = labels.shape.length === 1 ? unsqueeze(labels, [1]) : labels;
  const parts = matrix.shape[1] === dim
    ? Array.from({ length: columns }, () => matrix)
    : split(matrix, 1, Array.from({ length: columns }, () => dim));
  return parts.map((part) => Embedding.fromMatrix(part, sizes));
}

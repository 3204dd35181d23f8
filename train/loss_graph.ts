import { gradients, Graph } from "../graph/mod.ts";
import { buildLoss, Embedding, lossSizes, type LossSpec } from "./losses/mod.ts";

/** Shape of a training problem, from which its graphs are made. */
export interface GraphSpec {
  /** The loss. */
  loss: LossSpec;
  /** Dimensions of the embeddings. */
  dim: number;
  /** Text columns of a row. */
  columns: number;
  /** Whether rows carry labels. */
  labels: boolean;
}

/** Name of the input with the embeddings of a column. */
export function columnName(index: number): string {
  return ["anchor", "positive"][index] ?? (index === 2 ? "negative" : `negative_${index - 1}`);
}

/** Name of the gradient of a column's embeddings. */
export function gradientName(index: number): string {
  return `${columnName(index)}_gradient`;
}

/**
 * The loss of a batch from its embeddings, and the gradient of each column's embeddings.
 *
 * Inputs: one float32 [pairs, dim] per column ({@link columnName}), `labels` float32 [pairs] if there are any.
 * Outputs: `loss`, and {@link gradientName} float32 [pairs, dim] per column.
 */
export function buildLossGraph(spec: GraphSpec): Graph {
  const graph = new Graph("loss_model");
  const inputs = Array.from(
    { length: spec.columns },
    (_, i) => graph.input(columnName(i), "float32", ["pairs", spec.dim]),
  );
  const labels = spec.labels ? graph.input("labels", "float32", ["pairs"]) : undefined;
  const sizes = lossSizes(spec.loss, spec.dim);
  const columns = inputs.map((value) => Embedding.fromMatrix(value, sizes));
  const loss = buildLoss(spec.loss, { columns, labels });
  graph.output("loss", loss);
  gradients(loss, inputs).forEach((gradient, i) => graph.output(gradientName(i), gradient));
  return graph;
}

import { type Graph, serializeGraph } from "../graph/mod.ts";
import { buildAdamWGraph } from "./adamw.ts";
import { buildLossGraph } from "./loss_graph.ts";
import { graphSpecOf, type TrainingProblem } from "./problem.ts";
import { buildEvaluationGraph, buildTrainingGraph } from "./training_graph.ts";

/** What each artifact computes, written into the file for people who open it. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  training_model: "Loss of a batch, gradients of the table rows it uses, and their squared norm.",
  eval_model: "Loss of a batch.",
  loss_model: "The middle of training_model: loss and gradients from the embeddings of a batch.",
  optimizer_model: "One dense AdamW step on the table from row-sparse gradients.",
};

/**
 * The graphs of a training as ONNX bytes by file name, named as ONNX Runtime names training artifacts:
 * `training_model.onnx`, `eval_model.onnx`, `optimizer_model.onnx`, and `loss_model.onnx`, which the CPU runs between
 * its kernels. Data sets with other numbers of text columns get graphs of their own (`training_model.3.onnx`).
 *
 * @param columnCounts numbers of text columns that occur
 */
export function buildArtifacts(
  problem: TrainingProblem,
  columnCounts: readonly number[],
): Record<string, Uint8Array<ArrayBuffer>> {
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  const add = (graph: Graph, suffix = ""): void => {
    files[`${graph.name}${suffix}.onnx`] = serializeGraph(graph, { description: DESCRIPTIONS[graph.name] });
  };
  [...new Set(columnCounts)].forEach((columns, i) => {
    const spec = graphSpecOf(problem, columns);
    const suffix = i === 0 ? "" : `.${columns}`;
    for (const build of [buildTrainingGraph, buildEvaluationGraph, buildLossGraph]) add(build(spec), suffix);
  });
  add(buildAdamWGraph(problem.optimizer, problem.dim, problem.maxGradNorm));
  return files;
}

/** Writes {@link buildArtifacts} into a folder, each under a temporary name first. */
export async function writeArtifacts(folder: string, files: Record<string, Uint8Array>): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    await Deno.writeFile(`${folder}/${name}.new`, bytes);
    await Deno.rename(`${folder}/${name}.new`, `${folder}/${name}`);
  }
}

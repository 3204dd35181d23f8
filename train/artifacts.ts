import { type Graph, serializeGraph } from "../graph/mod.ts";
import { buildLossGraph } from "./loss_graph.ts";
import { optimizerOf } from "./optimizers/mod.ts";
import type { TrainingProblem } from "./problem.ts";
import { buildEvaluationGraph, buildTrainingGraph } from "./training_graph.ts";

/** What each artifact computes, written into the file for people who open it. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  training_model: "Loss of a batch, gradients of the table rows it uses, and their squared norm.",
  eval_model: "Loss of a batch.",
  loss_model: "The middle of training_model: loss and gradients from the embeddings of a batch.",
  optimizer_model: "One optimizer step on the table from row-sparse gradients.",
};

/**
 * The graphs of a training as ONNX bytes by file name, named as ONNX Runtime names training artifacts:
 * `training_model.onnx`, `eval_model.onnx`, `optimizer_model.onnx`, and `loss_model.onnx`, which the CPU runs between
 * its kernels. Further tasks (another loss, other columns) have graphs of their own: `training_model.1.onnx`.
 */
export function buildArtifacts(problem: TrainingProblem): Record<string, Uint8Array<ArrayBuffer>> {
  const files: Record<string, Uint8Array<ArrayBuffer>> = {};
  const add = (graph: Graph, suffix = ""): void => {
    files[`${graph.name}${suffix}.onnx`] = serializeGraph(graph, { description: DESCRIPTIONS[graph.name] });
  };
  problem.tasks.forEach((task, i) => {
    const suffix = i === 0 ? "" : `.${i}`;
    add(buildTrainingGraph(task, { products: problem.precision }), suffix);
    for (const build of [buildEvaluationGraph, buildLossGraph]) add(build(task), suffix);
  });
  const { optimizer, dim, maxGradNorm, rowScales } = problem;
  const options = { dim, maxGradNorm, rowScales: rowScales !== undefined };
  add(optimizerOf(optimizer).buildGraph(optimizer, options));
  return files;
}

/**
 * Writes {@link buildArtifacts} into a folder, each under a temporary name first.
 *
 * @throws {Error} if a file cannot be written, for example because the disk is full
 */
export async function writeArtifacts(folder: string, files: Record<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    try {
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeFile(`${path}.new`, bytes);
      await Deno.rename(`${path}.new`, path);
    } catch (cause) {
      await Deno.remove(`${path}.new`).catch(() => undefined);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot write ${path}: ${reason}; make room there`, { cause });
    }
  }
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { listOperators } from "../graph/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { GUIDE_DIM, testProblem, testTask } from "./_test_problem.ts";
import { buildArtifacts, writeArtifacts } from "./artifacts.ts";
import { optimizerOf } from "./optimizers/mod.ts";
import { buildTrainingGraph } from "./training_graph.ts";

const problem = testProblem();

const GIST = {
  kind: "gist",
  guide: "a guide",
  temperature: 0.05,
  marginStrategy: "absolute",
  margin: 0,
  contrastAnchors: true,
  contrastPositives: true,
} as const;

/** Pairs under Matryoshka, labelled pairs, and triplets with a guide. */
const threeTasks = testProblem({
  tasks: [
    testTask(),
    testTask({ loss: { kind: "coSent", scale: 20 }, labels: 1 }),
    testTask({ loss: GIST, columns: 3, guideDim: GUIDE_DIM }),
  ],
});

Deno.test("buildArtifacts names the graphs as ONNX Runtime does, those of further tasks with a number", () => {
  const graphs = ["eval_model", "loss_model", "training_model"];
  assert.deepEqual(
    Object.keys(buildArtifacts(problem)).sort(),
    [...graphs, "optimizer_model"].map((name) => `${name}.onnx`).sort(),
  );
  const suffixes = ["", ".1", ".2"];
  assert.deepEqual(
    Object.keys(buildArtifacts(threeTasks)).sort(),
    [...graphs.flatMap((name) => suffixes.map((suffix) => name + suffix)), "optimizer_model"]
      .map((name) => `${name}.onnx`).sort(),
  );
});

Deno.test("buildArtifacts gives the same bytes for the same problem, and a task the same bytes at any place", () => {
  const files = buildArtifacts(threeTasks);
  assert.deepEqual(files, buildArtifacts(threeTasks));
  const alone = buildArtifacts(testProblem({ tasks: [threeTasks.tasks[1]] }));
  assert.deepEqual(alone["training_model.onnx"], files["training_model.1.onnx"]);
  assert.notDeepEqual(files["training_model.onnx"], files["training_model.1.onnx"]);
});

Deno.test("artifacts of a task with labels or a guide have them as inputs", () => {
  using runtime = Runtime.open({ threads: 1 });
  const files = buildArtifacts(threeTasks);
  const inputs = (name: string): string[] => {
    using session = runtime.createSession(files[name], { name });
    return [...session.inputs];
  };
  assert.deepEqual(inputs("loss_model.1.onnx"), ["anchor", "positive", "labels"]);
  const columns = ["anchor", "positive", "negative"];
  assert.deepEqual(inputs("loss_model.2.onnx"), [...columns, ...columns.map((name) => `guide_${name}`)]);
  assert.ok(inputs("training_model.1.onnx").includes("labels"));
  for (const name of columns) assert.ok(inputs("eval_model.2.onnx").includes(`guide_${name}`), name);
});

Deno.test("artifacts load into the runtime and have the inputs and outputs they are documented with", () => {
  using runtime = Runtime.open({ threads: 1 });
  const files = buildArtifacts(problem);
  const signature = (name: string): string[][] => {
    using session = runtime.createSession(files[name], { name });
    return [[...session.inputs], [...session.outputs]];
  };
  const plans = ["pool", "scatter"].flatMap((plan) =>
    ["indices", "sizes", "order"].map((part) => `${plan}_${part}`)
  );
  const batch = ["embeddings", "unique", ...plans, "inverse_counts"];
  assert.deepEqual(signature("training_model.onnx"), [batch, ["loss", "gradients", "gradient_squares"]]);
  const [evalInputs, evalOutputs] = signature("eval_model.onnx");
  assert.deepEqual(evalOutputs, ["loss"]);
  // The forward pass does not need the transpose; a graph may declare what it does not use.
  assert.deepEqual(
    evalInputs.filter((name) => !name.startsWith("scatter")),
    batch.filter((name) => !name.startsWith("scatter")),
  );
  assert.deepEqual(signature("loss_model.onnx"), [
    ["anchor", "positive"],
    ["loss", "anchor_gradient", "positive_gradient"],
  ]);
  assert.deepEqual(signature("optimizer_model.onnx"), [
    [
      "embeddings",
      "first_moments",
      "second_moments",
      "unique",
      "gradients",
      "gradient_squares",
      "step_size",
      "correction",
      "decay",
    ],
    ["new_embeddings", "new_first_moments", "new_second_moments"],
  ]);
});

Deno.test("training and optimizer graph use plain ONNX operators and none that adds up by atomics or is a WebGPU gap", () => {
  const training = listOperators(buildTrainingGraph(problem.tasks[0]));
  for (const name of ["Gather", "ReduceSum", "Gemm", "Split", "Concat"]) {
    assert.ok(training.includes(name), name);
  }
  // ScatterND with a reduction races on the CPU, the variadic Sum has no WebGPU kernel.
  for (const name of ["ScatterND", "ScatterElements", "Sum"]) assert.ok(!training.includes(name), name);
  const { optimizer } = problem;
  const step = optimizerOf(optimizer).buildGraph(optimizer, { dim: 12, maxGradNorm: 1, rowScales: false });
  assert.ok(listOperators(step).includes("ScatterND"));
});

Deno.test("writeArtifacts writes whole files, and says which one cannot be written", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = { "a.onnx": Uint8Array.of(1, 2), "b.onnx": Uint8Array.of(3) };
    await writeArtifacts(join(folder, "new"), files);
    await writeArtifacts(join(folder, "new"), files);
    assert.deepEqual([...Deno.readDirSync(join(folder, "new"))].map(({ name }) => name).sort(), [
      "a.onnx",
      "b.onnx",
    ]);
    assert.deepEqual(await Deno.readFile(join(folder, "new/a.onnx")), files["a.onnx"]);
    await assert.rejects(writeArtifacts(join(folder, "new/a.onnx"), files), {
      message: /^Cannot write .*a\.onnx\/a\.onnx: .+; make room there$/,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

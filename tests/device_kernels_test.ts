/** Every operator that a training emits has a kernel on CUDA and WebGPU for its type, but those that are known to lack one. */
import assert from "node:assert/strict";
import { type Graph, type Node, OPERATOR_NAMES, reachableNodes } from "../graph/mod.ts";
import {
  BASE_LOSSES,
  buildAccumulationGraph,
  buildEvaluationGraph,
  buildLossGraph,
  buildMeanGraph,
  buildTrainingGraph,
  buildZerosGraph,
  optimizerOf,
} from "../train/mod.ts";
import { DIM, lossOf, OPTIMIZERS, taskOf } from "./_test_losses.ts";

interface Kernels {
  cuda: { types: Record<string, string[]> };
  webgpu: { types: Record<string, string[]> };
  /** What a training leaves to the CPU on WebGPU: operator and type. */
  webgpuOnCpu: string[];
}

const KERNELS: Kernels = JSON.parse(
  Deno.readTextFileSync(new URL("../fixtures/runtime/device_kernels.json", import.meta.url)),
);

/** The types that decide whether there is a kernel: of the data, not of indices or conditions. */
function typesOf({ op, inputs, outputs }: Node): string[] {
  if (op === "Where") return [inputs[1].type];
  return op === "Cast" ? [inputs[0].type, outputs[0].type] : [inputs[0].type];
}

function* graphs(products: "float32" | "float16" | "bfloat16"): Generator<Graph> {
  for (const kind of Object.keys(BASE_LOSSES)) {
    for (const inMatryoshka of [false, true]) {
      const task = taskOf(lossOf(kind, inMatryoshka));
      yield buildTrainingGraph(task, { products, blocks: [4, DIM - 4] });
      yield buildEvaluationGraph(task);
      yield buildLossGraph(task);
    }
  }
  for (const build of [buildZerosGraph, buildAccumulationGraph, buildMeanGraph]) yield build([4, DIM - 4]);
  for (const optimizer of OPTIMIZERS) {
    for (const rowScales of [false, true]) {
      const options = { dim: DIM, maxGradNorm: 1, rowScales, blocks: [4, DIM - 4] };
      yield optimizerOf(optimizer).buildGraph(optimizer, options);
    }
  }
}

/** Every operator with its types, as `Gemm float32`, that has no kernel according to a table. */
function lacking(products: "float32" | "float16" | "bfloat16", types: Record<string, string[]>): string[] {
  const found = new Set<string>();
  for (const graph of graphs(products)) {
    for (const node of reachableNodes(graph)) {
      if (typesOf(node).every((type) => types[node.op]?.includes(type))) continue;
      found.add(`${node.op} ${typesOf(node)[0]}`);
    }
  }
  return [...found].sort();
}

Deno.test("every operator of every loss and optimizer has a CUDA kernel for its type, also in 16-bit products", () => {
  for (const products of ["float32", "float16", "bfloat16"] as const) {
    assert.deepEqual(lacking(products, KERNELS.cuda.types), [], products);
  }
});

Deno.test("every operator of every loss and optimizer has a WebGPU kernel but those for int64, which are small", () => {
  const types = {
    ...KERNELS.webgpu.types,
    Cast: KERNELS.webgpu.types.Cast.filter((type) => type !== "int64"),
  };
  const isToInt64 = (name: string): boolean => name === "Cast float32" || name === "Cast int32";
  for (const products of ["float32", "float16"] as const) {
    // A cast to int64 has a kernel, one from int64 is done where the number is: on the CPU.
    assert.deepEqual(
      lacking(products, types).filter((name) => !isToInt64(name)),
      KERNELS.webgpuOnCpu,
      products,
    );
  }
});

Deno.test("the table of kernels names no operator that graphs cannot have", () => {
  for (const { types } of [KERNELS.cuda, KERNELS.webgpu]) {
    assert.deepEqual(Object.keys(types).filter((name) => !OPERATOR_NAMES.includes(name as never)), []);
  }
});

import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { OnnxRuntimeError, Runtime } from "../runtime/mod.ts";
import { testBatch, testProblem, testTable } from "./_test_problem.ts";
import { batchMemory, fittingPairs } from "./batch_memory.ts";
import { explainDeviceFailure } from "./_device_failure.ts";
import { type GraphBatch, GraphExecutor } from "./graph_executor.ts";
import { buildTrainingGraph } from "./training_graph.ts";

const problem = testProblem();
const graph = buildTrainingGraph(problem.tasks[0]);

/** A batch of so many rows as the executor arranges it. */
function prepare(pairs: number): GraphBatch {
  using runtime = Runtime.open({ threads: 1 });
  const executor = new GraphExecutor(problem, runtime, { embeddings: testTable(problem, 6) });
  try {
    return executor.prepare(testBatch(new Random(2), { pairs }));
  } finally {
    executor.close();
  }
}

Deno.test("batchMemory is at least the matrix of scores and its softmax, and of a large batch mostly these", () => {
  const { extents } = prepare(1024);
  const { peak, largest } = batchMemory(graph, extents);
  const matrix = 4 * 1024 * 1024;
  assert.equal(largest, matrix);
  // Two Matryoshka sizes keep their probabilities; scores, gradients and masks come and go.
  assert.ok(peak >= 3 * matrix && peak <= 12 * matrix, `${peak / matrix} matrices`);
  const twice = batchMemory(graph, extents, 2).peak;
  assert.ok(twice > 3.5 * peak && twice <= 4 * peak, "with the square of the rows");
});

Deno.test("fittingPairs finds the largest power of two whose results fit", () => {
  const { extents } = prepare(1024);
  for (const pairs of [64, 256]) {
    const room = batchMemory(graph, extents, pairs / 1024).peak;
    assert.equal(fittingPairs(graph, extents, room), pairs);
    assert.equal(fittingPairs(graph, extents, room * 0.9), pairs / 2);
  }
  assert.equal(fittingPairs(graph, extents, 0), 0);
});

/** What ONNX Runtime wrote on a Tesla V100 (issue 9939 of its repository) and when a driver gave up (roop-unleashed, 32). */
const RECORDED = {
  memory:
    "Non-zero status code returned while running FusedMatMul node. Name:'MatMul_92_FusedMatMulAndScale' " +
    "Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:331 void* " +
    "onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of " +
    "size 8388608000",
  lost:
    "CUDA failure 719: unspecified launch failure ; GPU=0 ; hostname=host ; file=gpu_data_transfer.cc ; line=73 ; " +
    "expr=cudaMemcpyAsync(dst_data, src_data, bytes, cudaMemcpyDeviceToHost, stream);",
};

function explain(detail: string, room: number | undefined): unknown {
  using runtime = Runtime.open({ threads: 1 });
  const { extents } = prepare(1024);
  return explainDeviceFailure(new OnnxRuntimeError("run training_model", detail), {
    runtime,
    batch: { graph: () => graph, extents },
    room,
  });
}

Deno.test("what CUDA's allocator wrote becomes a batch size that fits into the room there is", () => {
  const { extents } = prepare(1024);
  const room = batchMemory(graph, extents, 0.3).peak;
  assert.match(
    (explain(RECORDED.memory, room) as Error).message,
    /^Cannot train a batch of 1,024 rows on cpu: it takes about \S+ MB beside the tables, 4\.19 MB of it in one buffer, and \S+ MB are free for it; set training\.batchSize to 256, which takes about \S+ MB$/,
  );
  assert.match((explain(RECORDED.memory, 0) as Error).message, /; lower model\.dim or train on the cpu$/);
});

Deno.test("what CUDA wrote of a driver that gave up becomes a sentence on resuming", () => {
  assert.match(
    (explain(RECORDED.lost, undefined) as Error).message,
    /^Cannot go on: the device cpu was lost \(CUDA failure 719: .*\); when it is there again, train --resume goes on from the last checkpoint$/,
  );
});

Deno.test("an error that says nothing about the device stays what it is", () => {
  const error = new TypeError("another");
  using runtime = Runtime.open({ threads: 1 });
  const { extents } = prepare(4);
  assert.equal(
    explainDeviceFailure(error, { runtime, batch: { graph: () => graph, extents }, room: 1 }),
    error,
  );
});

Deno.test("a lack of memory before the first batch stays what it is, and a lost device is explained", () => {
  using runtime = Runtime.open({ threads: 1 });
  const work = { runtime, batch: undefined, room: 1 };
  const memory = new OnnxRuntimeError("run copy_model", RECORDED.memory);
  assert.equal(explainDeviceFailure(memory, work), memory);
  const lost = explainDeviceFailure(new OnnxRuntimeError("run copy_model", RECORDED.lost), work);
  assert.match((lost as Error).message, /train --resume goes on from the last checkpoint$/);
});

import assert from "node:assert/strict";
import { Runtime } from "../runtime/mod.ts";
import { testProblem } from "./_test_problem.ts";
import { FusedExecutor } from "./fused_executor.ts";
import { GraphExecutor } from "./graph_executor.ts";
import { bytesText, checkTableMemory, tableMemory } from "./table_memory.ts";

const GIB = 2 ** 30;
const english = testProblem({ vocab: 30_522, dim: 1024 });

Deno.test("tableMemory counts weights and moments, gradients for the kernels, and all twice on a GPU", () => {
  const table = 4 * 30_522 * 1024;
  assert.equal(tableMemory(english, { kind: "kernels", device: "cpu" }).bytes, 4 * table);
  assert.equal(tableMemory(english, { kind: "graphs", device: "cpu" }).bytes, 3 * table);
  assert.equal(tableMemory(english, { kind: "graphs", device: "webgpu" }).bytes, 6 * table);
  const adagrad = { ...english, optimizer: { kind: "rowwiseAdagrad", epsilon: 1e-8 } as const };
  assert.equal(tableMemory(adagrad, { kind: "graphs", device: "cuda" }).bytes, 2 * (table + 4 * 30_522));
});

Deno.test("checkTableMemory refuses with the arithmetic and the cure, and nothing where memory is not known", () => {
  const need = tableMemory(english, { kind: "graphs", device: "cuda" });
  checkTableMemory(need, undefined, "webgpu");
  checkTableMemory(need, { free: need.bytes, total: 2 * need.bytes }, "cuda");
  assert.throws(() => checkTableMemory(need, { free: 0.5 * GIB, total: 8 * GIB }, "cuda"), {
    name: "RangeError",
    message:
      "Cannot train on cuda: the tables take 750 MB (30,522 rows x 1,024 columns x 4 bytes = 125 MB for " +
      "each of weights, first_moments, second_moments, all twice while a step writes the new ones) and 537 MB of " +
      "8.59 GB are free; lower model.dim, use a tokenizer with a smaller vocabulary, or set " +
      "training.optimizer.kind to rowwiseAdagrad, which keeps one number a row",
  });
});

Deno.test("both executors check the machine's memory before they allocate", async () => {
  // 256 TB of tables: more than any machine has free.
  const problem = testProblem({ vocab: 2 ** 30, dim: 2 ** 16 });
  using runtime = Runtime.open({ threads: 1 });
  const start = { embeddings: new Float32Array() };
  const message =
    /^Cannot train on cpu: the tables take \S+ TB \(1,073,741,824 rows x 65,536 columns x 4 bytes = /;
  assert.throws(() => new GraphExecutor(problem, runtime, start), { name: "RangeError", message });
  await assert.rejects(FusedExecutor.start(problem, runtime, start), { name: "RangeError", message });
});

Deno.test("bytesText rounds to three digits", () => {
  assert.deepEqual([0, 999, 1000, 999_400, 999_600, 125_018_112, 999_999_999, 2e9, 3e15].map(bytesText), [
    "0 bytes",
    "999 bytes",
    "1.00 kB",
    "999 kB",
    "1.00 MB",
    "125 MB",
    "1.00 GB",
    "2.00 GB",
    "3,000 TB",
  ]);
});

import { type Graph, serializeGraph } from "../graph/mod.ts";
import { Runtime, type Tensor, type TensorData } from "../runtime/mod.ts";

/** An input of a graph under test. */
export interface TestInput {
  /** Elements, row-major. */
  data: TensorData;
  /** Shape. */
  shape: readonly number[];
}

/** float32 elements in float64 arithmetic would hide float32 faults, so tests hold what the runtime holds. */
export type TestInputs = Readonly<Record<string, TestInput>>;

/** One runtime for all graphs of a test file; it lives as long as the process. */
let runtime: Runtime | undefined;

/** The CPU runtime that tests share. */
export function testRuntime(): Runtime {
  return runtime ??= Runtime.open({ threads: 2 });
}

/** A graph loaded into the real runtime; gives a function that runs it and copies its outputs. */
export function loadGraph(graph: Graph): {
  run(inputs: TestInputs): Promise<Record<string, number[]>>;
  release(): void;
} {
  const session = testRuntime().createSession(serializeGraph(graph), { name: graph.name });
  return {
    async run(inputs) {
      const tensors: Record<string, Tensor> = {};
      for (const name of session.inputs) {
        tensors[name] = testRuntime().tensor(inputs[name].data, inputs[name].shape);
      }
      const outputs = await session.run(tensors);
      const copies = Object.entries(outputs).map((
        [name, tensor],
      ) => [name, Array.from(tensor.toArray(), Number)]);
      for (const tensor of [...Object.values(tensors), ...Object.values(outputs)]) tensor.release();
      return Object.fromEntries(copies);
    },
    release: () => session.release(),
  };
}

/** Largest absolute difference of two lists, divided by the largest magnitude of the expected ones (at least 1e-6). */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  const scale = expected.reduce((max, x) => Math.max(max, Math.abs(x)), 1e-6);
  const worst = actual.reduce((max, x, i) => Math.max(max, Math.abs(x - expected[i])), 0);
  return Number.isNaN(worst) || actual.some(Number.isNaN) ? Infinity : worst / scale;
}

/** A small seeded generator (mulberry32) for test inputs. */
export function testRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

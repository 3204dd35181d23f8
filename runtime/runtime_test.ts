import assert from "node:assert/strict";
import { add, gemm, Graph, mul, reduceSum, serializeGraph } from "../graph/mod.ts";
import {
  countLiveTensors,
  type DeviceName,
  findLibrary,
  listProviders,
  OnnxRuntimeError,
  openLibrary,
  Runtime,
} from "./mod.ts";

/** y = x + 2 b, total = sum of y; x float32 [rows, 3], b float32 [3]. */
function smallModel(): Uint8Array<ArrayBuffer> {
  const graph = new Graph("small");
  const x = graph.input("x", "float32", ["rows", 3]);
  const y = add(x, mul(graph.input("b", "float32", [3]), 2));
  graph.output("y", y);
  graph.output("total", reduceSum(y));
  return serializeGraph(graph);
}

/** Runs a test with a runtime and the small model's session, and checks that no tensor stays. */
async function withSmallModel(
  use: (runtime: Runtime, session: ReturnType<Runtime["createSession"]>) => Promise<void>,
): Promise<void> {
  const before = countLiveTensors();
  using runtime = Runtime.open({ threads: 1 });
  using session = runtime.createSession(smallModel(), { name: "small" });
  await use(runtime, session);
  assert.equal(countLiveTensors(), before, "every tensor is released");
}

Deno.test("Session.run computes, names its inputs and outputs, and gives tensors that are read and released", () =>
  withSmallModel(async (runtime, session) => {
    assert.deepEqual([session.inputs, session.outputs], [["x", "b"], ["y", "total"]]);
    using x = runtime.tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    using b = runtime.tensor(Float32Array.of(10, 20, 30));
    const { y, total } = await session.run({ x, b });
    assert.deepEqual([y.type, y.shape, total.shape], ["float32", [2, 3], []]);
    assert.deepEqual([...y.toArray()], [21, 42, 63, 24, 45, 66]);
    assert.equal(total.toNumber(), 261);
    y.release();
    total.release();
    total.release();
    assert.throws(() => y.toArray(), { name: "TypeError", message: /it was released/ });
  }));

Deno.test("Session.run reuses a session for another number of rows, none included", () =>
  withSmallModel(async (runtime, session) => {
    using b = runtime.tensor(Float32Array.of(1, 1, 1));
    for (const rows of [4, 1, 0]) {
      using x = runtime.tensor(new Float32Array(rows * 3), [rows, 3]);
      const { y, total } = await session.run({ x, b });
      assert.deepEqual([y.shape, [...y.toArray()]], [[rows, 3], new Array(rows * 3).fill(2)]);
      assert.equal(total.toNumber(), rows * 6);
      y.release();
      total.release();
    }
  }));

Deno.test("Session.run writes into a tensor of ours, also over its own input, and leaves others out", () =>
  withSmallModel(async (runtime, session) => {
    const values = Float32Array.of(1, 2, 3);
    using x = runtime.tensor(values, [1, 3]);
    using b = runtime.tensor(Float32Array.of(1, 0, -1));
    for (const expected of [[3, 2, 1], [5, 2, -1]]) {
      const rest = await session.run({ x, b }, { into: { y: x }, skip: ["total"] });
      assert.deepEqual([Object.keys(rest), [...values]], [[], expected]);
    }
  }));

Deno.test("Runtime.tensor lies over shared memory: another view sees what a run writes", () =>
  withSmallModel(async (runtime, session) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const buffer = memory.buffer as unknown as SharedArrayBuffer;
    new Float32Array(buffer, 64, 6).set([1, 1, 1, 2, 2, 2]);
    using x = runtime.tensor(new Float32Array(buffer, 64, 6), [2, 3]);
    using y = runtime.tensor(new Float32Array(buffer, 256, 6), [2, 3]);
    using b = runtime.tensor(Float32Array.of(1, 2, 3));
    const { total } = await session.run({ x, b }, { into: { y } });
    assert.deepEqual([...new Float32Array(buffer, 256, 6)], [3, 5, 7, 4, 6, 8]);
    assert.equal(total.toNumber(), 33);
    total.release();
  }));

Deno.test("Session.run refuses wrong names in one sentence that lists the right ones", () =>
  withSmallModel(async (runtime, session) => {
    using x = runtime.tensor(new Float32Array(3), [1, 3]);
    using b = runtime.tensor(new Float32Array(3));
    const refused = (message: string): { name: string; message: string } => ({ name: "TypeError", message });
    await assert.rejects(
      session.run({ x }),
      refused("Cannot run small: input b is missing; give all of x, b"),
    );
    await assert.rejects(
      session.run({ x, b, c: b }),
      refused("Cannot run small: it has no input c; give x, b"),
    );
    for (const options of [{ into: { z: x } }, { skip: ["z"] }, { keep: ["z"] }]) {
      await assert.rejects(
        session.run({ x, b }, options),
        refused("Cannot run small: it has no output z; choose from y, total"),
      );
    }
  }));

Deno.test("Session.run carries the runtime's own words when a shape or a type is wrong, and works again after", () =>
  withSmallModel(async (runtime, session) => {
    using b = runtime.tensor(Float32Array.of(1, 1, 1));
    using narrow = runtime.tensor(new Float32Array(4), [2, 2]);
    await assert.rejects(session.run({ x: narrow, b }), {
      name: "OnnxRuntimeError",
      message: /^Cannot run small: Got invalid dimensions for input: x .*Got: 2 Expected: 3/,
    });
    using integers = runtime.tensor(new Int32Array(3), [1, 3]);
    await assert.rejects(session.run({ x: integers, b }), {
      name: "OnnxRuntimeError",
      message: /^Cannot run small: .*\(tensor\(int32\)\).*expected: \(tensor\(float\)\)/,
    });
    using x = runtime.tensor(new Float32Array(3), [1, 3]);
    const { y, total } = await session.run({ x, b });
    assert.deepEqual([...y.toArray()], [2, 2, 2]);
    y.release();
    total.release();
  }));

Deno.test("Session refuses a second run and its release while a run is under way, and any run after it", () =>
  withSmallModel(async (runtime, session) => {
    using x = runtime.tensor(new Float32Array(3), [1, 3]);
    using b = runtime.tensor(new Float32Array(3));
    // All within one turn: the run cannot end before its end is awaited.
    const running = session.run({ x, b });
    const second = session.run({ x, b });
    assert.throws(() => session.release(), { name: "TypeError", message: /a run is under way; await it/ });
    await assert.rejects(second, { name: "TypeError", message: /a run is under way; await it/ });
    for (const tensor of Object.values(await running)) tensor.release();
    session.release();
    await assert.rejects(session.run({ x, b }), { name: "TypeError", message: /it was released/ });
  }));

Deno.test("Session.run leaves JavaScript free to work meanwhile", async () => {
  const graph = new Graph("slow");
  const x = graph.input("x", "float32", [900, 900]);
  let y = x;
  for (let i = 0; i < 12; i++) y = gemm(y, x);
  graph.output("sum", reduceSum(y));
  using runtime = Runtime.open({ threads: 1 });
  using session = runtime.createSession(serializeGraph(graph), { name: "slow" });
  using tensor = runtime.tensor(new Float32Array(900 * 900).fill(1e-3), [900, 900]);
  let done = false;
  const running = session.run({ x: tensor }).then(({ sum }) => {
    done = true;
    sum.release();
  });
  let turns = 0;
  for (; !done; turns++) await new Promise((resolve) => setTimeout(resolve, 0));
  await running;
  // 17 billion multiplications take a tenth of a second and more; a turn of the event loop about a millisecond.
  assert.ok(turns > 10, `only ${turns} turns`);
});

Deno.test("Runtime.tensor refuses a shape that does not fit its array", () => {
  using runtime = Runtime.open();
  const before = countLiveTensors();
  assert.throws(() => runtime.tensor(new Float32Array(5), [2, 3]), {
    name: "RangeError",
    message: /^Cannot make a tensor: shape \[2,3\] has 6 elements, the array 5/,
  });
  assert.equal(countLiveTensors(), before);
});

Deno.test("Runtime.tensor holds every element type", () => {
  using runtime = Runtime.open();
  const arrays = {
    float32: Float32Array.of(1.5),
    float64: Float64Array.of(1.5),
    int32: Int32Array.of(-7),
    int64: BigInt64Array.of(-7n),
    int8: Int8Array.of(-7),
    uint8: Uint8Array.of(7),
    float16: Uint16Array.of(0x3e00),
  };
  for (const [type, data] of Object.entries(arrays)) {
    using tensor = runtime.tensor(data);
    assert.deepEqual([tensor.type, tensor.toArray()], [type, data]);
  }
});

Deno.test("Runtime.createSession carries the runtime's own words when the bytes are no model", () => {
  using runtime = Runtime.open();
  assert.throws(() => runtime.createSession(new Uint8Array([1, 2, 3, 4]), { name: "broken" }), (error) => {
    assert.ok(error instanceof OnnxRuntimeError);
    assert.match(error.message, /^Cannot load the graph broken: .*(protobuf|ModelProto|model)/i);
    assert.ok(error.message.endsWith(error.detail));
    return true;
  });
});

Deno.test("Runtime.open says which devices the library has providers for when asked for another", () => {
  assert.throws(() => Runtime.open({ device: "coreml" as DeviceName }), {
    name: "RangeError",
    message:
      /^Cannot use device coreml: ONNX Runtime [\d.]+ here has no provider of that name; use cpu( or \w+)*$/,
  });
});

const broken = (["cuda", "webgpu"] as const).filter((device) => !works(device));
if (broken.length === 0) console.log("unusable devices are not tested: every device works here");

/** Whether a session can be made on a device. */
function works(device: DeviceName): boolean {
  try {
    using runtime = Runtime.open({ device });
    runtime.createSession(smallModel(), { name: "small" }).release();
    return true;
  } catch {
    return false;
  }
}

for (const device of broken) {
  Deno.test(`Runtime says in one sentence why ${device} cannot be used here, and what to do`, () => {
    assert.throws(() => {
      using runtime = Runtime.open({ device });
      runtime.createSession(smallModel(), { name: "small" });
    }, { message: new RegExp(`^Cannot use device ${device}: [^\\n]{10,}; use (the )?cpu[^\\n]*$`) });
  });
}

Deno.test("openLibrary opens what findLibrary finds, once, and lists the CPU's provider", () => {
  const library = openLibrary();
  assert.equal(library.path, findLibrary());
  assert.equal(openLibrary(), library);
  assert.match(library.version, /^1\.\d+\.\d+$/);
  assert.ok(listProviders(library).includes("CPUExecutionProvider"));
});

Deno.test("openLibrary says why a file is no ONNX Runtime", async () => {
  const path = await Deno.makeTempFile({ suffix: ".so" });
  try {
    assert.throws(() => openLibrary({ path }), (error) => {
      assert.ok(error instanceof OnnxRuntimeError);
      assert.match(error.message, /^Cannot load ONNX Runtime from .*\.so: ./);
      return true;
    });
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("ONNX Runtime writes no device id into the home folder: its telemetry is off", async () => {
  const home = await Deno.makeTempDir();
  try {
    const door = new URL("./mod.ts", import.meta.url).href;
    const code = `import { Runtime } from "${door}"; Runtime.open().close();`;
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--config", new URL("../deno.json", import.meta.url).pathname, code],
      // What a test runner sets would switch it off as well.
      env: { HOME: home, DENO_DIR: `${home}/deno`, CI: "" },
      stderr: "piped",
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    await assert.rejects(Deno.stat(`${home}/.cache/Microsoft`), Deno.errors.NotFound);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("a session leaves the arithmetic of the thread that loads it alone", () => {
  const smallest = Float64Array.of(Number.MIN_VALUE);
  const graph = new Graph("sum_model");
  const x = graph.input("x", "float32", [1]);
  graph.output("y", add(x, x));
  using runtime = Runtime.open();
  runtime.createSession(serializeGraph(graph), { name: "sum_model" }).release();
  // With ONNX Runtime's option for flushing denormal numbers to zero this thread would flush them ever after.
  assert.notEqual(smallest[0] * 2, 0);
});

Deno.test("Runtime.open refuses an option that a device does not have, naming those that it has, and a wrong value", () => {
  assert.throws(() => Runtime.open({ deviceOptions: { use_tf32: "1" } }), {
    name: "RangeError",
    message: "Cannot use device cpu: it has no option use_tf32; leave it out",
  });
  assert.throws(() => Runtime.open({ device: "webgpu", deviceOptions: { use_tf32: "1" } }), {
    name: "RangeError",
    message: /^Cannot use device webgpu: it has no option use_tf32; choose from dawnBackendType, /,
  });
  assert.throws(() => Runtime.open({ device: "webgpu", deviceOptions: { validationMode: "none" } }), {
    name: "RangeError",
    message:
      "Cannot use device webgpu: its option validationMode cannot be none; it is disabled, wgpuOnly, basic or full",
  });
});

Deno.test("Session.placement counts the operators of each provider, where that is recorded", () => {
  using runtime = Runtime.open({ threads: 1 });
  const options = { name: "small", optimization: "disable", recordPlacement: true } as const;
  using session = runtime.createSession(smallModel(), options);
  const [{ provider, operators }, ...others] = session.placement();
  assert.deepEqual([provider, others], ["CPUExecutionProvider", []]);
  assert.deepEqual([operators.Add, operators.Mul, operators.ReduceSum], [1, 1, 1]);
  using silent = runtime.createSession(smallModel(), { name: "small" });
  assert.throws(() => silent.placement(), {
    name: "OnnxRuntimeError",
    message: /^Cannot tell where operators/,
  });
});

import { type Placement, readPlacement, RECORD_PLACEMENT } from "./_placement.ts";
import { cString, type Library, type Pointer, readCString } from "./library.ts";
import type { Runtime } from "./runtime.ts";
import { describeValue, Tensor } from "./tensor.ts";

/** Options of {@link Runtime.createSession}. */
export interface SessionOptions {
  /** What the graph is called in error messages. */
  name: string;
  /** How far ONNX Runtime may rewrite the graph. @default "all" */
  optimization?: "disable" | "basic" | "extended" | "all";
  /** Whether idle worker threads wait busily: faster between operators, but takes cores from others. @default true */
  spin?: boolean;
  /** Further session configuration entries, in ONNX Runtime's own spelling. @default none */
  config?: Readonly<Record<string, string>>;
  /** Whether {@link Session.placement} can be asked for. @default false */
  recordPlacement?: boolean;
  /** Start of the file name of an operator profile, written by {@link Session.endProfiling}. @default no profile */
  profilePrefix?: string;
}

/** Session settings, in ONNX Runtime's own spelling, that options of Lathe's ask for. */
export function settingsOf({ spin, recordPlacement, config }: SessionOptions): Record<string, string> {
  return {
    // Idle threads must not take the cores from what runs between two graphs (pooling, the next batch).
    "session.intra_op.allow_spinning": spin === false ? "0" : "1",
    ...(recordPlacement ? { [RECORD_PLACEMENT]: "1" } : {}),
    ...config,
  };
}

/** Options of {@link Session.run}. */
export interface RunOptions {
  /** Outputs to be written into tensors of ours; the same tensor may be an input (in-place update). @default none */
  into?: Readonly<Record<string, Tensor>>;
  /** Outputs to leave out, although the graph has them. @default none */
  skip?: readonly string[];
  /** Outputs that stay in the device's memory; the others come to the CPU's. @default none */
  keep?: readonly string[];
}

/** A graph that is loaded and ready to run. One run at a time. */
export class Session {
  /** What the graph is called in messages. */
  readonly name: string;
  /** Names of the inputs, in the graph's order. */
  readonly inputs: readonly string[];
  /** Names of the outputs, in the graph's order. */
  readonly outputs: readonly string[];
  readonly #library: Library;
  readonly #allocator: Pointer;
  readonly #binding: Pointer;
  readonly #memory: Record<"cpu" | "device", Pointer>;
  readonly #names = new Map<string, Uint8Array<ArrayBuffer>>();
  #session: Pointer;
  /** Tensors of the run under way: held here, or they could be collected while the other thread uses them. */
  #running?: { inputs: Readonly<Record<string, Tensor>>; options: RunOptions };

  /** Wraps a session; made by {@link Runtime.createSession}. */
  constructor(runtime: Runtime, session: Pointer, options: SessionOptions) {
    this.name = options.name;
    this.#library = runtime.library;
    this.#session = session;
    this.#allocator = this.#library.create("GetAllocatorWithDefaultOptions", `load ${this.name}`);
    this.#binding = this.#library.create("CreateIoBinding", `load ${this.name}`, session);
    this.#memory = { cpu: runtime.createMemoryInfo("cpu"), device: runtime.createMemoryInfo() };
    this.inputs = this.#list("SessionGetInputCount", "SessionGetInputName");
    this.outputs = this.#list("SessionGetOutputCount", "SessionGetOutputName");
    for (const name of [...this.inputs, ...this.outputs]) this.#names.set(name, cString(name));
  }

  /**
   * Runs the graph on another thread.
   *
   * @returns the outputs that were not given in `into`; the caller releases them
   * @throws {TypeError} if an input is missing or unknown, or a run is under way
   * @throws {OnnxRuntimeError} if the run fails
   */
  async run(
    inputs: Readonly<Record<string, Tensor>>,
    options: RunOptions = {},
  ): Promise<Record<string, Tensor>> {
    if (this.#running !== undefined) {
      throw new TypeError(`Cannot run ${this.name}: a run is under way; await it first`);
    }
    this.#checkNames(inputs, options);
    this.#running = { inputs, options };
    try {
      const fetched = this.#bind(inputs, options);
      await this.#library.callAsync("RunWithBinding", `run ${this.name}`, this.#session, null, this.#binding);
      return this.#collect(fetched, options);
    } finally {
      this.#running = undefined;
      this.#library.release("ClearBoundInputs", this.#binding);
      this.#library.release("ClearBoundOutputs", this.#binding);
    }
  }

  /**
   * How many operators of the graph, as the library has rewritten it, each execution provider carries out.
   *
   * @throws {OnnxRuntimeError} if the session was made without `recordPlacement`, or the library is older than 1.24
   */
  placement(): Placement[] {
    return readPlacement(this.#library, this.#session);
  }

  /** Ends profiling and gives the name of the profile (a Chrome trace in JSON). */
  endProfiling(): string {
    const text = this.#library.create("SessionEndProfiling", "end profiling", this.#session, this.#allocator);
    return this.#takeString(text);
  }

  /**
   * Gives the session back to the runtime; a second call does nothing.
   *
   * @throws {TypeError} if a run is under way
   */
  release(): void {
    if (this.#session === null) return;
    if (this.#running !== undefined) {
      throw new TypeError(`Cannot release ${this.name}: a run is under way; await it first`);
    }
    this.#library.release("ReleaseIoBinding", this.#binding);
    this.#library.release("ReleaseMemoryInfo", this.#memory.cpu);
    this.#library.release("ReleaseMemoryInfo", this.#memory.device);
    this.#library.release("ReleaseSession", this.#session);
    this.#session = null;
  }

  /** Same as {@link release}. */
  [Symbol.dispose](): void {
    this.release();
  }

  #checkNames(
    inputs: Readonly<Record<string, Tensor>>,
    { into = {}, skip = [], keep = [] }: RunOptions,
  ): void {
    const refuse = (reason: string): never => {
      throw new TypeError(`Cannot run ${this.name}: ${reason}`);
    };
    if (this.#session === null) refuse("it was released; keep it until its last run");
    const missing = this.inputs.filter((name) => inputs[name] === undefined);
    if (missing.length > 0) {
      refuse(`input ${missing.join(", ")} is missing; give all of ${this.inputs.join(", ")}`);
    }
    const stranger = Object.keys(inputs).find((name) => !this.inputs.includes(name));
    if (stranger !== undefined) refuse(`it has no input ${stranger}; give ${this.inputs.join(", ")}`);
    const output = [...Object.keys(into), ...skip, ...keep].find((name) => !this.outputs.includes(name));
    if (output !== undefined) refuse(`it has no output ${output}; choose from ${this.outputs.join(", ")}`);
  }

  /** Binds inputs and outputs; gives the names of the outputs that the runtime will allocate, in binding order. */
  #bind(inputs: Readonly<Record<string, Tensor>>, options: RunOptions): string[] {
    const action = `bind the tensors of ${this.name}`;
    for (const name of this.inputs) {
      this.#library.call("BindInput", action, this.#binding, this.#names.get(name)!, inputs[name].value);
    }
    const wanted = this.outputs.filter((name) => !options.skip?.includes(name));
    for (const name of wanted) {
      const target = options.into?.[name];
      const label = this.#names.get(name)!;
      if (target !== undefined) this.#library.call("BindOutput", action, this.#binding, label, target.value);
      else {
        const memory = this.#memory[options.keep?.includes(name) ? "device" : "cpu"];
        this.#library.call("BindOutputToDevice", action, this.#binding, label, memory);
      }
    }
    return wanted;
  }

  #collect(wanted: readonly string[], options: RunOptions): Record<string, Tensor> {
    const count = new BigUint64Array(1);
    const out = new BigUint64Array(1);
    const action = `fetch the outputs of ${this.name}`;
    this.#library.call("GetBoundOutputValues", action, this.#binding, this.#allocator, out, count);
    const values = Deno.UnsafePointer.create(out[0]) as Deno.PointerObject;
    const view = new Deno.UnsafePointerView(values);
    const results: Record<string, Tensor> = {};
    wanted.forEach((name, i) => {
      const value = view.getPointer(8 * i);
      // The binding hands out a value of its own for each output; for one of our tensors it is a second handle.
      if (options.into?.[name] !== undefined) this.#library.release("ReleaseValue", value);
      else results[name] = new Tensor(this.#library, value, describeValue(this.#library, value));
    });
    this.#library.call("AllocatorFree", action, this.#allocator, values);
    return results;
  }

  #list(
    count: "SessionGetInputCount" | "SessionGetOutputCount",
    name: "SessionGetInputName" | "SessionGetOutputName",
  ): string[] {
    const total = new BigUint64Array(1);
    const action = `inspect ${this.name}`;
    this.#library.call(count, action, this.#session, total);
    return Array.from(
      { length: Number(total[0]) },
      (_, i) => this.#takeString(this.#library.create(name, action, this.#session, i, this.#allocator)),
    );
  }

  #takeString(pointer: Pointer): string {
    const text = readCString(pointer);
    this.#library.call("AllocatorFree", `inspect ${this.name}`, this.#allocator, pointer);
    return text;
  }
}

import { ELEMENT_TYPES } from "./_api.ts";
import { appendProvider, DEVICE_MEMORY, type DeviceName, PROVIDER_NAMES } from "./device.ts";
import { checkDeviceOptions } from "./device_options.ts";
import { cString, type Library, openLibrary, type Pointer, readCString } from "./library.ts";
import { Session, type SessionOptions, settingsOf } from "./session.ts";
import { elementTypeOf, sizeOf, Tensor, type TensorData } from "./tensor.ts";

/** Options of {@link Runtime.open}. */
export interface RuntimeOptions {
  /** Where graphs run. @default "cpu" */
  device?: DeviceName;
  /** Which of several devices of that kind. @default 0 */
  deviceId?: number;
  /** Threads inside one operator, on the CPU. @default as many as the machine has cores */
  threads?: number;
  /** Shared library of ONNX Runtime. @default the one of `onnxruntime-node` */
  libraryPath?: string;
  /** Options of the device: names of `DEVICE_OPTIONS` and their values. @default none */
  deviceOptions?: Readonly<Record<string, string>>;
}

/** ONNX Runtime on one device: makes sessions and tensors. Close it when all of them are released. */
export class Runtime {
  /** Where graphs run. */
  readonly device: DeviceName;
  /** The options it was opened with. */
  readonly options: RuntimeOptions;
  /** The library underneath. */
  readonly library: Library;
  readonly #environment: Pointer;
  readonly #cpuMemory: Pointer;

  private constructor(library: Library, options: RuntimeOptions) {
    this.library = library;
    this.options = options;
    this.device = options.device ?? "cpu";
    const WARNING_LEVEL_ERROR = 3;
    this.#environment = library.create(
      "CreateEnv",
      "start ONNX Runtime",
      WARNING_LEVEL_ERROR,
      cString("lathe"),
    );
    this.#cpuMemory = createMemoryInfo(library, "cpu", 0);
  }

  /**
   * Opens the runtime on a device.
   *
   * @throws {RangeError} if this library has no execution provider for the device, or the device not such an option
   * @throws {OnnxRuntimeError} if the library cannot be loaded
   */
  static open(options: RuntimeOptions = {}): Runtime {
    const library = openLibrary({ path: options.libraryPath });
    const device = options.device ?? "cpu";
    const there = listProviders(library);
    if (!there.includes(PROVIDER_NAMES[device])) {
      const devices = (Object.keys(PROVIDER_NAMES) as DeviceName[]).filter((name) =>
        there.includes(PROVIDER_NAMES[name])
      );
      const provider = PROVIDER_NAMES[device] ?? "provider of that name";
      throw new RangeError(
        `Cannot use device ${device}: ONNX Runtime ${library.version} here has no ${provider}; use ${
          devices.join(" or ")
        }`,
      );
    }
    checkDeviceOptions(device, options.deviceOptions ?? {});
    return new Runtime(library, options);
  }

  /**
   * Makes a session from a serialised ONNX model.
   *
   * @throws {OnnxRuntimeError} if the model is refused
   */
  createSession(model: Uint8Array<ArrayBuffer>, options: SessionOptions): Session {
    const action = `load the graph ${options.name}`;
    const settings = this.library.create("CreateSessionOptions", action);
    try {
      this.#configure(settings, options);
      appendProvider(this.library, settings, this.options);
      const session = this.library.create(
        "CreateSessionFromArray",
        action,
        this.#environment,
        model,
        model.byteLength,
        settings,
      );
      return new Session(this, session, options);
    } finally {
      this.library.release("ReleaseSessionOptions", settings);
    }
  }

  /**
   * A tensor in CPU memory that lies over `data` without copying: writes to either are seen by both.
   *
   * @throws {RangeError} if the shape does not have as many elements as the array
   */
  tensor(data: TensorData, shape: readonly number[] = [data.length], type = elementTypeOf(data)): Tensor {
    if (sizeOf(shape) !== data.length) {
      throw new RangeError(
        `Cannot make a tensor: shape [${shape}] has ${sizeOf(shape)} elements, the array ${data.length}`,
      );
    }
    const extents = BigInt64Array.from(shape, BigInt);
    const value = this.library.create(
      "CreateTensorWithDataAsOrtValue",
      "make a tensor",
      this.#cpuMemory,
      Deno.UnsafePointer.of(data as Uint8Array<ArrayBuffer>),
      data.byteLength,
      extents,
      extents.length,
      ELEMENT_TYPES[type],
    );
    return new Tensor(this.library, value, { type, shape, data });
  }

  /** Memory description of this runtime's device, for output bindings. The caller releases it. */
  createMemoryInfo(device: DeviceName = this.device): Pointer {
    return createMemoryInfo(this.library, device, device === "cpu" ? 0 : this.options.deviceId ?? 0);
  }

  /** Closes the runtime. */
  close(): void {
    this.library.release("ReleaseMemoryInfo", this.#cpuMemory);
    this.library.release("ReleaseEnv", this.#environment);
  }

  /** Same as {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #configure(settings: Pointer, options: SessionOptions): void {
    const { library } = this;
    const action = `configure the graph ${options.name}`;
    const level = { disable: 0, basic: 1, extended: 2, all: 99 }[options.optimization ?? "all"];
    library.call("SetSessionGraphOptimizationLevel", action, settings, level);
    library.call(
      "SetIntraOpNumThreads",
      action,
      settings,
      this.options.threads ?? navigator.hardwareConcurrency,
    );
    library.call("SetSessionLogSeverityLevel", action, settings, 3);
    for (const [key, value] of Object.entries(settingsOf(options))) {
      library.call("AddSessionConfigEntry", action, settings, cString(key), cString(value));
    }
    if (options.profilePrefix !== undefined) {
      library.call("EnableProfiling", action, settings, cString(options.profilePrefix));
    }
  }
}

function createMemoryInfo(library: Library, device: DeviceName, id: number): Pointer {
  const ARENA_ALLOCATOR = 1;
  const DEVICE_ALLOCATOR = 0;
  const DEFAULT_MEMORY = 0;
  return library.create(
    "CreateMemoryInfo",
    `describe the memory of ${device}`,
    cString(DEVICE_MEMORY[device]),
    device === "cpu" ? ARENA_ALLOCATOR : DEVICE_ALLOCATOR,
    id,
    DEFAULT_MEMORY,
  );
}

/** Execution providers compiled into the library, in its own spelling (`CPUExecutionProvider`). */
export function listProviders(library: Library): string[] {
  const out = new BigUint64Array(1);
  const count = new Int32Array(1);
  library.call("GetAvailableProviders", "list the execution providers", out, count);
  const names = Deno.UnsafePointer.create(out[0]) as Deno.PointerObject;
  const view = new Deno.UnsafePointerView(names);
  const list = Array.from({ length: count[0] }, (_, i) => readCString(view.getPointer(8 * i)));
  library.call("ReleaseAvailableProviders", "list the execution providers", names, count[0]);
  return list;
}

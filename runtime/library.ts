import { API_VERSION, type FunctionName, FUNCTIONS } from "./_api.ts";
import { disableTelemetry } from "./_no_telemetry.ts";
import { OnnxRuntimeError } from "./onnx_runtime_error.ts";

/** A C pointer; `null` is the null pointer. */
export type Pointer = Deno.PointerValue;

/** Options of {@link openLibrary}. */
export interface LibraryOptions {
  /** File of the shared library. @default the one that the `onnxruntime-node` package carries */
  path?: string;
}

/** An argument of a C function. */
export type Argument = Pointer | number | bigint | ArrayBufferView<ArrayBufferLike> | null;

/** File name of the shared library by operating system. */
const LIBRARY_NAMES: Partial<Record<typeof Deno.build.os, string>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  windows: "onnxruntime.dll",
};

const NODE_PLATFORMS: Partial<Record<typeof Deno.build.os, string>> = {
  linux: "linux",
  darwin: "darwin",
  windows: "win32",
};

/**
 * Where the `onnxruntime-node` package keeps the library for this machine.
 *
 * @throws {Error} if the package has none for this operating system and processor
 */
export function findLibrary(): string {
  const platform = NODE_PLATFORMS[Deno.build.os];
  const architecture = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const entry = new URL(import.meta.resolve("onnxruntime-node/package.json"));
  const bin = new URL("bin/", entry);
  for (const generation of listFolders(bin).sort().reverse()) {
    const folder = new URL(`${generation}/${platform}/${architecture}/`, bin);
    const file = listFiles(folder).find((name) => name === LIBRARY_NAMES[Deno.build.os]) ??
      listFiles(folder).find((name) => /^(lib)?onnxruntime[.\d]*\.(dylib|dll|so[.\d]*)$/.test(name));
    if (file !== undefined) return fileName(new URL(file, folder));
  }
  throw new Error(
    `Cannot find ONNX Runtime: onnxruntime-node has no library for ${Deno.build.os} ${Deno.build.arch} in ${
      fileName(bin)
    }; name one with --library`,
  );
}

function fileName(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows" ? path.slice(1) : path;
}

function listFolders(url: URL): string[] {
  return listEntries(url, (entry) => entry.isDirectory);
}

function listFiles(url: URL): string[] {
  return listEntries(url, (entry) => !entry.isDirectory);
}

function listEntries(url: URL, keep: (entry: Deno.DirEntry) => boolean): string[] {
  try {
    return [...Deno.readDirSync(url)].filter(keep).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Bytes of a C string. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text + "\0");
}

/** ONNX Runtime's C API behind checked calls: a status that is not OK becomes an {@link OnnxRuntimeError}. */
export class Library {
  /** File that was opened. */
  readonly path: string;
  /** Version of the library, such as `1.30.0`. */
  readonly version: string;
  readonly #api: Deno.UnsafePointerView;
  readonly #functions = new Map<FunctionName, (...a: Argument[]) => Pointer | Promise<Pointer>>();

  /**
   * Opens a shared library.
   *
   * @throws {OnnxRuntimeError} if the file is not there, is no ONNX Runtime, or is too old
   */
  constructor(path: string) {
    this.path = path;
    const base = new Deno.UnsafePointerView(getApiBase(path));
    const getApi = new Deno.UnsafeFnPointer(base.getPointer(0) as Deno.PointerObject<never>, {
      parameters: ["u32"],
      result: "pointer",
    });
    const getVersion = new Deno.UnsafeFnPointer(base.getPointer(8) as Deno.PointerObject<never>, {
      parameters: [],
      result: "pointer",
    });
    this.version = readCString(getVersion.call());
    const api = getApi.call(API_VERSION);
    if (api === null) {
      throw new OnnxRuntimeError(
        `use ${path}`,
        `version ${this.version} is older than the required 1.${API_VERSION}`,
      );
    }
    this.#api = new Deno.UnsafePointerView(api);
  }

  /** Calls a function that runs at once; throws its status as an error. `action` says what was tried. */
  call(name: FunctionName, action: string, ...values: Argument[]): void {
    this.#check(this.#bind(name)(...values) as Pointer, action);
  }

  /** Calls a function on another thread (only those marked nonblocking). */
  async callAsync(name: FunctionName, action: string, ...values: Argument[]): Promise<void> {
    this.#check(await this.#bind(name)(...values), action);
  }

  /** Calls a function whose last parameter receives a pointer, and gives that pointer. */
  create(name: FunctionName, action: string, ...values: Argument[]): Pointer {
    const out = new BigUint64Array(1);
    this.call(name, action, ...values, out);
    return Deno.UnsafePointer.create(out[0]);
  }

  /** Calls a release function. */
  release(name: FunctionName, value: Pointer): void {
    this.#bind(name)(value);
  }

  #bind(name: FunctionName): (...values: Argument[]) => Pointer | Promise<Pointer> {
    let bound = this.#functions.get(name);
    if (bound === undefined) {
      const entry: {
        index: number;
        parameters: readonly Deno.NativeType[];
        result: string;
        nonblocking?: boolean;
      } = FUNCTIONS[name];
      const pointer = this.#api.getPointer(entry.index * 8) as Deno.PointerObject<never>;
      const native = new Deno.UnsafeFnPointer(pointer, {
        parameters: entry.parameters as Deno.NativeType[],
        result: entry.result === "void" ? "void" : "pointer",
        nonblocking: entry.nonblocking ?? false,
      });
      bound = (...values) => native.call(...values as never[]) as Pointer | Promise<Pointer>;
      this.#functions.set(name, bound);
    }
    return bound;
  }

  #check(status: Pointer, action: string): void {
    if (status === null) return;
    const message = readCString(this.#bind("GetErrorMessage")(status) as Pointer);
    this.release("ReleaseStatus", status);
    throw new OnnxRuntimeError(action, message);
  }
}

function getApiBase(path: string): Deno.PointerObject {
  disableTelemetry();
  try {
    const library = Deno.dlopen(path, { OrtGetApiBase: { parameters: [], result: "pointer" } });
    return library.symbols.OrtGetApiBase() as Deno.PointerObject;
  } catch (error) {
    throw new OnnxRuntimeError(`load ONNX Runtime from ${path}`, (error as Error).message);
  }
}

/** Text of a C string, empty for the null pointer. */
export function readCString(pointer: Pointer): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}

const opened = new Map<string, Library>();

/**
 * Opens ONNX Runtime; a library that is open already is given again (it stays loaded until the process ends).
 *
 * @throws {OnnxRuntimeError} if it cannot be loaded
 */
export function openLibrary(options: LibraryOptions = {}): Library {
  const path = options.path ?? findLibrary();
  let library = opened.get(path);
  if (library === undefined) {
    library = new Library(path);
    opened.set(path, library);
  }
  return library;
}

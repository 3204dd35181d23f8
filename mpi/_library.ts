/** Open MPI's shared library. Its plugins look for its symbols among those of the whole process (RTLD_GLOBAL). */
const NAMES: readonly string[] = [
  "libmpi.so.40",
  "libmpi.so.80",
  "libmpi.so",
  "libmpi.40.dylib",
  "libmpi.dylib",
];
const RTLD_NOW = 0x2;
const RTLD_GLOBAL = Deno.build.os === "darwin" ? 0x8 : 0x100;

const P = "pointer";
const B = "buffer";

/** Functions by name, their parameters, and whether they wait for other processes (then on another thread). */
const FUNCTIONS = {
  MPI_Init_thread: { parameters: [P, P, "i32", B] },
  MPI_Finalize: { parameters: [] },
  MPI_Abort: { parameters: [P, "i32"] },
  MPI_Comm_rank: { parameters: [P, B] },
  MPI_Comm_size: { parameters: [P, B] },
  MPI_Allgather: { parameters: [B, "i32", P, B, "i32", P, P], nonblocking: true },
  MPI_Allgatherv: { parameters: [B, "i32", P, B, B, B, P, P], nonblocking: true },
  MPI_Alltoallv: { parameters: [B, B, B, P, B, B, B, P, P], nonblocking: true },
} as const satisfies Record<string, { parameters: readonly Deno.NativeType[]; nonblocking?: boolean }>;

/** A function of the library. */
export type MpiFunction = keyof typeof FUNCTIONS;

/** Handles that the library keeps as variables of its own. */
export type MpiHandle = "ompi_mpi_comm_world" | "ompi_mpi_byte";

/** An argument of a function. */
export type MpiArgument = Deno.PointerValue | number | ArrayBufferView<ArrayBufferLike>;

/** The opened library. */
export interface MpiLibrary {
  /** Calls a function. @throws {Error} if it does not succeed */
  call(name: MpiFunction, ...values: MpiArgument[]): void;
  /** Calls a function that waits for other processes. @throws {Error} if it does not succeed */
  callAsync(name: MpiFunction, ...values: MpiArgument[]): Promise<void>;
  /** Address of a handle. */
  handle(name: MpiHandle): Deno.PointerValue;
}

/**
 * Opens the library.
 *
 * @throws {Error} if there is no Open MPI on this machine
 */
export function openMpi(): MpiLibrary {
  const system = Deno.dlopen(Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6", {
    dlopen: { parameters: [B, "i32"], result: P },
    dlsym: { parameters: [P, B], result: P },
  }).symbols;
  const library = NAMES.map((name) => system.dlopen(cString(name), RTLD_NOW | RTLD_GLOBAL)).find((it) =>
    it !== null
  );
  const find = (name: string): Deno.PointerObject => {
    const found = library === undefined ? null : system.dlsym(library, cString(name));
    if (found !== null) return found;
    const problem = library === undefined ? "there is no libmpi" : `its libmpi has no ${name}`;
    throw new Error(`Cannot join the other processes: ${problem}; install Open MPI (Debian: openmpi-bin)`);
  };
  const bound = new Map<MpiFunction, (...values: MpiArgument[]) => number | Promise<number>>();
  const bind = (name: MpiFunction): (...values: MpiArgument[]) => number | Promise<number> => {
    const known = bound.get(name);
    if (known !== undefined) return known;
    const { parameters, nonblocking }: { parameters: readonly Deno.NativeType[]; nonblocking?: boolean } =
      FUNCTIONS[name];
    const native = new Deno.UnsafeFnPointer(find(name) as Deno.PointerObject<never>, {
      parameters: parameters as Deno.NativeType[],
      result: "i32",
      nonblocking: nonblocking ?? false,
    });
    const call = (...values: MpiArgument[]): number | Promise<number> =>
      native.call(...values as never[]) as number | Promise<number>;
    bound.set(name, call);
    return call;
  };
  /** What another thread reads and writes must not be collected meanwhile. */
  const underWay = new Set<readonly MpiArgument[]>();
  return {
    call: (name, ...values) => check(name, bind(name)(...values) as number),
    async callAsync(name, ...values) {
      underWay.add(values);
      try {
        check(name, await bind(name)(...values));
      } finally {
        underWay.delete(values);
      }
    },
    handle: find,
  };
}

function check(name: MpiFunction, status: number): void {
  if (status !== 0) throw new Error(`Cannot go on with the other processes: ${name} gives status ${status}`);
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text + "\0");
}

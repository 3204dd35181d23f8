/** The house's rules that no type checker sees: which room may import which, and what stays out of libraries. */
import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What each room may import. Everything points one way: cli, recipes, train and eval, model and data, the ground. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  text: ["kernels"],
  hub: [],
  graph: [],
  runtime: [],
  kernels: [],
  mpi: [],
  data: ["text", "hub"],
  model: ["text", "kernels"],
  train: ["model", "data", "text", "graph", "runtime", "kernels", "mpi"],
  eval: ["model", "data", "hub", "kernels"],
  serve: ["model", "text"],
  export: ["model", "text", "graph", "kernels"],
  distill: ["model", "text", "data", "hub", "graph", "runtime"],
  mining: ["model", "data", "eval", "hub", "graph", "runtime"],
  recipes: ["train", "eval", "distill", "model", "data", "text", "runtime", "hub", "mpi"],
  cli: [
    "recipes",
    "train",
    "eval",
    "model",
    "data",
    "text",
    "graph",
    "runtime",
    "kernels",
    "hub",
    "mpi",
    "serve",
    "export",
    "distill",
    "mining",
  ],
};

/** Doors of a room: what other rooms may import. `run.ts` is apart because it loads every room. */
const DOORS: readonly string[] = ["mod.ts", "run.ts"];

interface SourceFile {
  /** Path from the root. */
  path: string;
  room: string;
  text: string;
  imports: string[];
}

function* walk(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* walk(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

/** The files of the rooms, without tests and without what is compiled to WebAssembly. */
function sources(): SourceFile[] {
  return Object.keys(ARROWS).flatMap((room) =>
    [...walk(join(ROOT, room))].filter((path) => !path.endsWith("_test.ts") && !path.includes("/assembly/"))
      .map(
        (path) => {
          const text = Deno.readTextFileSync(path);
          const found = text.matchAll(
            /^(?:import|export)\b[^;]*?\bfrom "([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm,
          );
          const imports = [...found].map((match) => match[1] ?? match[2] ?? match[3]);
          return { path: relative(ROOT, path), room, text, imports };
        },
      )
  );
}

/** Helpers of tests that live in a room: files that only tests import. */
function isTestHelper(path: string): boolean {
  return /\/_(test|mirror|fixture|minimal)\w*\.ts$/.test(path);
}

Deno.test("every import between rooms follows the arrows and enters by the door", () => {
  const faults: string[] = [];
  for (const { path, room, imports } of sources()) {
    for (const specifier of imports.filter((each) => each.startsWith("."))) {
      const target = relative(ROOT, join(ROOT, dirname(path), specifier));
      const [targetRoom] = target.split("/");
      if (target === "deno.json" && room === "cli") continue;
      if (targetRoom === room) continue;
      if (!ARROWS[room].includes(targetRoom)) faults.push(`${path} imports ${target}`);
      else if (!DOORS.includes(target.slice(targetRoom.length + 1))) {
        faults.push(`${path} goes past the door: ${target}`);
      }
    }
  }
  assert.deepEqual(faults, []);
});

Deno.test("every third-party package is imported in one file", () => {
  const users = new Map<string, string[]>();
  for (const { path, imports } of sources().filter(({ path }) => !isTestHelper(path))) {
    for (const specifier of new Set(imports)) {
      if (specifier.startsWith(".") || specifier.startsWith("node:")) continue;
      users.set(specifier, [...users.get(specifier) ?? [], path]);
    }
  }
  const shared = [...users].filter(([, paths]) => paths.length > 1);
  assert.deepEqual(shared, []);
});

/** ONNX Runtime reads a variable when it is loaded, whoever loads it. */
const TELEMETRY_SWITCH = "runtime/_no_telemetry.ts";

Deno.test("clock, environment and chance stay in cli", () => {
  const faults = sources().filter(({ room, text, path }) =>
    room !== "cli" && !isTestHelper(path) && path !== TELEMETRY_SWITCH &&
    /\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(\)(?!`)|\bDeno\.env\b|\bDeno\.args\b/
      .test(withoutComments(text))
  );
  assert.deepEqual(faults.map(({ path }) => path), []);
});

Deno.test("no room prints: output goes through cli", () => {
  const faults = sources().filter(({ room, text, path }) =>
    room !== "cli" && !isTestHelper(path) && !path.endsWith("_field_table.ts") &&
    /\bconsole\.\w+\(/.test(withoutComments(text))
  );
  assert.deepEqual(faults.map(({ path }) => path), []);
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
}

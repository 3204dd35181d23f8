import config from "../deno.json" with { type: "json" };
import { findLibrary, openLibrary } from "../runtime/mod.ts";

/** Library versions and machine, as they are kept with a run. */
export function describeEnvironment(): Record<string, string> {
  const { version } = openLibrary({ path: findLibrary() });
  const { deno, v8, typescript } = Deno.version;
  const machine = `${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} cores`;
  return { lathe: config.version, onnxRuntime: version, deno, v8, typescript, machine };
}

import assert from "node:assert/strict";
import { assertRunnableSource } from "./_runnable_source.ts";

Deno.test("assertRunnableSource refuses TypeScript in a compiled program, and nothing else", () => {
  for (const name of ["a.ts", "a.mts", "A.TS"]) {
    assert.throws(
      () => assertRunnableSource(name, true),
      /^TypeError: Cannot read recipe .*: a compiled program cannot run TypeScript; give the JSON that/,
    );
    assertRunnableSource(name, false);
  }
  assertRunnableSource("a.js", true);
});

import assert from "node:assert/strict";
import { programFile, rewriteModuleUrls } from "./_module_urls.ts";

Deno.test("rewriteModuleUrls gives what is started by its address a file, and keeps other addresses", () => {
  const text = [
    'new Worker(new URL("./_worker.ts", import.meta.url), { type: "module" });',
    'const program = new URL("../cli/main.ts", import.meta.url).href;',
    'const packages = new URL("../node_modules/", import.meta.url);',
    "createRequire(import.meta.url);",
    "if (import.meta.main) start();",
    'import.meta.resolve("onnxruntime-node/package.json");',
  ].join("\n");
  const { text: rewritten, starts } = rewriteModuleUrls(text, "data/store/thread.ts", "cli/main.ts");
  assert.deepEqual(starts, ["data/store/_worker.ts", "data/cli/main.ts"]);
  assert.equal(
    rewritten,
    [
      'new Worker(new URL("./data.store._worker.js", import.meta.url), { type: "module" });',
      'const program = new URL("./data.cli.main.js", import.meta.url).href;',
      'const packages = new URL("../node_modules/", new URL("./data/store/thread.ts", import.meta.url).href);',
      'createRequire(new URL("./data/store/thread.ts", import.meta.url).href);',
      "if (false) start();",
      'import.meta.resolve("onnxruntime-node/package.json");',
    ].join("\n"),
  );
});

Deno.test("rewriteModuleUrls leaves the entry the main module, and refuses what it does not know", () => {
  assert.equal(rewriteModuleUrls("import.meta.main", "cli/main.ts", "cli/main.ts").text, "import.meta.main");
  assert.throws(
    () => rewriteModuleUrls("import.meta.dirname", "cli/main.ts", "cli/main.ts"),
    /^TypeError: Cannot bundle cli\/main\.ts: import\.meta\.dirname has no meaning in a bundle/,
  );
});

Deno.test("programFile names a file by its path", () => {
  assert.equal(programFile("kernels/_worker.ts"), "kernels._worker.js");
});
